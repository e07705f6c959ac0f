import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { listenForSignedOut } from './query-client.ts'
import { RolesPage } from './roles/roles-page.tsx'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { safeNext } from './signin/next.ts'
import { SignInPage } from './signin/signin-page.tsx'

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage })

const rolesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: RolesPage,
})

const rolesAliasRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/roles',
  beforeLoad: () => {
    throw redirect({ to: '/', replace: true })
  },
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/signin',
  validateSearch: (search): { next?: string } => {
    const next = safeNext(search.next)
    return next === '/' ? {} : { next }
  },
  component: () => <SignInPage next={signInRoute.useSearch().next ?? '/'} />,
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([rolesRoute, rolesAliasRoute, signInRoute]),
  defaultPreload: false,
})

listenForSignedOut(() => {
  const { pathname, search } = window.location
  if (pathname === '/signin') return
  const next = safeNext(pathname + search)
  void router.navigate({ to: '/signin', search: next === '/' ? {} : { next }, replace: true })
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
