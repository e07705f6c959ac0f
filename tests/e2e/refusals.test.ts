import { issueResponse, readAuthnRequest } from '@rolecall/saml'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { auditLog, signIn, useProduct } from './product.ts'

const product = useProduct()

interface Forgery {
  readonly now?: Date
  readonly acsUrl?: string
  readonly edit?: (xml: string) => string
}

/** Puts a page of ours in the IdP's place: it answers the real request with a response of ours. */
async function answerWith(page: Page, { now, acsUrl, edit = xml => xml }: Forgery): Promise<void> {
  const { demo } = product()
  const { idp } = demo.simulator
  await page.route(
    url => url.href.startsWith(idp.ssoUrl),
    async route => {
      const { search } = new URL(route.request().url())
      const request = readAuthnRequest({ binding: 'redirect', query: search.slice(1) })
      const ours = `${demo.url}/signin/saml/company/acs`
      const xml = issueResponse(
        {
          idp: { entityId: idp.entityId },
          sp: { entityId: request.issuer, acsUrl: acsUrl ?? ours },
          subject: { nameId: 'alice' },
          attributes: { uid: 'alice', memberOf: ['platform'] },
          now: now ?? new Date(),
          inResponseTo: request.id,
        },
        { key: idp.signingKey, certificate: idp.certificate, sign: 'assertion' },
      )
      const fields = {
        SAMLResponse: Buffer.from(edit(xml)).toString('base64'),
        RelayState: request.relayState ?? '',
      }
      const inputs = Object.entries(fields)
        .map(([name, value]) => `<input name="${name}" value="${value}">`)
        .join('')
      const form = `<form method="post" action="${ours}">${inputs}</form>`
      await route.fulfill({
        contentType: 'text/html',
        body: `${form}<script>document.forms[0].submit()</script>`,
      })
    },
  )
}

async function expectRefusal(page: Page, reason: RegExp): Promise<void> {
  const { demo } = product()
  await page.waitForURL(`${demo.url}/signin/saml/company/acs`)
  const text = (await page.locator('body').textContent()) ?? ''
  const refused = (await auditLog(demo)).at(-1)
  expect(refused).toMatchObject({ type: 'signin.refused', result: 'refused' })
  const why = `${refused?.code} ${refused?.reason}`
  expect(why).toMatch(reason)
  expect(text).not.toMatch(reason)
  expect(text).not.toContain(refused?.code)
  await page.unrouteAll()
  const status = await page.evaluate(() => fetch('/api/v1/me').then(answer => answer.status))
  expect(status).toBe(401)
}

async function start(page: Page): Promise<void> {
  await page.goto(`${product().demo.url}/signin/saml/company?next=/`, { waitUntil: 'commit' })
}

describe('a response that must not sign in', () => {
  let page: Page
  beforeEach(async () => {
    page = await product().newPage()
  })

  it('is accepted as the test makes it when nothing is wrong with it', async () => {
    await answerWith(page, {})
    await start(page)
    await page.getByTestId('search').waitFor()
    expect((await auditLog(product().demo)).at(-1)).toMatchObject({ type: 'signin.succeeded' })
  })

  it('is refused when it has expired', async () => {
    await answerWith(page, { now: new Date(Date.now() - 3_600_000) })
    await start(page)
    await expectRefusal(page, /expired|issue.?instant|too old/i)
  })

  it('is refused when it is addressed to another service', async () => {
    await answerWith(page, { acsUrl: 'https://other.example/acs' })
    await start(page)
    await expectRefusal(page, /destination|recipient/i)
  })

  it('is refused when it is not signed', async () => {
    await answerWith(page, {
      edit: xml => xml.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, ''),
    })
    await start(page)
    await expectRefusal(page, /signature|unsigned|not.signed/i)
  })

  it('is refused when a name in it was changed', async () => {
    await answerWith(page, { edit: xml => xml.replaceAll('>alice<', '>admin<') })
    await start(page)
    await expectRefusal(page, /digest/i)
  })

  it('is refused when it comes a second time', async () => {
    const { demo } = product()
    const posted = page.waitForRequest(request => request.url().endsWith('/company/acs'))
    await signIn(page, demo, 'alice')
    const body = (await posted).postData() ?? ''
    const fresh = await product().newPage()
    await fresh.goto(`${demo.url}/healthz`)
    const inputs = [...new URLSearchParams(body)]
      .map(([name, value]) => `<input name="${name}" value="${value}">`)
      .join('')
    await page.context().clearCookies({ name: 'rolecall' })
    await page.setContent(
      `<form method="post" action="${demo.url}/signin/saml/company/acs">${inputs}</form>`,
    )
    await page.locator('form').evaluate(form => (form as HTMLFormElement).submit())
    await expectRefusal(page, /request|replay|used|unknown/i)
  })

  it('is refused in another browser than the one that asked', async () => {
    const { demo } = product()
    const held = new Promise<string>(resolve => {
      void page.route(`${demo.url}/signin/saml/company/acs`, async route => {
        resolve(route.request().postData() ?? '')
        await route.abort()
      })
    })
    await page.goto(demo.url)
    await page.getByTestId('signin-provider-company').click()
    await page.getByTestId('idp-username').fill('alice')
    await page.getByTestId('idp-password').fill('alice')
    await page.getByTestId('idp-submit').click()
    const inputs = [...new URLSearchParams(await held)]
      .map(([name, value]) => `<input name="${name}" value="${value}">`)
      .join('')
    const other = await product().newPage()
    await other.goto(`${demo.url}/healthz`)
    await other.setContent(
      `<form method="post" action="${demo.url}/signin/saml/company/acs">${inputs}</form>`,
    )
    await other.locator('form').evaluate(form => (form as HTMLFormElement).submit())
    await expectRefusal(other, /browser|cookie|request|unknown/i)
  })
})
