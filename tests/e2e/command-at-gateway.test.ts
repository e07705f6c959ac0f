/** The command signs in at the gateway, with a real browser, and works with the roles of the person. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify, stripVTControlCharacters } from 'node:util'
import { spawn as spawnOnTerminal } from '@lydell/node-pty'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditLog, signIn, signInAtIdp, useProduct } from './product.ts'

const product = useProduct()
const main = fileURLToPath(import.meta.resolve('@rolecall/cli'))
const home = mkdtempSync(join(tmpdir(), 'rolecall-e2e-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Stands for the person's browser: it writes down where the command leads them. */
const opened = join(home, 'opened')
const browser = join(home, 'browser')
const env = {
  PATH: process.env.PATH,
  HOME: home,
  BROWSER: browser,
  DISPLAY: ':0',
  ROLECALL_KEYRING: 'file',
}

async function rolecall(...args: string[]): Promise<string> {
  const running = promisify(execFile)(process.execPath, [main, ...args], { env, timeout: 60_000 })
  running.child.stdin?.end()
  return (await running).stdout
}

/** Starts a sign-in on a terminal; gives what it has shown so far, and its end. */
function login(...args: string[]) {
  const shell = spawnOnTerminal(process.execPath, [main, 'login', ...args], {
    env: { ...env, TERM: 'xterm-256color' },
    cols: 120,
    rows: 60,
  })
  let printed = ''
  shell.onData(text => {
    printed += stripVTControlCharacters(text)
  })
  const ended = new Promise<number>(resolve => shell.onExit(({ exitCode }) => resolve(exitCode)))
  return { printed: () => printed, ended }
}

/** What `read` gives as soon as it gives something. */
async function found<T>(read: () => T | null | undefined): Promise<T> {
  let last: T | null | undefined
  await expect
    .poll(
      () => {
        last = read()
        return last
      },
      { timeout: 30_000 },
    )
    .toBeTruthy()
  if (last === null || last === undefined) throw new Error('nothing was found')
  return last
}

const openedAddress = () =>
  found(() => (existsSync(opened) ? readFileSync(opened, 'utf8').trim() : undefined))

async function allow(page: Page, person: string): Promise<void> {
  await page.getByTestId('signin-provider-company').click()
  await signInAtIdp(page, person)
  await page.getByRole('button', { name: /allow/i }).click()
}

beforeAll(async () => {
  writeFileSync(
    browser,
    `#!/bin/sh\nprintf '%s' "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`,
    { mode: 0o700 },
  )
  await rolecall('configure', product().demo.url, '--skip-prompt')
})

describe('the command at a gateway', () => {
  it('signs in with the browser once, and takes roles', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    const started = login()
    await page.goto(await openedAddress())
    await allow(page, 'alice')
    await page.getByText(/close this/i).waitFor()
    expect(await started.ended, started.printed()).toBe(0)

    expect(await rolecall('whoami')).toContain('alice')
    expect(await rolecall('roles', '--json')).toContain('Administrator')
    const script = 'echo "$AWS_ACCESS_KEY_ID $ROLECALL_ROLE"'
    const printed = await rolecall('exec', 'prod/Administrator', '--', 'sh', '-c', script)
    expect(printed).toMatch(/^ASIA\w+ arn:aws:iam::100000000002:role\/Administrator\n$/)
    const events = (await auditLog(demo)).filter(({ type }) => type === 'delivery.credentials')
    expect(events.at(-1)).toMatchObject({ result: 'success' })
  })

  it('is signed out on the web page, and then takes no more roles', async () => {
    const { demo, newPage } = product()
    const page = await newPage()
    await signIn(page, demo, 'alice')
    await page.getByTestId('user-menu').click()
    await page.getByTestId('sessions').click()
    const mine = page.getByRole('button', { name: `Sign out ${hostname()}` })
    await mine.click()
    await mine.waitFor({ state: 'detached' })
    await expect(rolecall('exec', 'prod/ReadOnly', '--', 'true')).rejects.toMatchObject({
      code: 12,
      stderr: expect.stringMatching(/hint: .*rolecall login$/m),
    })
  })

  it('signs in by a code that is entered on another device', async () => {
    const { newPage } = product()
    const started = login('--device')
    const [, address = '', code = ''] = await found(() =>
      /open (\S+\/device)\s+and enter the code ([A-Z]{4}-[A-Z]{4})/.exec(started.printed()),
    )
    const page = await newPage()
    await page.goto(address)
    await page.getByTestId('signin-provider-company').click()
    await signInAtIdp(page, 'bob')
    await page.getByLabel('Code').fill(code.toLowerCase().replace('-', ''))
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText(code, { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByText('The command is signed in').waitFor()
    expect(await started.ended, started.printed()).toBe(0)
    expect(await rolecall('whoami')).toContain('bob')
  })
})
