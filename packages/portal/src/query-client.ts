import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, isSignedOut } from './api/api-error.ts'

const mostRetries = 2

/** Called when the gateway says that nobody is signed in; set once, by the router. */
type SignedOutListener = () => void
let onSignedOut: SignedOutListener = () => {}

export function listenForSignedOut(listener: SignedOutListener): void {
  onSignedOut = listener
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: error => {
      if (isSignedOut(error)) onSignedOut()
    },
  }),
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only a silence or a failure of the gateway is worth asking again.
      retry: (failures, error) =>
        failures < mostRetries &&
        (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      retryDelay: failures => 400 * 2 ** failures,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})
