import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { auditLog, signIn, signInAtIdp, useProduct } from './product.ts'

const product = useProduct()

describe('the main job', () => {
  it('goes from SAML sign-in over search to the console in the role', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await signIn(page, demo, 'alice')

    await page.getByTestId('search').fill('prod adm')
    const opened = page.context().waitForEvent('page')
    await page.keyboard.press('Enter')
    const console = await opened
    await console.waitForLoadState()

    expect(await console.getByTestId('console-role').textContent()).toContain('Administrator')
    expect(await console.getByTestId('console-account').textContent()).toContain('100000000002')
    expect(await console.getByTestId('console-session-name').textContent()).toContain('alice')
    expect(await console.getByTestId('console-source-identity').textContent()).toContain('alice')
    expect(new URL(console.url()).searchParams.has('SigninToken')).toBe(false)

    const types = (await auditLog(demo)).map(line => line.type)
    expect(types).toEqual(
      expect.arrayContaining(['signin.succeeded', 'role.taken', 'delivery.console']),
    )
  })

  it('hands over keys that the AWS SDK can use, and says that the session was shortened', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await signIn(page, demo, 'alice')

    await page.getByTestId('keys-prod-Administrator').click()
    const dialog = page.getByTestId('keys-dialog')
    await dialog.getByTestId('keys-tab-json').click()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await dialog.getByTestId('keys-copy').first().click()
    const keys = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as {
      AccessKeyId: string
      SecretAccessKey: string
      SessionToken: string
      Expiration: string
    }
    expect(Date.parse(keys.Expiration) - Date.now()).toBeLessThanOrEqual(3600_000)
    expect(await dialog.textContent()).toMatch(/1 hour|one hour|60 min/i)

    const sts = new STSClient({
      region: 'us-east-1',
      endpoint: demo.simulator.stsEndpoint,
      credentials: {
        accessKeyId: keys.AccessKeyId,
        secretAccessKey: keys.SecretAccessKey,
        sessionToken: keys.SessionToken,
      },
    })
    const identity = await sts.send(new GetCallerIdentityCommand({}))
    expect(identity.Arn).toBe('arn:aws:sts::100000000002:assumed-role/Administrator/alice')
    const delivered = (await auditLog(demo)).find(line => line.type === 'delivery.credentials')
    expect(delivered).toMatchObject({ result: 'success' })
    expect(JSON.stringify(await auditLog(demo))).not.toContain(keys.SecretAccessKey)
  })

  it('opens a short address after signing in on the way', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await page.goto(`${demo.url}/aws/billing`)
    await page.getByTestId('signin-provider-company').click()
    await signInAtIdp(page, 'alice')
    await page.getByTestId('console-account').waitFor()
    expect(await page.getByTestId('console-account').textContent()).toContain('100000000006')
  })

  it('reaches the console from a provider whose policy lets its form go to us alone', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await page.route(`${demo.simulator.idp.url}/**`, async route => {
      if (route.request().method() !== 'POST') return route.continue()
      const asked = await route.request().allHeaders()
      const answer = await route.fetch({ headers: { ...asked, 'sec-fetch-site': 'same-origin' } })
      const policy = `form-action ${demo.url}/signin/saml/company/acs`
      const headers = { ...answer.headers(), 'content-security-policy': policy }
      return route.fulfill({ response: answer, headers })
    })
    await page.goto(`${demo.url}/aws/billing`)
    await page.getByTestId('signin-provider-company').click()
    await signInAtIdp(page, 'alice')
    await page.getByTestId('console-account').waitFor()
  })

  it('tells a person of the wrong group no, with 403', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await signIn(page, demo, 'bob')
    const answer = await page.goto(`${demo.url}/aws/billing`)
    expect(answer?.status()).toBe(403)
    const refused = (await auditLog(demo)).at(-1)
    expect(refused).toMatchObject({ type: 'access.refused', principal: 'company:bob' })
    expect((await page.goto(`${demo.url}/aws/nothing`))?.status()).toBe(404)
  })

  it('shows a person without any role what to do', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await signIn(page, demo, 'carol')
    expect(await page.getByTestId('empty-state').textContent()).toContain('staff')
  })

  it('signs out', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await signIn(page, demo, 'bob')
    await page.getByTestId('user-menu').click()
    await page.getByTestId('sign-out').click()
    await page.getByTestId('signin-provider-company').waitFor()
    const status = await page.evaluate(() => fetch('/api/v1/roles').then(answer => answer.status))
    expect(status).toBe(401)
  })
})
