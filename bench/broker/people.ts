/** People who sign in at the gateway as browsers do, each from an address of their own. */
import { issueResponse, readAuthnRequest } from '@rolecall/saml'
import type { BrokerFacts } from './serve-broker.ts'

/** One sign-in up to the list of roles; answers the session cookie and what the roles page gets. */
export async function signIn(at: BrokerFacts, person: number) {
  const url = `http://127.0.0.1:${at.port}`
  const from = {
    'x-forwarded-for': `10.${(person >> 16) & 255}.${(person >> 8) & 255}.${person & 255}`,
  }
  const start = await fetch(`${url}/signin/saml/company`, { redirect: 'manual', headers: from })
  await start.arrayBuffer()
  const query = new URL(start.headers.get('location') ?? '').search.slice(1)
  const request = await readAuthnRequest({ binding: 'redirect', query })
  const body = new URLSearchParams({
    SAMLResponse: Buffer.from(answerOf(at, url, person, request.id)).toString('base64'),
    RelayState: request.relayState ?? '',
  })
  const headers = { ...from, origin: 'https://idp.example', cookie: cookiesOf(start) }
  const acs = `${url}/signin/saml/company/acs`
  const done = await fetch(acs, { method: 'POST', redirect: 'manual', headers, body })
  await done.arrayBuffer()
  if (done.status !== 303) throw new Error(`the sign-in has the status ${done.status}`)
  const cookie = cookiesOf(done)
  const roles = await fetch(`${url}/api/v1/roles`, { headers: { ...from, cookie } })
  return { cookie, roles: await roles.text(), body: body.toString() }
}

/** The same three requests to a server that decides nothing. */
export async function visitBare(port: number, body: string): Promise<void> {
  const url = `http://127.0.0.1:${port}`
  const start = await fetch(`${url}/signin/saml/company`, { redirect: 'manual' })
  await start.arrayBuffer()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const acs = `${url}/signin/saml/company/acs`
  const done = await fetch(acs, { method: 'POST', redirect: 'manual', headers, body })
  await done.arrayBuffer()
  await (await fetch(`${url}/api/v1/roles`)).text()
}

function answerOf(at: BrokerFacts, url: string, person: number, inResponseTo: string): string {
  const username = `person${person}`
  return issueResponse(
    {
      idp: { entityId: at.entityId },
      sp: {
        entityId: `${url}/signin/saml/company/metadata`,
        acsUrl: `${url}/signin/saml/company/acs`,
      },
      subject: { nameId: username },
      attributes: { uid: username, memberOf: ['staff', 'developers', 'platform'] },
      now: new Date(),
      inResponseTo,
    },
    { key: at.signingKey, certificate: at.certificate, sign: 'assertion' },
  )
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .filter(cookie => !cookie?.endsWith('='))
    .join('; ')
}
