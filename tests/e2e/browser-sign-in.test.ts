/** The provider `Browser` with a real Chromium. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '@rolecall/simulator'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Connection } from '../../packages/cli/src/connections/connection.ts'
import { browserProvider } from '../../packages/cli/src/providers/browser/browser.ts'
import type { SignInParts } from '../../packages/cli/src/providers/provider.ts'
import { chromiumArguments, findOrInstallChromium } from '../../scripts/chromium.ts'

const awsMetadata = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:amazon:webservices">
<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAssertionsSigned="true">
<AssertionConsumerService index="1" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://signin.aws.amazon.com/saml"/>
</SPSSODescriptor></EntityDescriptor>`

let executablePath: string | undefined
beforeAll(() => {
  executablePath = findOrInstallChromium()
})

const state = mkdtempSync(join(tmpdir(), 'rolecall-e2e-browser-'))
afterAll(() => rmSync(state, { recursive: true, force: true }))

const remembered = new Map<string, string>()
const parts = {
  ask: { possible: true, waiting: () => ({ done: () => undefined }), tell: () => undefined },
  login: async () => ({ username: 'alice', password: 'alice' }),
  terminal: { env: { ...process.env, ROLECALL_STATE: state } },
  remembered: {
    get: async (name: string) => remembered.get(name),
    set: async (name: string, value: string) => void remembered.set(name, value),
    delete: async (name: string) => void remembered.delete(name),
  },
} as unknown as SignInParts

const connectionTo = (url: string, given: Partial<Connection> = {}) =>
  ({
    name: 'work',
    url,
    browser: { type: undefined, executablePath, profile: undefined, autofill: false },
    ...given,
  }) as unknown as Connection

const headless = (...more: readonly string[]) =>
  browserProvider({ moreParameters: [...chromiumArguments, ...more] })

async function signIn(url: string, given: Partial<Connection> = {}, more: readonly string[] = []) {
  return await headless(...more).signIn(connectionTo(url, given), parts)
}

/** An identity provider that has nothing to ask: its pages by path. */
async function pages(bodies: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    const body = bodies[request.url ?? '']
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html' })
    response.end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const bound = server.address()
  return `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`
}

const formTo = (action: string, value: string, script = 'document.forms[0].submit()') =>
  `<form method="post" action="${action}"><input name="SAMLResponse" value="${value}"></form><script>${script}</script>`

test('signs in with a password that is filled in, and catches the response before it leaves', async () => {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  simulator.trustServiceProvider(awsMetadata)
  const { samlResponse, acsUrl } = await signIn(
    `${simulator.idp.url}/sso/start?sp=urn:amazon:webservices`,
    { browser: { type: undefined, executablePath, profile: undefined, autofill: true } },
  )
  expect(acsUrl).toBe('https://signin.aws.amazon.com/saml')
  const xml = Buffer.from(samlResponse, 'base64').toString('utf8')
  expect(xml).toContain(`Destination="${acsUrl}"`)
  expect(xml).toContain('alice')
})

test('catches the largest response, of another window, for the target of the connection', async () => {
  const value = Buffer.from(`<Response>${'x'.repeat(74_900)}</Response>`).toString('base64')
  const target = await pages({})
  const origin = await pages({
    '/start': `<script>window.open('/post')</script>`,
    '/post': formTo(`${target}/acs?tenant=1`, value),
  })
  const given = { targetUrl: `${target}/acs` }
  const caught = await signIn(`${origin}/start`, given, ['--disable-popup-blocking'])
  expect(caught).toEqual({ samlResponse: value, acsUrl: `${target}/acs?tenant=1` })
})

test('lets pass what carries no response, and ends when the window is closed', async () => {
  const origin = await pages({ '/start': '<script>window.close()</script>' })
  await expect(signIn(`${origin}/start`)).rejects.toMatchObject({ reason: 'interrupted' })
})

test('takes no response that a frame or a script of a page sends to AWS', async () => {
  const acs = 'https://signin.aws.amazon.com/saml'
  const value = (text: string) => Buffer.from(`<Response>${text}</Response>`).toString('base64')
  const go = `fetch('${acs}', { method: 'POST', mode: 'no-cors',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'SAMLResponse=' + encodeURIComponent('${value('script')}') }).catch(() => undefined)
setTimeout(() => document.forms[0].submit(), 1500)`
  const origin = await pages({
    '/frame': formTo(acs, value('frame')),
    '/start': `<iframe src="/frame"></iframe>${formTo(acs, value('page'), go)}`,
  })
  expect((await signIn(`${origin}/start`)).samlResponse).toBe(value('page'))
})

test('keeps the session of the provider from one sign-in to the next, until the sign-out', async () => {
  const acs = 'https://eu-central-1.signin.aws.amazon.com/saml/acs/SAMLSP4SHN3UIS2D558H46'
  const script = `const had = document.cookie
document.cookie = 'session=1; max-age=9999'
const program = navigator.webdriver ? ' program' : ''
document.forms[0].elements[0].value = btoa('<Response had="' + had + program + '"/>')
document.forms[0].submit()`
  const origin = await pages({ '/start': formTo(acs, '', script) })
  const had = async () =>
    Buffer.from((await signIn(`${origin}/start`)).samlResponse, 'base64').toString('utf8')
  expect(await had()).toBe('<Response had=""/>')
  expect(await had()).toBe('<Response had="session=1"/>')
  await headless().signOut?.(connectionTo(origin), parts)
  expect(await had()).toBe('<Response had=""/>')
})
