import './styles/mantine.css'
import './styles/tokens.css'
import './styles/base.css'
import { createRoot } from 'react-dom/client'
import { meQuery, rolesQuery } from './api/queries.ts'
import { App } from './app.tsx'
import { styleNonce } from './nonce.ts'
import { queryClient } from './query-client.ts'

// The scroll lock of Mantine's dialogs writes a style element and takes its nonce from here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() })

// Ask before the page is drawn: the answer is often there when the list wants it.
if (!location.pathname.startsWith('/signin')) {
  void queryClient.prefetchQuery(meQuery)
  void queryClient.prefetchQuery(rolesQuery)
}

// A page that the browser brings back from its memory may show what a sign-out has ended.
window.addEventListener('pageshow', event => {
  if (event.persisted) location.reload()
})

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
