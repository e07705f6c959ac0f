/** Several ways to sign in at one gateway: by a trusted proxy, an identity provider, an e-mail address, a password. */
import { createDirectory, loadConfig } from '@rolecall/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { findings, fits, looks } from './axe.ts'
import { auditLog, signInAtIdp, useProduct } from './product.ts'

const password = 'correct horse battery staple'
/** The browser is on this machine: what it sends beside its own headers is what a proxy would add. */
const ofProxy = { 'X-Remote-User': 'alice', 'X-Remote-Groups': 'platform,developers' }

describe('several ways in', () => {
  const product = useProduct()

  beforeAll(async () => {
    const { demo } = product()
    const loaded = await loadConfig(demo.configFile)
    if (!loaded.ok) throw new Error('the configuration of the demo has problems')
    const { signIn } = loaded.config
    const saml = signIn.saml.map(one => ({ ...one, emailDomains: ['example.com'] }))
    const proxy = {
      id: 'proxy',
      title: 'the company proxy',
      emailDomains: [],
      from: ['127.0.0.1'],
      username: 'x-remote-user',
      lowerCase: false,
      displayName: undefined,
      email: undefined,
      groups: 'x-remote-groups',
      separator: ',',
      secret: undefined,
      clientCertificate: undefined,
      groupsFrom: [],
      logoutUrl: undefined,
    }
    const order = ['headers', 'saml'] as const
    await demo.gateway.reload({
      ...loaded.config,
      signIn: { ...signIn, saml, headers: [proxy], order, password: true },
    })
    const directory = createDirectory(demo.store, { now: () => new Date() })
    await directory.add({ username: 'admin', groups: ['platform'], password })
  })

  it('a person whom the proxy names sees roles without a click, signs out, and comes back with one', async () => {
    const { demo, newPage } = product()
    const page = await newPage({ extraHTTPHeaders: ofProxy })
    await page.goto(demo.url)
    await page.getByTestId('search').waitFor()
    await page.getByTestId('user-menu').click()
    await page.getByText('with the proxy’s').waitFor()
    await page.getByTestId('sign-out').click()
    const back = page.getByTestId('signin-provider-proxy')
    await back.waitFor()
    expect((await auditLog(demo)).at(-1)).toMatchObject({
      type: 'signout',
      principal: 'proxy:alice',
    })
    await page.goto(demo.url)
    await back.waitFor()
    await back.click()
    await page.getByTestId('search').waitFor()
  })

  it('has a button for each source in the order of the file', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await page.goto(`${demo.url}/signin`)
    await page.getByTestId('signin-email').waitFor()
    const ids = await page
      .locator('[data-testid^="signin-provider-"]')
      .evaluateAll(buttons => buttons.map(one => one.getAttribute('data-testid')))
    expect(ids).toEqual(['proxy', 'company', 'local'].map(id => `signin-provider-${id}`))
  })

  it('an e-mail address leads to its source, by the keyboard alone', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await page.goto(`${demo.url}/signin`)
    await page.getByTestId('signin-email').waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))
    expect(await focused()).toBe('signin-email')
    await page.keyboard.type('alice')
    await page.keyboard.press('Enter')
    await page.getByText('Enter your whole e-mail address.').waitFor()
    await page.keyboard.type('@nowhere.example')
    await page.keyboard.press('Enter')
    const problem = page.getByTestId('problem')
    await problem.waitFor()
    expect(await problem.textContent()).toContain('No sign-in is set up for e-mail addresses')
    expect(await problem.textContent()).not.toContain('example.com')
    await page.getByTestId('signin-email').fill('Alice.Moreau@EXAMPLE.com')
    await page.keyboard.press('Enter')
    await signInAtIdp(page, 'alice')
    await page.waitForURL(`${demo.url}/`)
    await page.getByTestId('search').waitFor()
  })

  it('a password has its form behind its button, and a way back', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await page.goto(`${demo.url}/signin`)
    await page.getByTestId('signin-provider-local').click()
    await page.getByTestId('signin-username').waitFor()
    await page.getByTestId('signin-back').click()
    await page.getByTestId('signin-provider-local').click()
    await page.getByTestId('signin-username').fill('admin')
    await page.getByTestId('signin-password').fill(password)
    await page.keyboard.press('Enter')
    await page.getByTestId('search').waitFor()
    expect(
      (await auditLog(demo)).findLast(({ type }) => type === 'signin.succeeded'),
    ).toMatchObject({ principal: 'local:admin' })
  })

  it.each(looks)('have nothing that axe finds, and fit: $name', async ({ options }) => {
    const { demo, newPage } = product()
    const page = await newPage({ ...options, bypassCSP: true })
    await page.goto(`${demo.url}/signin`)
    await page.getByTestId('signin-email').waitFor()
    expect(await findings(page)).toEqual([])
    expect(await fits(page)).toBe(true)
    await page.getByTestId('signin-provider-local').click()
    await page.getByTestId('signin-username').waitFor()
    expect(await findings(page)).toEqual([])
    expect(await fits(page)).toBe(true)
  })
})
