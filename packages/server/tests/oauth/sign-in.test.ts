import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBrowser, signedIn, startGateway, type TestGateway } from '../gateway.ts'
import {
  answerQuestion,
  ask,
  begin,
  beginDevice,
  decideDevice,
  openQuestion,
  poll,
  refresh,
  signCommandIn,
  tokensOf,
  trade,
} from './support.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway()
})
afterAll(() => at.close())

test('the document of discovery names what there is, at the public address whatever Host says', async () => {
  const answer = await fetch(`${at.url}/oauth/.well-known/openid-configuration`, {
    headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  })
  const document: unknown = await answer.json()
  const issuer = `${at.url}/oauth`
  expect(document).toMatchObject({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    device_authorization_endpoint: `${issuer}/device/auth`,
    revocation_endpoint: `${issuer}/token/revocation`,
    jwks_uri: `${issuer}/jwks`,
    code_challenge_methods_supported: ['S256'],
    response_types_supported: ['code'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    scopes_supported: ['openid', 'offline_access', 'roles'],
    authorization_response_iss_parameter_supported: true,
  })
  for (const name of ['registration', 'introspection', 'userinfo', 'end_session']) {
    expect(document).not.toHaveProperty(`${name}_endpoint`)
  }
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})

describe('with a port of its own', () => {
  test('a command is signed in, by a page that says what asks', async () => {
    const browser = await signedIn(at)
    const begun = begin(at)
    const { address, page } = await openQuestion(browser, begun)
    expect(page.body).toContain('Allow the rolecall command on laptop.example?')
    expect(page.body).toContain('company:alice')
    expect(page.body).toContain('127.0.0.1')
    const back = await answerQuestion(at, browser, address, 'allow')
    expect(`${back.origin}${back.pathname}`).toBe(begun.redirectUri)
    expect(back.searchParams.get('state')).toBe(begun.state)
    expect(back.searchParams.get('iss')).toBe(`${at.url}/oauth`)
    const answer = await trade(at, begun, back.searchParams.get('code') ?? '')
    expect(answer.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'openid offline_access roles',
    })
    const claims = JSON.parse(
      Buffer.from(String(answer.body.id_token).split('.')[1] ?? '', 'base64url').toString(),
    )
    expect(claims).toMatchObject({
      iss: `${at.url}/oauth`,
      aud: 'rolecall-cli',
      sub: 'company:alice',
      nonce: begun.nonce,
    })
    const { access } = tokensOf(answer)
    expect((await ask(at, access)).body).toMatchObject({ id: 'company:alice', username: 'alice' })
    expect((await ask(at, access, '/api/v1/roles')).status).toBe(200)
    const keys = await ask(at, access, '/api/v1/roles/prod/ReadOnly/credentials', {
      method: 'POST',
    })
    expect(keys.body).toHaveProperty('secretAccessKey')
  })

  test('whoever is not signed in comes back to the question', async () => {
    const browser = createBrowser()
    const { address, page } = await openQuestion(browser, begin(at))
    const path = address.slice(at.url.length)
    expect(page.status).toBe(303)
    expect(page.location).toBe(`${at.url}/signin/saml/company?next=${encodeURIComponent(path)}`)
  })

  test('a person who does not allow it gives nothing', async () => {
    const browser = await signedIn(at)
    const begun = begin(at)
    const { address } = await openQuestion(browser, begun)
    const back = await answerQuestion(at, browser, address, 'deny')
    expect(back.searchParams.get('error')).toBe('access_denied')
    expect(back.searchParams.get('state')).toBe(begun.state)
    expect(back.searchParams.has('code')).toBe(false)
  })

  test('new tokens come for the refresh token, each once', async () => {
    const first = await signCommandIn(at, await signedIn(at))
    const second = tokensOf(await refresh(at, first.refresh))
    expect(second.refresh).not.toBe(first.refresh)
    expect((await ask(at, second.access)).status).toBe(200)
  })
})

describe('a device', () => {
  test('is signed in with its code', async () => {
    const { deviceCode, userCode, answer } = await beginDevice(at)
    expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(answer.body).toMatchObject({
      verification_uri: `${at.url}/device`,
      verification_uri_complete: `${at.url}/device?user_code=${userCode}`,
      expires_in: 600,
      interval: 5,
    })
    expect((await poll(at, deviceCode)).body.error).toBe('authorization_pending')
    const browser = await signedIn(at)
    const page = await browser.get(`${at.url}/device?user_code=${userCode}`)
    const typed = userCode.toLowerCase().replace('-', ' ')
    const same = await browser.get(`${at.url}/device?user_code=${encodeURIComponent(typed)}`)
    expect(same.body).toContain(`>${userCode}<`)
    expect(page.body).toContain('Allow the rolecall command on build-host?')
    expect(page.body).toContain(userCode)
    expect(page.body).toContain('rolecall/0.1.0')
    const decided = await decideDevice(at, browser, userCode, 'allow')
    expect(decided.body).toContain('The command is signed in')
    const { access, refresh: token } = tokensOf(await poll(at, deviceCode))
    expect((await ask(at, access)).body).toMatchObject({ id: 'company:alice' })
    tokensOf(await refresh(at, token))
  })

  test('is told when the person does not allow it', async () => {
    const { deviceCode, userCode } = await beginDevice(at)
    const page = await decideDevice(at, await signedIn(at), userCode, 'deny')
    expect(page.body).toContain('The command is not signed in')
    expect((await poll(at, deviceCode)).body.error).toBe('access_denied')
  })
})
