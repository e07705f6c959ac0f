import { createServer as createHttpServer } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Secret } from '@rolecall/aws'
import { buildMetadata } from '@rolecall/saml'
import { type Simulator, startSimulator } from '@rolecall/simulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '../src/index.ts'
import { createServer, openStore } from '../src/index.ts'
import {
  answerSaml,
  createBrowser,
  postSaml,
  signInAtIdp,
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

const idpMetadata = (entityId: string, binding: 'HTTP-POST' | 'HTTP-Redirect', over = {}) =>
  buildMetadata({
    entityId,
    idp: {
      ssoEndpoints: [
        {
          binding: `urn:oasis:names:tc:SAML:2.0:bindings:${binding}`,
          location: 'https://idp.example/sso?a=1&b=2',
        },
      ],
      signingCertificates: [at.simulator.idp.certificate],
    },
    ...over,
  })

async function start(config: Config) {
  const store = await openStore(':memory:')
  const gateway = await createServer({ config, store, now: () => at.clock.now })
  const answer = await gateway.app.inject({
    url: '/signin/saml/company?next=/roles',
    headers: { accept: 'text/html' },
  })
  await gateway.close()
  await store.close()
  return answer
}

describe('metadata', () => {
  test('with HTTP-POST only: a page that posts the request', async () => {
    const metadata = { xml: idpMetadata('https://idp.example/', 'HTTP-POST'), file: 'idp.xml' }
    const answer = await start(withProvider(at, { metadata }))
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('action="https://idp.example/sso?a=1&amp;b=2"')
    expect(answer.body).toMatch(/name="SAMLRequest" value="[A-Za-z0-9+/=]+"/)
    expect(answer.body).toMatch(/name="RelayState" value="_[0-9a-f]{40}"/)
    const policy = String(answer.headers['content-security-policy'])
    expect(policy).toContain('form-action https:;')
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1]
    expect(answer.body).toContain(`<script nonce="${nonce}">document.forms[0].submit()</script>`)
  })

  test('with HTTP-Redirect: a redirect that keeps the address’s own query', async () => {
    const metadata = { xml: idpMetadata('https://idp.example/', 'HTTP-Redirect'), file: 'idp.xml' }
    const answer = await start(withProvider(at, { metadata }))
    expect(answer.statusCode).toBe(302)
    expect(answer.headers.location).toMatch(/^https:\/\/idp\.example\/sso\?a=1&b=2&SAMLRequest=/)
  })

  test.each([
    ['of another entity', 'https://other.example/', {}],
    ['out of date', 'https://idp.example/', { validUntil: new Date('2020-01-01T00:00:00Z') }],
  ])('%s is not used', async (_name, entityId, over) => {
    const xml = idpMetadata('https://idp.example/', 'HTTP-Redirect', over)
    const answer = await start(withProvider(at, { metadata: { xml, file: 'idp.xml' }, entityId }))
    expect(answer.statusCode).toBe(503)
  })

  test('that names a sign-in address without TLS is not used', async () => {
    const xml = idpMetadata('https://idp.example/', 'HTTP-Redirect').replaceAll(
      'https://idp.example/sso',
      'http://idp.example/sso',
    )
    const answer = await start(withProvider(at, { metadata: { xml, file: 'idp.xml' } }))
    expect(answer.statusCode).toBe(503)
  })

  test('from an address: the first that can be read counts, and is kept when the address fails', async () => {
    let status = 500
    const source = createHttpServer((_request, response) => {
      response.writeHead(status).end(idpMetadata('https://idp.example/', 'HTTP-Redirect'))
    })
    await new Promise<void>(resolve => source.listen(0, '127.0.0.1', resolve))
    const address = source.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const store = await openStore(':memory:')
    const config = withProvider(at, { metadata: { url: `http://127.0.0.1:${port}/metadata` } })
    const gateway = await createServer({ config, store, now: () => at.clock.now })
    const sso = async () => (await gateway.app.inject({ url: '/signin/saml/company' })).statusCode
    expect(await sso()).toBe(503)
    status = 200
    // Asked again at once it does not press; a little later it does.
    expect(await sso()).toBe(503)
    at.clock.advance(5)
    expect(await sso()).toBe(302)
    status = 500
    at.clock.advance(7200)
    expect(await sso()).toBe(302)
    await gateway.close()
    await store.close()
    source.close()
  })
})

describe('a whole sign-in at the simulated provider', () => {
  test('by its own form, with the person’s password there', async () => {
    const browser = createBrowser()
    const back = await signInAtIdp(at, browser, 'bob')
    expect([back.status, back.location]).toEqual([303, `${at.url}/roles`])
    expect(JSON.parse((await browser.get(`${at.url}/api/v1/me`)).body)).toMatchObject({
      id: 'company:bob',
      email: 'bob@acme.example',
      groups: ['staff', 'developers', 'aws-sandbox-Developer', 'aws-prod-Administrator'],
    })
  })
})

