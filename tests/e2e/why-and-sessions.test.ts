import { expect, it } from 'vitest'
import { signIn, useProduct } from './product.ts'

const product = useProduct()

it('a role that is not in the list is explained', async () => {
  const { demo, newPage } = product()
  const page = await newPage()
  await signIn(page, demo, 'alice')
  await page.getByTestId('search').fill('nothing')
  await page.getByText('account/role').waitFor()
  await page.getByTestId('search').fill('prod/NotARole')
  await page.getByTestId('why').click()
  expect(await page.getByTestId('why-lines').innerText()).toMatch(/grant|role/i)
})

it('the sessions that were taken are listed, and the focus comes back', async () => {
  const { demo, newPage } = product()
  const page = await newPage()
  await signIn(page, demo, 'alice')
  await page.getByTestId('keys-prod-ReadOnly').first().click()
  await page.getByTestId('keys-text').waitFor()
  await page.keyboard.press('Escape')
  await page.getByTestId('user-menu').click()
  await page.getByTestId('sessions').click()
  const list = page.getByTestId('sessions-dialog')
  await list.getByText('ReadOnly').waitFor()
  expect(await list.innerText()).toMatch(/ends in .* ASIA\w+/s)
  await page.keyboard.press('Escape')
  await list.waitFor({ state: 'detached' })
})

it.each([
  ['is still being read', 200, { accounts: [], reading: { of: 20, read: 3 } }, 'reading'],
  ['cannot be had', 500, { error: { code: 'internal', message: 'No.', hint: 'Wait.' } }, 'problem'],
])(
  'what is said of a list that %s does not stick to the header',
  async (_title, status, json, id) => {
    const { demo, newPage } = product()
    const page = await newPage()
    await signIn(page, demo, 'alice')
    await page.route('**/api/v1/roles', route => route.fulfill({ status, json }))
    await page.reload()
    const [line, header] = [page.getByTestId(id), page.locator('header')]
    await line.waitFor()
    const [below, above] = [await line.boundingBox(), await header.boundingBox()]
    expect((below?.y ?? 0) - ((above?.y ?? 0) + (above?.height ?? 0))).toBeGreaterThanOrEqual(16)
  },
)
