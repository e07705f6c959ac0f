/** The running product and a browser before it, for one test file. */
import { type Demo, startDemo } from '@rolecall/cli/demo'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { chromiumArguments, findOrInstallChromium } from '../../scripts/chromium.ts'

/** The demo with a browser. */
export interface Product {
  readonly demo: Demo
  readonly browser: Browser
  /** A page with no cookies and no memory; closed after the test. */
  newPage(options?: Parameters<Browser['newContext']>[0]): Promise<Page>
}

/** Starts the product before the file's tests and stops it after them. */
export function useProduct(): () => Product {
  let product: Product | undefined
  const contexts: BrowserContext[] = []
  beforeAll(async () => {
    const executablePath = findOrInstallChromium()
    if (executablePath === undefined)
      throw new Error('no Chromium: install it or set CHROMIUM_PATH')
    const demo = await startDemo({ port: 0 })
    const browser = await chromium.launch({ executablePath, args: [...chromiumArguments] })
    product = {
      demo,
      browser,
      newPage: async options => {
        const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
        contexts.push(context)
        return context.newPage()
      },
    }
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
  })
  afterAll(async () => {
    await product?.browser.close()
    await product?.demo.close()
  })
  return () => {
    if (product === undefined) throw new Error('the product has not started')
    return product
  }
}

/** Signs a person in through the company's identity provider; ends on the roles page. */
export async function signIn(page: Page, demo: Demo, person: string): Promise<void> {
  await page.goto(demo.url)
  await page.getByTestId('signin-provider-company').click()
  await signInAtIdp(page, person)
  await page.waitForURL(`${demo.url}/`)
}

/** Fills in the company's sign-in page. */
export async function signInAtIdp(page: Page, person: string): Promise<void> {
  await page.getByTestId('idp-username').fill(person)
  await page.getByTestId('idp-password').fill(person)
  await page.getByTestId('idp-submit').click()
}

interface AuditLine {
  readonly type: string
  readonly result: string
  readonly code?: string
  readonly reason?: string
  readonly principal?: string
  readonly role?: string
}

/** The audit log as it is on disk, oldest first. */
export async function auditLog(demo: Demo): Promise<readonly AuditLine[]> {
  const rows = await demo.store.db
    .selectFrom('audit_events')
    .select(['type', 'body'])
    .orderBy('seq')
    .execute()
  return rows.map(row => ({ ...(JSON.parse(row.body) as AuditLine), type: row.type }))
}
