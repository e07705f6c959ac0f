import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAuthnRequest } from '@rolecall/saml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { credentialsView } from '../src/http/api.ts'
import { createServer, openStore } from '../src/index.ts'
import { answerSaml, signedIn, startGateway, type TestGateway, withProvider } from './gateway.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway()
})
afterAll(() => at.close())

test('headers and bodies are bounded', async () => {
  const large = await fetch(`${at.url}/healthz`, { headers: { 'x-large': 'x'.repeat(17 * 1024) } })
  expect(large.status).toBe(431)
  const body = JSON.stringify({ username: 'a', password: 'x'.repeat(17 * 1024) })
  const headers = { 'content-type': 'application/json', origin: at.url }
  const posted = await fetch(`${at.url}/api/v1/signin/password`, { method: 'POST', headers, body })
  expect(posted.status).toBe(413)
})

describe('every answer', () => {
  test.each([
    '/healthz',
    '/api/v1/sessions',
    '/api/v1/signin',
    '/api/v1/me',
    '/nowhere',
    '/signin/saml/nobody',
    '/signin/saml/company',
    '/console/prod/ReadOnly',
    '/%zz',
  ])('carries the security headers: %s', async url => {
    const { headers } = await at.gateway.app.inject({ url })
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['strict-transport-security']).toBeUndefined()
  })

  test('on https has HSTS and cookies that only this host can set', async () => {
    const config = {
      ...at.config,
      publicUrl: 'https://aws.example.com',
    }
    const store = await openStore(':memory:')
    const gateway = await createServer({ config, store, now: () => at.clock.now })
    const answer = await gateway.app.inject({ url: '/signin/saml/company' })
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d+/)
    const [cookie] = answer.cookies
    expect(cookie).toMatchObject({
      name: '__Host-rolecall-signin',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'None',
    })
    expect(cookie).not.toHaveProperty('domain')

    const query = new URL(String(answer.headers.location)).search.slice(1)
    const { id, relayState } = await readAuthnRequest({ binding: 'redirect', query })
    const xml = answerSaml(at, { requestId: id })
    const signedInHere = await gateway.app.inject({
      method: 'POST',
      url: '/signin/saml/company/acs',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'cross-site',
      },
      cookies: { [cookie?.name ?? '']: cookie?.value ?? '' },
      payload: new URLSearchParams({
        SAMLResponse: Buffer.from(xml).toString('base64'),
        RelayState: relayState ?? '',
      }).toString(),
    })
    expect(signedInHere.statusCode).toBe(303)
    const [session] = signedInHere.cookies
    expect(session).toMatchObject({
      name: '__Host-rolecall',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
      maxAge: 43_200,
    })
    expect(session).not.toHaveProperty('domain')
    await gateway.close()
    await store.close()
  })
})

describe('an unknown address', () => {
  test.each([
    ['text/html', '/nowhere', 'text/html'],
    ['application/json', '/nowhere', 'application/json'],
    ['text/html', '/api/v1/nowhere', 'application/json'],
  ])('answers %s at %s with %s', async (accept, url, type) => {
    const answer = await at.gateway.app.inject({ url, headers: { accept } })
    expect(answer.statusCode).toBe(404)
    expect(answer.headers['content-type']).toContain(type)
  })

  test('does not repeat what was asked', async () => {
    const url = '/<script>alert(1)</script>'
    const answer = await at.gateway.app.inject({ url, headers: { accept: 'text/html' } })
    expect(answer.body).not.toContain('alert(1)')
  })
})

test('health needs the store', async () => {
  const store = await openStore(':memory:')
  const gateway = await createServer({ config: at.config, store })
  expect((await gateway.app.inject({ url: '/healthz' })).statusCode).toBe(200)
  await store.close()
  expect((await gateway.app.inject({ url: '/healthz' })).statusCode).toBe(503)
  await gateway.close()
})

test('the OpenAPI document lists the API and nothing else', async () => {
  const answer = await at.gateway.app.inject({ url: '/api/v1/openapi.json' })
  const document = JSON.parse(answer.body)
  expect(document.openapi).toMatch(/^3\.1/)
  expect(Object.keys(document.paths).sort()).toEqual([
    '/api/v1/command-lines/{id}/signout',
    '/api/v1/explain',
    '/api/v1/me',
    '/api/v1/roles',
    '/api/v1/roles/{account}/{role}/credentials',
    '/api/v1/sessions',
    '/api/v1/signin',
    '/api/v1/signin/email',
    '/api/v1/signin/password',
    '/api/v1/signout',
  ])
  const post = document.paths['/api/v1/roles/{account}/{role}/credentials'].post
  const schema = post.responses['200'].content['application/json'].schema
  expect(schema.required).toContain('secretAccessKey')
})

