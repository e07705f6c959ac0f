import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../src/index.ts'
import { createBrowser, isSignedIn, signInAtIdp, startGateway } from './gateway.ts'

test('a provider posts its response to the address that it knows, and nobody else does', async () => {
  const at = await startGateway(config => {
    const [provider] = config.signIn.saml
    if (provider === undefined) throw new Error('no provider')
    const saml = [{ ...provider, acsUrl: `${config.publicUrl}/awscon/saml/acs` }]
    return { ...config, signIn: { ...config.signIn, saml } }
  })
  onTestFinished(() => at.close())
  const browser = createBrowser()
  // The simulated provider posts to the address of the request, as it stands in our metadata.
  await signInAtIdp(at, browser, 'alice')
  expect(await isSignedIn(at, browser)).toBe(true)
  const metadata = await browser.get(`${at.url}/signin/saml/company/metadata`)
  expect(metadata.body).toContain(`Location="${at.url}/awscon/saml/acs"`)
  expect((await browser.get(`${at.url}/awscon/saml/acs`)).status).toBe(404)
  const origin = 'https://idp.example'
  const other = await createBrowser().post(`${at.url}/awscon/saml/acs/x`, {}, { origin })
  expect(other.status).not.toBe(200)
})

test('paths of our own, and one path for two providers, are refused', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-acs-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'rolecall.yaml')
  const provider = (id: string, path: string) =>
    `    - { id: ${id}, acsPath: ${path}, metadata: { url: https://idp.example/${id} } }\n`
  const providers = [
    provider('a', '/signin/x'),
    provider('b', '/saml/acs'),
    provider('c', '/saml/acs'),
  ]
  writeFileSync(file, `publicUrl: https://aws.example\nsignIn:\n  saml:\n${providers.join('')}`)
  const loaded = await loadConfig(file, { env: {} })
  expect(
    loaded.ok ? [] : loaded.problems.map(({ line, key, message }) => [line, key, message]),
  ).toEqual([
    [4, 'signIn.saml[0].acsPath', 'the gateway answers at /signin itself'],
    [6, 'signIn.saml[2].acsPath', 'line 5 has this path already'],
  ])
})
