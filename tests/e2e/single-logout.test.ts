/** Signed requests, encrypted assertions and single logout in a browser, against the company's provider. */
import { generateKeyPairSync } from 'node:crypto'
import { loadConfig } from '@rolecall/server'
import { selfSignedCertificate } from '@rolecall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { auditLog, signIn, signInAtIdp, useProduct } from './product.ts'

describe('single logout', () => {
  const product = useProduct()

  beforeAll(async () => {
    const { demo } = product()
    const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const dates = { notBefore: new Date('2020-01-01'), notAfter: new Date('2099-01-01') }
    const certificate = selfSignedCertificate(key, { commonName: 'Gateway', ...dates })
    const loaded = await loadConfig(demo.configFile)
    if (!loaded.ok) throw new Error('the configuration of the demo has problems')
    const { config } = loaded
    const saml = config.signIn.saml.map(
      one => ({ ...one, signRequests: true, logout: 'single' }) as const,
    )
    await demo.gateway.reload({
      ...config,
      signIn: { ...config.signIn, saml, samlKeys: [{ key, certificate }] },
    })
    const metadata = await (await fetch(`${demo.url}/signin/saml/company/metadata`)).text()
    expect(metadata).toContain('AuthnRequestsSigned="true"')
    expect(metadata).toContain('use="encryption"')
    demo.simulator.trustServiceProvider(metadata)
  })

  it('begun here, signs out at the provider too', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await signIn(page, demo, 'alice')
    await page.getByTestId('user-menu').click()
    await page.getByTestId('sign-out').click()
    const again = page.getByTestId('signin-provider-company')
    await again.waitFor()
    expect((await auditLog(demo)).slice(-2)).toMatchObject([
      { type: 'signout', principal: 'company:alice' },
      { type: 'signout.provider', principal: 'company:alice', result: 'success' },
    ])
    await again.click()
    await signInAtIdp(page, 'bob')
    await page.waitForURL(`${demo.url}/`)
  })

  it('begun at the provider, ends the session here', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await signIn(page, demo, 'alice')
    await page.goto(demo.simulator.idp.url)
    await page.getByTestId('idp-signout').click()
    await page.getByTestId('idp-username').waitFor()
    expect(page.url()).toBe(`${demo.simulator.idp.url}/`)
    expect((await auditLog(demo)).at(-1)).toMatchObject({
      type: 'signout',
      principal: 'company:alice',
      reason: 'the identity provider asked for it',
    })
    await page.goto(`${demo.url}/signin`)
    const status = await page.evaluate(() => fetch('/api/v1/roles').then(answer => answer.status))
    expect(status).toBe(401)
  })
})
