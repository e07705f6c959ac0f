import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { signIn, useProduct } from './product.ts'

const product = useProduct()
const command = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'src', 'main.ts')

async function rolecall(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...args])
  return stdout
}

it('has a configuration file and an audit log that the command reads from another terminal', async () => {
  const { demo, newPage } = product()
  await signIn(await newPage(), demo, 'bob')
  expect(await rolecall('config', 'check', demo.configFile)).toContain('6 accounts, 9 grants')
  expect(await rolecall('audit', 'tail', '-c', demo.configFile)).toContain('company:bob')
  expect(await rolecall('audit', 'verify', '-c', demo.configFile)).toMatch(/^ok \d+ events/)
})

it('signs a person out everywhere by the command', async () => {
  const { demo, newPage } = product()
  const page = await newPage()
  await signIn(page, demo, 'bob')
  const me = () => page.context().request.get(`${demo.url}/api/v1/me`)
  expect((await me()).status()).toBe(200)
  expect(await rolecall('signout', 'company:bob', '-c', demo.configFile)).toMatch(
    /^signed company:bob out of (one|\d+) session/,
  )
  expect((await me()).status()).toBe(401)
})

it('walks its own path, with the command too', { timeout: 120_000 }, async () => {
  const { ok, steps } = JSON.parse(await rolecall('demo', '--check', '--json'))
  expect(ok, JSON.stringify(steps, undefined, 2)).toBe(true)
  expect(steps.map(({ title }: { title: string }) => title)).toContain('a program runs with a role')
})
