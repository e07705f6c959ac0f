/** What axe finds on a page, in every look that people have. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds, one line each. */
export async function findings(page: Page): Promise<readonly string[]> {
  return page.evaluate(async source => {
    // The page's policy allows no inline script; the tool comes in beside it.
    new Function(source)()
    const tool = (globalThis as unknown as { axe: typeof import('axe-core') }).axe
    const { violations } = await tool.run()
    return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html}`))
  }, axe)
}

/** Light, dark, and a telephone. */
export const looks = [
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
  { name: '360 px wide', options: { viewport: { width: 360, height: 740 } } },
] as const

/** Whether nothing stands beyond the right edge. */
export function fits(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)
}
