/** What a provider is asked for and allowed, at the gateway: SHA-1 until a day, authentication contexts. */
import { sign } from 'node:crypto'
import { authnContexts, canonicalize, parseXml, readAuthnRequest } from '@rolecall/saml'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answerSaml,
  createBrowser,
  postSaml,
  startGateway,
  startSaml,
  type TestGateway,
  withProvider,
} from './gateway.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway()
})
afterAll(() => at.close())

/** The response with the signature of its assertion made with RSA-SHA1. */
function withSha1(xml: string): string {
  const weak = xml.replace(
    /(SignatureMethod Algorithm=")[^"]*/,
    '$1http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  )
  const info = parseXml(weak).elements.find(({ local }) => local === 'SignedInfo')
  if (info === undefined) throw new Error('no SignedInfo')
  const octets = Buffer.from(canonicalize(info))
  const value = sign('sha1', octets, at.simulator.idp.signingKey).toString('base64')
  return weak.replace(/(<ds:SignatureValue>)[^<]*/, `$1${value}`)
}

async function answerWithSha1(): Promise<number> {
  const browser = createBrowser()
  const started = await startSaml(at, browser)
  const xml = withSha1(answerSaml(at, started, {}, 'assertion'))
  return (await postSaml(at, browser, xml, started.relayState)).status
}

const lastCode = async () => (await at.gateway.audit.recent({ limit: 1 }))[0]?.event.code

test('SHA-1 is taken up to its last day, and not after it, without a restart', async () => {
  expect(await answerWithSha1()).toBe(403)
  expect(await lastCode()).toBe('signature.algorithm')

  at.clock.now = new Date('2027-03-31T23:59:00Z')
  await at.gateway.reload(
    withProvider(at, { allow: [{ algorithm: 'rsa-sha1', until: '2027-03-31' }] }),
  )
  expect(await answerWithSha1()).toBe(303)
  at.clock.advance(120)
  expect(await answerWithSha1()).toBe(403)
  expect(await lastCode()).toBe('signature.algorithm')
  await at.gateway.reload(at.config)
})

test('an authentication context that was asked for is in the request and held against the answer', async () => {
  const wanted = [authnContexts.passwordProtectedTransport]
  await at.gateway.reload(withProvider(at, { authnContexts: wanted }))
  const browser = createBrowser()
  const page = await browser.get(`${at.url}/signin/saml/company`)
  const query = new URL(page.location ?? '').search.slice(1)
  const { requestedAuthnContext } = await readAuthnRequest({ binding: 'redirect', query })
  expect(requestedAuthnContext).toMatchObject({ comparison: 'exact', classRefs: wanted })

  for (const [authnContextClassRef, status] of [
    [authnContexts.password, 403],
    [authnContexts.passwordProtectedTransport, 303],
  ] as const) {
    const started = await startSaml(at, browser)
    const xml = answerSaml(at, started, { authnContextClassRef })
    expect((await postSaml(at, browser, xml, started.relayState)).status).toBe(status)
    if (status === 403) expect(await lastCode()).toBe('assertion.authn-context')
  }
  await at.gateway.reload(at.config)
})
