import { Failure } from '../../failure.ts'
import {
  findSamlForm,
  jsonObject,
  quoted,
  readPage,
  textMember,
  type WebAnswer,
} from '../../web/index.ts'
import type { Assertion } from '../provider.ts'
import { browserHint } from '../shared/browser-hint.ts'
import { identityEngine } from './api.ts'
import type { OktaSignIn } from './sign-in-state.ts'
import { toSuccess } from './transaction-steps.ts'

/** Opens the session with the token that a sign-in gave, and the application for AWS in it. */
export async function openApplication(
  signIn: OktaSignIn,
  sessionToken: string,
): Promise<Assertion> {
  const { api, connection, web } = signIn
  if (!connection.disableSessions) {
    const made = await web.postJson(
      `${api.origin}/api/v1/sessions`,
      { sessionToken },
      { headers: { accept: 'application/json' } },
    )
    const id = made.status < 400 ? textMember(jsonObject(made.body) ?? {}, 'id', 1000) : undefined
    if (id !== undefined && /^[\w.~-]+$/.test(id)) {
      web.cookies.set(api.origin, `sid=${id}; Path=/; Secure; HttpOnly`)
      return await assertionOf(signIn, await web.get(connection.url))
    }
  }
  // The token works once, and Okta has no other way to hand it over.
  const query = new URLSearchParams({ token: sessionToken, redirectUrl: connection.url })
  return await assertionOf(
    signIn,
    await web.get(`${api.origin}/login/sessionCookieRedirect?${query}`),
  )
}

/** The application in a session that lives; undefined when Okta asks to sign in. */
export async function resumedApplication(signIn: OktaSignIn): Promise<Assertion | undefined> {
  const { api, connection, web } = signIn
  const me = await web.get(`${api.origin}/api/v1/sessions/me`, {
    headers: { accept: 'application/json' },
  })
  if (me.status !== 200 || jsonObject(me.body)?.status !== 'ACTIVE') return undefined
  const answer = await web.get(connection.url)
  return isSignInPage(answer) ? undefined : await assertionOf(signIn, answer)
}

function isSignInPage({ url }: WebAnswer): boolean {
  return /^\/(?:login\/(?:login\.htm|default)|signin)/.test(new URL(url).pathname)
}

/** The response in a page of the application, after its own sign-on policy when it has one. */
async function assertionOf(signIn: OktaSignIn, answer: WebAnswer): Promise<Assertion> {
  const found = findSamlForm(answer.body, answer.url)
  if (found !== undefined) return found
  const { api, connection, web } = signIn
  const stateToken = stateTokenOf(answer.body)
  if (await api.isIdentityEngine())
    throw identityEngine(connection, 'Okta does not open the application')
  if (stateToken !== undefined) {
    const first = await api.next('/api/v1/authn', { stateToken })
    const done = await toSuccess(signIn, first)
    const next =
      done.link('next') ??
      `${api.origin}/login/step-up/redirect?stateToken=${encodeURIComponent(stateToken)}`
    if (new URL(next).origin === api.origin) {
      const stepped = await web.get(next)
      const response = findSamlForm(stepped.body, stepped.url)
      if (response !== undefined) return response
    }
  }
  const { host } = new URL(answer.url)
  const { title } = readPage(answer.body, answer.url)
  const page = title === '' ? '' : `: "${quoted(title)}"`
  throw new Failure(
    'provider',
    `${host} gave no SAML response for AWS (status ${answer.status})${page}`,
    `the url should be the embed link of the application for AWS; or ${browserHint(connection)}`,
  )
}

/** The state token in the page of a step-up, whose script writes it with escapes of JavaScript. */
function stateTokenOf(html: string): string | undefined {
  const token = /\bstateToken['"]?\s*[:=]\s*['"]((?:[\w.~-]|\\x[0-9A-Fa-f]{2}){10,8000})['"]/.exec(
    html,
  )?.[1]
  return token?.replace(/\\x([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
