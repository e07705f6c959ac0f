/** The `rolecall` command as a server sees it: plain requests, no library. */
import { createHash, randomBytes } from 'node:crypto'
import type { Page, Visitor } from '@rolecall/simulator'
import type { TestGateway } from '../gateway.ts'

export const clientId = 'rolecall-cli'
export const scope = 'openid offline_access roles'
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** A JSON answer. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Headers
}

/** Tokens as the token endpoint gave them. */
export interface Tokens {
  readonly access: string
  readonly refresh: string
}

/** A sign-in that a command began with a port of its own. */
export interface Begun {
  readonly address: string
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Posts a form as a program does. */
export async function post(
  at: TestGateway,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const answer = await fetch(`${at.url}${path}`, {
    method: 'POST',
    headers: { accept: 'application/json', ...headers },
    body: new URLSearchParams({ client_id: clientId, ...fields }),
  })
  return read(answer)
}

async function read(answer: Response): Promise<Answer> {
  const text = await answer.text()
  const body: unknown = text === '' ? {} : JSON.parse(text)
  const isMap = typeof body === 'object' && body !== null
  return { status: answer.status, body: isMap ? { ...body } : {}, headers: answer.headers }
}

/** Asks the API with an access token. */
export async function ask(
  at: TestGateway,
  token: string,
  path = '/api/v1/me',
  init: RequestInit = {},
): Promise<Answer> {
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` }
  return read(
    await fetch(`${at.url}${path}`, { ...init, headers: { ...headers, ...init.headers } }),
  )
}

/** What a command begins with; `over` forges a parameter, an empty one is left out. */
export function begin(at: TestGateway, over: Readonly<Record<string, string>> = {}): Begun {
  const [state, nonce] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
  const verifier = randomBytes(32).toString('base64url')
  const redirectUri = 'http://127.0.0.1:43210/callback'
  const parameters = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    prompt: 'consent',
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    host_name: 'laptop.example',
    ...over,
  }
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''))
  return { address: `${at.url}/oauth/auth?${query}`, redirectUri, state, nonce, verifier }
}

/** Opens the page that asks, in a browser that is signed in. */
export async function openQuestion(browser: Visitor, begun: Begun) {
  const sent = await browser.get(begun.address)
  const address = sent.location ?? ''
  return { address, page: await browser.get(address) }
}

/** Answers it, and follows the browser to the address that the command listens at. */
export async function answerQuestion(
  at: TestGateway,
  browser: Visitor,
  address: string,
  decision: 'allow' | 'deny',
): Promise<URL> {
  const page = await browser.post(address, { decision }, { origin: at.url })
  const next = /href="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const back = await browser.get(`${at.url}${next}`)
  if (back.location === undefined) throw new Error(`no way back: ${back.status} ${back.body}`)
  return new URL(back.location)
}

/** Lets a command in; answers the code. */
export async function allow(at: TestGateway, browser: Visitor, begun: Begun): Promise<string> {
  const { address } = await openQuestion(browser, begun)
  const back = await answerQuestion(at, browser, address, 'allow')
  return back.searchParams.get('code') ?? ''
}

/** Trades a code for tokens. */
export function trade(
  at: TestGateway,
  begun: Begun,
  code: string,
  over: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { redirectUri, verifier } = begun
  const fields = { code, redirect_uri: redirectUri, code_verifier: verifier }
  return post(at, '/oauth/token', { grant_type: 'authorization_code', ...fields, ...over })
}

export function refresh(at: TestGateway, token: string): Promise<Answer> {
  return post(at, '/oauth/token', { grant_type: 'refresh_token', refresh_token: token })
}

/** The tokens of an answer; throws for any other. */
export function tokensOf({ status, body }: Answer): Tokens {
  const { access_token: access, refresh_token: refresh } = body
  if (status === 200 && typeof access === 'string' && typeof refresh === 'string') {
    return { access, refresh }
  }
  throw new Error(`no tokens: ${status} ${JSON.stringify(body)}`)
}

/** Signs a command in, from the beginning to its tokens. */
export async function signCommandIn(at: TestGateway, browser: Visitor): Promise<Tokens> {
  const begun = begin(at)
  return tokensOf(await trade(at, begun, await allow(at, browser, begun)))
}

/** A device that asks for a code. */
export async function beginDevice(
  at: TestGateway,
  over: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly deviceCode: string; readonly userCode: string; readonly answer: Answer }> {
  const fields = { scope, host_name: 'build-host', ...over }
  const answer = await post(at, '/oauth/device/auth', fields, {
    'user-agent': 'rolecall/0.1.0',
    ...headers,
  })
  const { device_code: deviceCode, user_code: userCode } = answer.body
  return { deviceCode: String(deviceCode), userCode: String(userCode), answer }
}

export function poll(at: TestGateway, deviceCode: string): Promise<Answer> {
  return post(at, '/oauth/token', { grant_type: deviceGrant, device_code: deviceCode })
}

/** Answers the page of a device. */
export function decideDevice(
  at: TestGateway,
  browser: Visitor,
  userCode: string,
  decision: 'allow' | 'deny',
): Promise<Page> {
  const fields = { user_code: userCode, decision }
  return browser.post(`${at.url}/device`, fields, { origin: at.url })
}
