import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { createVisitor, readForm, startSimulator } from '@rolecall/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../src/run.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith } from './support/rolecall.ts'

const entityId = 'http://localhost:8080/signin/saml/corp/metadata'
const spMetadata = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="http://localhost:8080/signin/saml/corp/acs"/>
</SPSSODescriptor></EntityDescriptor>`

const simulator = await startSimulator()
afterAll(() => simulator.close())
const config = `publicUrl: http://localhost:8080
signIn: {saml: [{id: corp, metadata: {url: "${simulator.idp.metadataUrl}"}}]}
`
let response: string

/** What alice posts to the gateway after a sign-in that began at the provider. */
beforeAll(async () => {
  simulator.trustServiceProvider(spMetadata)
  const browser = createVisitor({ follow: false })
  const { url } = simulator.idp
  const form = readForm(await browser.get(`${url}/sso/start?sp=${encodeURIComponent(entityId)}`))
  const person = { username: 'alice', password: 'alice' }
  const page = await browser.post(form.action, { ...form.fields, ...person }, { origin: url })
  response = readForm(page, 'SAMLResponse').fields.SAMLResponse ?? ''
})

function explain(input: string, ...more: string[]) {
  const directory = directoryWith({ 'c.yaml': config })
  const words = ['saml', 'explain', '-', '--provider', 'corp', '-c', join(directory, 'c.yaml')]
  return inProcess([...words, ...more], input)
}

test('a response that holds is accepted, in each form in which one may have it', async () => {
  const xml = Buffer.from(response, 'base64').toString()
  const form = new URLSearchParams({ SAMLResponse: response }).toString()
  for (const input of [response, `${response}\n`, xml, form]) {
    const said = await explain(input)
    expect(said.code).toBe(0)
    expect(said.out).toMatch(/^ok {4}audience$/m)
    expect(said.out).toMatch(/^accepted from corp at \S+, unasked$/m)
    expect(said.out).not.toMatch(/alice|acme\.example/)
  }
})

test('one that does not says every reason, and exits with 5', async () => {
  const said = await explain(response, '--at', '2030-01-01T00:00:00Z', '--request', '_1')
  expect(said.code).toBe(5)
  for (const code of ['response.in-response-to', 'response.issue-instant', 'assertion.expired']) {
    expect(said.out).toMatch(new RegExp(`^FAIL  .+ ${code}$`, 'm'))
  }
  expect(said.out).toMatch(/^ {6}expected _1$/m)
  expect(said.out).toMatch(/^refused from corp at 2030-01-01T00:00:00.000Z, in answer to _1$/m)
})

test('JSON has every check', async () => {
  const said = await explain('aGVsbG8=', '--json')
  expect(said.code).toBe(5)
  const { accepted, provider, checks } = JSON.parse(said.out)
  expect({ accepted, provider }).toEqual({ accepted: false, provider: 'corp' })
  expect(checks[0]).toEqual({ name: 'base64', outcome: 'passed' })
  expect(checks[1]).toMatchObject({ name: 'XML', outcome: 'failed' })
})

test('the request of a posted form is the one that it must answer', async () => {
  const RelayState = `_${'0'.repeat(40)}`
  const said = await explain(new URLSearchParams({ SAMLResponse: response, RelayState }).toString())
  expect(said.code).toBe(5)
  expect(said.out).toContain(`expected ${RelayState}`)
})

test('a terminal gets colours', async () => {
  const out: string[] = []
  const directory = directoryWith({ 'c.yaml': config, 'r.txt': response })
  const file = join(directory, 'r.txt')
  const code = await run(
    ['saml', 'explain', file, '--provider', 'corp', '-c', join(directory, 'c.yaml')],
    {
      in: new PassThrough().end(),
      out: { isTTY: true, write: (text: string) => out.push(text) },
      err: { write: () => true },
      env: {},
    },
  )
  expect(code).toBe(0)
  expect(out.join('')).toContain('\x1b[32mok    \x1b[39m')
})

test.each([
  ['a time that is none', ['--at', 'yesterday'], 2, 'A time looks like'],
  ['a request that is none', ['--request', ''], 2, 'A request ID looks like'],
  ['a provider that is not there', ['--provider', 'x'], 5, 'there is: corp'],
])('%s', async (_, more, code, said) => {
  expect(await explain(response, ...more)).toMatchObject({
    code,
    err: expect.stringContaining(said),
  })
})

test('more than 1 MiB is not read', async () => {
  expect(await explain('x'.repeat(1024 * 1024 + 1))).toMatchObject({
    code: 5,
    err: expect.stringContaining('larger than 1 MiB'),
  })
})