describe('a response that nobody asked for', () => {
  test('is taken once where the provider may start, and leads to the roles page', async () => {
    await at.gateway.reload(withProvider(at, { allowUnsolicited: true }))
    const unasked = { requestId: '' }
    const xml = answerSaml(at, unasked, { inResponseTo: null })
    const first = await postSaml(at, createBrowser(), xml, 'https://evil.example/')
    expect([first.status, first.location]).toEqual([303, `${at.url}/`])
    expect((await postSaml(at, createBrowser(), xml, '')).status).toBe(403)
    const [event] = await at.gateway.audit.recent({ limit: 1 })
    expect(event?.event.code).toBe('assertion.replayed')
    await at.gateway.reload(at.config)
  })

  test.each([
    ['next=', '/aws/sandbox', '/aws/sandbox'],
    ['next=', '{url}/aws/sandbox', '/aws/sandbox'],
    ['', '{url}/aws/sandbox', '/aws/sandbox'],
    ['next=', '{url}.evil.example/aws/sandbox', '/'],
    ['next=', '//evil.example/aws/sandbox', '/'],
    ['next=', '/aws//evil.example', '/'],
    ['next=', '/aws/..', '/'],
    ['next=', '/aws/sandbox?destination=https://evil.example', '/'],
    ['next=', '/console/prod/Administrator', '/'],
    ['next=', '/signin/saml/company', '/'],
    ['next=', 'javascript:alert(1)', '/'],
    ['next=', '/aws/sandbox\r\nx-evil: 1', '/'],
  ])('with RelayState %s%s leads to %s', async (before, wanted, path) => {
    await at.gateway.reload(withProvider(at, { allowUnsolicited: true }))
    const address = wanted.replace('{url}', at.url)
    const relayState = before === '' ? address : `${before}${encodeURIComponent(address)}`
    const xml = answerSaml(at, { requestId: '' }, { inResponseTo: null })
    const answer = await postSaml(at, createBrowser(), xml, relayState)
    const next = /<a href="([^"]+)">Continue/.exec(answer.body)?.[1] ?? answer.location
    expect(new URL(next ?? '', at.url).href).toBe(`${at.url}${path}`)
    await at.gateway.reload(at.config)
  })

  test('does not stand in for the answer to a request', async () => {
    await at.gateway.reload(withProvider(at, { allowUnsolicited: true }))
    const started = await startSaml(at, createBrowser())
    const xml = answerSaml(at, started)
    expect((await postSaml(at, createBrowser(), xml, '')).status).toBe(403)
    await at.gateway.reload(at.config)
  })
})

test('a provider that was asked to sign in anew must have done so', async () => {
  await at.gateway.reload(withProvider(at, { forceAuthn: true }))
  const browser = createBrowser()
  const started = await startSaml(at, browser)
  const authnInstant = new Date(at.clock.now.getTime() - 600_000)
  const old = answerSaml(at, started, { authnInstant })
  expect((await postSaml(at, browser, old, started.relayState)).status).toBe(403)
  const [event] = await at.gateway.audit.recent({ limit: 1 })
  expect(event?.event.code).toBe('assertion.authn-instant')
  const again = await startSaml(at, browser)
  expect((await postSaml(at, browser, answerSaml(at, again), again.relayState)).status).toBe(303)
  await at.gateway.reload(at.config)
})

test('behind a listed proxy the audit log has the client’s address', async () => {
  await at.gateway.reload({
    ...at.config,
    listen: { ...at.config.listen, trustedProxies: ['127.0.0.1'] },
  })
  const answer = await fetch(`${at.url}/signin/saml/company/acs`, {
    method: 'POST',
    headers: { 'x-forwarded-for': '1.1.1.1, 198.51.100.7' },
    body: new URLSearchParams({ SAMLResponse: 'x', RelayState: 'x' }),
  })
  expect(answer.status).toBe(403)
  const [event] = await at.gateway.audit.recent({ limit: 1 })
  expect(event?.event.address).toBe('198.51.100.7')
  await at.gateway.reload(at.config)
})

describe('TLS', () => {
  const tlsOf = ({ idp }: Simulator) => ({
    certificate: idp.certificate,
    key: new Secret(String(idp.signingKey.export({ type: 'pkcs8', format: 'pem' }))),
  })

  function statusAt(url: string, ca: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const options = { ca, agent: false, checkServerIdentity: () => undefined }
      httpsRequest(`${url}/healthz`, options, response => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
  }

  test('is served here, with another certificate after a reload', async () => {
    const other = await startSimulator()
    const listen = { host: '127.0.0.1', port: 0, tls: tlsOf(at.simulator), trustedProxies: [] }
    const config = { ...at.config, publicUrl: 'https://localhost', listen }
    const store = await openStore(':memory:')
    const gateway = await createServer({ config, store })
    const url = await gateway.listen()
    expect(url).toMatch(/^https:/)
    expect(await statusAt(url, at.simulator.idp.certificate)).toBe(200)
    await expect(statusAt(url, other.idp.certificate)).rejects.toThrow(/certificate/)

    await gateway.reload({ ...config, listen: { ...listen, tls: tlsOf(other) } })
    expect(await statusAt(url, other.idp.certificate)).toBe(200)
    await gateway.close()
    await store.close()
    await other.close()
  })
})