describe('the sign-in options', () => {
  test('carry the path to return to', async () => {
    const answer = await at.gateway.app.inject({ url: '/api/v1/signin?next=%2Faws%2Fsandbox' })
    expect(JSON.parse(answer.body)).toEqual({
      title: 'Test',
      asksEmail: false,
      ways: [
        {
          kind: 'redirect',
          id: 'company',
          title: 'Company',
          href: '/signin/saml/company?next=%2Faws%2Fsandbox',
        },
      ],
    })
  })
})

describe('the portal', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rolecall-portal-'))
    await mkdir(join(directory, 'assets'))
    await writeFile(
      join(directory, 'index.html'),
      '<meta name="csp-nonce" content="__CSP_NONCE__"><script src="/assets/a-12345678.js"></script>',
    )
    await writeFile(join(directory, 'assets', 'a-12345678.js'), 'export {}')
    await writeFile(join(directory, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  })
  afterAll(() => rm(directory, { recursive: true }))

  test('is served with a nonce of its own each time, and its files as they are', async () => {
    const store = await openStore(':memory:')
    const gateway = await createServer({ config: at.config, store, portal: { directory } })
    const nonces = new Set<string>()
    for (const url of ['/', '/signin?next=%2F', '/roles']) {
      const answer = await gateway.app.inject({ url })
      const nonce = /content="([A-Za-z0-9+/=]{24})"/.exec(answer.body)?.[1] ?? ''
      expect(answer.headers['content-security-policy']).toContain(`'nonce-${nonce}'`)
      expect(answer.headers['content-security-policy']).toContain("script-src 'self';")
      expect(answer.headers['cache-control']).toBe('no-store')
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(3)

    const asset = await gateway.app.inject({ url: '/assets/a-12345678.js' })
    expect(asset.statusCode).toBe(200)
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const icon = await gateway.app.inject({ url: '/favicon.svg' })
    expect(icon.headers['cache-control']).toBe('public, max-age=300')
    for (const url of ['/index.html', '/assets/../../package.json', '/assets/%2e%2e/index.html']) {
      expect((await gateway.app.inject({ url })).statusCode).toBe(404)
    }
    await gateway.close()
    await store.close()
  })
})

describe('as AWScons', () => {
  let old: TestGateway
  beforeAll(async () => {
    old = await startGateway(config => ({
      ...config,
      targets: { prefix: '', compat: 'awscons' },
    }))
  })
  afterAll(() => old.close())

  test('targets have its statuses and cache headers', async () => {
    const bob = await signedIn(old, { username: 'bob', groups: ['developers'] })
    const open = await bob.get(`${old.url}/sandbox`)
    expect(open.status).toBe(301)
    expect(open.location).toContain('Action=login')
    expect(open.headers.get('cache-control')).toBe('no-store, no-cache, must-revalidate')
    expect(open.headers.get('pragma')).toBe('no-cache')
    expect((await bob.get(`${old.url}/nowhere`)).status).toBe(404)
    expect((await bob.get(`${old.url}/prod`)).status).toBe(401)
    expect((await bob.get(`${old.url}/broken`)).status).toBe(400)
  })

  test('a person in exactly one group is let in', async () => {
    const bob = await signedIn(old, { username: 'bob', groups: ['developers'] })
    expect((await bob.get(`${old.url}/sandbox`)).status).toBe(301)
  })
})

describe('a provider whose metadata cannot be read', () => {
  test('does not keep the gateway from starting, and says so when somebody signs in', async () => {
    const config = withProvider(at, { metadata: { url: 'http://127.0.0.1:9/metadata' } })
    const store = await openStore(':memory:')
    const gateway = await createServer({ config, store })
    expect((await gateway.app.inject({ url: '/healthz' })).statusCode).toBe(200)
    const answer = await gateway.app.inject({
      url: '/signin/saml/company',
      headers: { accept: 'text/html' },
    })
    expect(answer.statusCode).toBe(503)
    expect(answer.body).toContain('metadata')
    expect(answer.body).not.toContain('127.0.0.1:9')
    await gateway.close()
    await store.close()
  })
})

test('keys leave as the schema says, with nothing besides', async () => {
  const bob = await signedIn(at, { username: 'bob' })
  const path = `${at.url}/api/v1/roles/sandbox/Developer/credentials`
  const body = JSON.parse((await bob.postJson(path, {})).body)
  expect(credentialsView.strict().parse(body)).toEqual(body)
})
