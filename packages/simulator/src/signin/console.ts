import { cookie, type Incoming, type Outgoing, redirect } from '../http/exchange.ts'
import { consolePage, signedOutPage } from './console-page.ts'
import { consoleCookie, type SigninState } from './federation.ts'

const forgetCookie = `${consoleCookie}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`

/** The console page below `/console`, its sign-out button, and AWS's `/oauth?Action=logout`. */
export function handleConsole(state: SigninState, request: Incoming): Outgoing {
  const id = cookie(request, consoleCookie)
  if (request.path === '/oauth' || request.path === '/console/signout') {
    if (!leaves(state, request)) return redirect(303, '/console')
    if (id !== undefined) state.consoles.close(id)
    return redirect(303, '/console', { 'set-cookie': forgetCookie })
  }
  const session = id === undefined ? undefined : state.consoles.find(id)
  return session === undefined ? signedOutPage() : consolePage(session, state.now())
}

/** AWS's logout is a GET link; the button of the page is a POST and must come from the page. */
function leaves(state: SigninState, request: Incoming): boolean {
  if (request.path === '/oauth')
    return new URLSearchParams(request.query).get('Action') === 'logout'
  const { origin } = request.headers
  return request.method === 'POST' && (origin === undefined || origin === state.origin)
}
