import { issueResponse, readAuthnRequest } from '@rolecall/saml'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { auditLog, signIn, signInAtIdp, useProduct } from './product.ts'

const product = useProduct()

interface Forgery {
  readonly now?: Date
  readonly acsUrl?: string
  readonly edit?: (xml: string) => string
}

const start = '/signin/saml/company?next=/'
const acs = '/signin/saml/company/acs'

/**
 * Stands between the gateway and the identity provider: where the gateway sends the browser there,
 * the browser gets a response of ours to the real request instead.
 */
async function answerWith(page: Page, { now, acsUrl, edit = xml => xml }: Forgery): Promise<void> {
  const { demo } = product()
  const { idp } = demo.simulator
  await page.route(`${demo.url}${start}`, async route => {
    const redirect = await route.fetch({ maxRedirects: 0 })
    const { location = '', 'set-cookie': cookie = '' } = redirect.headers()
    const request = await readAuthnRequest({
      binding: 'redirect',
      query: new URL(location).search.slice(1),
    })
    const xml = issueResponse(
      {
        idp: { entityId: idp.entityId },
        sp: { entityId: request.issuer, acsUrl: acsUrl ?? `${demo.url}${acs}` },
        subject: { nameId: 'alice' },
        attributes: { uid: 'alice', memberOf: ['platform'] },
        now: now ?? new Date(),
        inResponseTo: request.id,
      },
      { key: idp.signingKey, certificate: idp.certificate, sign: 'assertion' },
    )
    const form = formWith({
      SAMLResponse: Buffer.from(edit(xml)).toString('base64'),
      RelayState: request.relayState ?? '',
    })
    await route.fulfill({
      headers: { 'content-type': 'text/html', 'set-cookie': cookie },
      body: `${form}<script>document.forms[0].submit()</script>`,
    })
  })
  await page.goto(`${demo.url}${start}`, { waitUntil: 'commit' })
}

function formWith(fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields)
    .map(([name, value]) => `<input name="${name}" value="${value}">`)
    .join('')
  return `<form method="post" action="${product().demo.url}${acs}">${inputs}</form>`
}

/** Posts a response once more, as a form on a page of the gateway would. */
async function postAgain(page: Page, body: string): Promise<void> {
  await page.goto(`${product().demo.url}/signin`)
  await page.setContent(formWith(Object.fromEntries(new URLSearchParams(body))))
  await page.locator('form').evaluate(form => (form as HTMLFormElement).submit())
}

/** The audit log has the reason; the page has none, and nobody is signed in. */
async function expectRefusal(page: Page, reason: RegExp): Promise<void> {
  const { demo } = product()
  await page.waitForURL(`${demo.url}${acs}`)
  const text = (await page.locator('body').textContent()) ?? ''
  const refused = (await auditLog(demo)).at(-1)
  expect(refused).toMatchObject({ type: 'signin.refused', result: 'refused' })
  expect(`${refused?.code} ${refused?.reason}`).toMatch(reason)
  expect(text).toContain('refused')
  expect(text).not.toMatch(/signature|digest|expired|recipient|destination|replay|cookie|browser/i)
  expect(text).not.toContain(refused?.code)
  const me = await page.context().request.get(`${demo.url}/api/v1/me`)
  expect(me.status()).toBe(401)
}

describe('a response that must not sign in', () => {
  let page: Page
  beforeEach(async () => {
    page = await product().newPage()
  })

  it('is accepted as the test makes it when nothing is wrong with it', async () => {
    await answerWith(page, {})
    await page.getByTestId('search').waitFor()
    expect((await auditLog(product().demo)).at(-1)).toMatchObject({ type: 'signin.succeeded' })
  })

  it('is refused when it has expired', async () => {
    await answerWith(page, { now: new Date(Date.now() - 3_600_000) })
    await expectRefusal(page, /expired|issue.?instant|too old/i)
  })

  it('is refused when it is addressed to another service', async () => {
    await answerWith(page, { acsUrl: 'https://other.example/acs' })
    await expectRefusal(page, /destination|recipient/i)
  })

  it('is refused when it is not signed', async () => {
    await answerWith(page, {
      edit: xml => xml.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, ''),
    })
    await expectRefusal(page, /signature|unsigned|not.signed/i)
  })

  it('is refused when a name in it was changed', async () => {
    await answerWith(page, { edit: xml => xml.replaceAll('>alice<', '>admin<') })
    await expectRefusal(page, /digest/i)
  })

  it('is refused when it comes a second time', async () => {
    const { demo } = product()
    const posted = page.waitForRequest(request => request.url().endsWith(acs))
    await signIn(page, demo, 'alice')
    await page.context().clearCookies({ name: 'rolecall' })
    await postAgain(page, (await posted).postData() ?? '')
    await expectRefusal(page, /request-unknown/)
  })

  it('is refused in another browser than the one that asked', async () => {
    const { demo } = product()
    const held = new Promise<string>(resolve => {
      void page.route(`${demo.url}${acs}`, async route => {
        resolve(route.request().postData() ?? '')
        await route.abort()
      })
    })
    await page.goto(demo.url)
    await page.getByTestId('signin-provider-company').click()
    await signInAtIdp(page, 'alice')
    const other = await product().newPage()
    await postAgain(other, await held)
    await expectRefusal(other, /other-browser/)
  })
})
