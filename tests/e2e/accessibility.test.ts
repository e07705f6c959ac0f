import { describe, expect, it } from 'vitest'
import { findings, fits, looks } from './axe.ts'
import { signIn, useProduct } from './product.ts'

const product = useProduct()
describe.each(looks)('the pages, $name', ({ options }) => {
  it('have nothing that axe finds, and fit', async () => {
    const { demo, newPage } = product()
    const page = await newPage({ ...options, bypassCSP: true })

    await page.goto(demo.url)
    await page.getByTestId('signin-provider-company').waitFor()
    expect(await findings(page)).toEqual([])
    expect(await fits(page)).toBe(true)

    await signIn(page, demo, 'alice')
    await page.getByTestId('role-prod-Administrator').first().waitFor()
    expect(await findings(page)).toEqual([])
    expect(await fits(page)).toBe(true)

    await page.getByTestId('keys-prod-ReadOnly').first().click()
    await page.getByTestId('keys-text').waitFor()
    expect(await findings(page)).toEqual([])
    expect(await fits(page)).toBe(true)

    await page.goto(`${demo.url}/aws/nothing`)
    expect(await findings(page)).toEqual([])
    expect(await fits(page)).toBe(true)
  })
})

describe('the pages under their own policy', () => {
  it('break none of its rules and ask no other host', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    const broken: string[] = []
    const foreign: string[] = []
    page.on('console', message => {
      if (/Content Security Policy/i.test(message.text())) broken.push(message.text())
    })
    page.on('request', request => {
      const { origin } = new URL(request.url())
      if (origin !== demo.url && origin !== demo.simulator.idp.url) foreign.push(request.url())
    })
    await signIn(page, demo, 'alice')
    await page.getByTestId('keys-prod-ReadOnly').first().click()
    await page.getByTestId('keys-text').waitFor()
    expect(broken).toEqual([])
    expect(foreign).toEqual([])
  })

  it('work with the keyboard alone', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await page.goto(demo.url)
    await page.getByTestId('signin-provider-company').focus()
    await page.keyboard.press('Enter')
    await page.getByTestId('idp-username').fill('alice')
    await page.keyboard.press('Tab')
    await page.keyboard.type('alice')
    await page.keyboard.press('Enter')
    await page.getByTestId('search').waitFor()
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))
    expect(focused).toBe('search')
    await page.getByTestId('keys-sandbox-Developer').first().focus()
    await page.keyboard.press('Enter')
    await page.getByTestId('keys-text').waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('keys-dialog').waitFor({ state: 'detached' })
  })
})
