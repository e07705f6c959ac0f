/** A command line that is signed in through a real browser, and signed out on the page. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { Demo } from '@rolecall/cli/demo'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findings, fits, looks } from './axe.ts'
import { signIn, signInAtIdp, useProduct } from './product.ts'

const product = useProduct()
const client = { client_id: 'rolecall-cli', scope: 'openid offline_access roles' }

async function post(demo: Demo, path: string, fields: Readonly<Record<string, string>>) {
  const answer = await fetch(`${demo.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ ...client, ...fields }),
  })
  const body: Record<string, unknown> = Object(await answer.json())
  return body
}

const beginDevice = async (demo: Demo) => {
  const body = await post(demo, '/oauth/device/auth', { host_name: 'build-host' })
  return { code: String(body.device_code), address: String(body.verification_uri_complete) }
}

/** A port that the command listens at; `called` has the query of the first call. */
async function listen() {
  const called = Promise.withResolvers<URLSearchParams>()
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (pathname === '/callback') called.resolve(searchParams)
    response.end('You may close this window.')
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { redirectUri: `http://127.0.0.1:${port}/callback`, called: called.promise }
}

it('with a port of its own, by way of the identity provider', async () => {
  const { demo, newPage } = product()
  const { redirectUri, called } = await listen()
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    ...client,
    response_type: 'code',
    redirect_uri: redirectUri,
    prompt: 'consent',
    state: 'a-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    host_name: 'laptop.example',
  })
  const page = await newPage()
  const broken: string[] = []
  page.on('console', message => {
    if (/Content Security Policy/i.test(message.text())) broken.push(message.text())
  })
  await page.goto(`${demo.url}/oauth/auth?${query}`)
  await page.getByTestId('signin-provider-company').click()
  await signInAtIdp(page, 'alice')
  await page.getByText('Allow the rolecall command on laptop.example?').waitFor()
  await page.getByRole('button', { name: 'Allow' }).click()
  const answer = await called
  expect(answer.get('state')).toBe('a-state')
  await page.getByText('You may close this window.').waitFor()
  expect(broken).toEqual([])
  const tokens = await post(demo, '/oauth/token', {
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  const me = await fetch(`${demo.url}/api/v1/me`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  expect(await me.json()).toMatchObject({ username: 'alice' })
})

it('with a code, and is signed out under the sessions of its person', async () => {
  const { demo, newPage } = product()
  const page = await newPage()
  await signIn(page, demo, 'alice')
  const { code, address } = await beginDevice(demo)
  await page.goto(address)
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByText('The command is signed in').waitFor()
  const tokens = await post(demo, '/oauth/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: code,
  })
  const asked = () =>
    fetch(`${demo.url}/api/v1/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  expect((await asked()).status).toBe(200)

  await page.goto(demo.url)
  await page.getByTestId('user-menu').click()
  await page.getByTestId('sessions').click()
  const mine = page.getByRole('button', { name: 'Sign out build-host' })
  await mine.click()
  await mine.waitFor({ state: 'detached' })
  expect((await asked()).status).toBe(401)
})

describe.each(looks)('its pages, $name', ({ options }) => {
  it('have nothing that axe finds, and fit', async () => {
    const { demo, newPage } = product()
    const page = await newPage({ ...options, bypassCSP: true })
    await signIn(page, demo, 'alice')
    await page.goto(`${demo.url}/device`)
    expect([await findings(page), await fits(page)]).toEqual([[], true])
    await page.goto((await beginDevice(demo)).address)
    await page.getByText('Does the terminal show this code?').waitFor()
    expect([await findings(page), await fits(page)]).toEqual([[], true])
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.getByText('The command is not signed in').waitFor()
    expect([await findings(page), await fits(page)]).toEqual([[], true])
  })
})
