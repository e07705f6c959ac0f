import type {
  CredentialsView,
  EmailSignIn,
  ExplanationView,
  Me,
  PasswordSignIn,
  RolesView,
  SessionsView,
  SignedIn,
  SignedOut,
  SignInOptions,
  SignInWay,
} from '@rolecall/server/api'
import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => request<Me>('/api/v1/me', { signal }),
  staleTime: 10_000,
})

const readingMs = 3_000

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => request<RolesView>('/api/v1/roles', { signal }),
  staleTime: 60_000,
  // While the gateway reads accounts for the first time the list grows.
  refetchInterval: query => (query.state.data?.reading === undefined ? false : readingMs),
})

/** Why a role, `account/role`, may be taken or not. */
export function explainQuery(role: string) {
  return queryOptions({
    queryKey: ['explain', role],
    queryFn: ({ signal }) =>
      request<ExplanationView>(`/api/v1/explain?role=${encodeURIComponent(role)}`, { signal }),
    staleTime: 10_000,
    retry: false,
  })
}

/** Asked anew whenever it is looked at. */
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => request<SessionsView>('/api/v1/sessions', { signal }),
  staleTime: 0,
})

export const signInQuery = queryOptions({
  queryKey: ['signin'],
  queryFn: ({ signal }) => request<SignInOptions>('/api/v1/signin', { signal }),
  staleTime: 60_000,
})

/**
 * Takes the role and answers its keys. Every call is a new session with its own audit event, so it is
 * sent only when asked for, and the keys are forgotten with the dialog that shows them.
 */
export function credentialsQuery(account: string, role: string) {
  const path = `${encodeURIComponent(account)}/${encodeURIComponent(role)}`
  return queryOptions({
    queryKey: ['credentials', account, role],
    queryFn: () => request<CredentialsView>(`/api/v1/roles/${path}/credentials`, { body: {} }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  })
}

/** The way to sign in that an e-mail address has. */
export function findWay(body: EmailSignIn): Promise<SignInWay> {
  return request<SignInWay>('/api/v1/signin/email', { body })
}

export function signInWithPassword(body: PasswordSignIn): Promise<SignedIn> {
  return request<SignedIn>('/api/v1/signin/password', { body })
}

/** Signs one of the person's own command lines out. */
export function signOutCommandLine(id: string): Promise<object> {
  return request<object>(`/api/v1/command-lines/${encodeURIComponent(id)}/signout`, { body: {} })
}

export function signOut(): Promise<SignedOut> {
  return request<SignedOut>('/api/v1/signout', { body: {} })
}
