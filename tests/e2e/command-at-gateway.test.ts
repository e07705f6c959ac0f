/** The command signs in at the gateway, with a real browser, and works with the roles of the person. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify, stripVTControlCharacters } from 'node:util'
import { spawn as spawnOnTerminal } from '@lydell/node-pty'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditLog, signInAtIdp, useProduct } from './product.ts'

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

async function textOf(read: () => string | undefined): Promise<string> {
  let found: string | undefined
  await expect
    .poll(
      () => {
        found = read()
        return found
      },
      { timeout: 30_000 },
    )
    .toBeTruthy()
  return found ?? ''
}

const openedAddress = () =>
  textOf(() => {
    try {
      return readFileSync(opened, 'utf8').trim()
    } catch {
      return undefined
    }
  })

async function allow(page: Page, person: string): Promise<void> {
  await page.getByTestId('signin-provider-company').click()
  await signInAtIdp(page, person)
  await page.getByRole('button', { name: /allow/i }).click()
}

beforeAll(async () => {
  writeFileSync(
    browser,
    `#!/bin/sh\nprintf '%s' "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`,
    {
      mode: 0o700,
    },
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

  it('is signed out from the web page, and then takes no more roles', async () => {
    await rolecall('logout')
    await expect(rolecall('exec', 'prod/Administrator', '--', 'true')).rejects.toMatchObject({
      code: 12,
    })
  })

  it('signs in by a code on another device', async () => {
    const { newPage } = product()
    const started = login('--device')
    const page = await newPage()
    const printed = await textOf(() =>
      /code [A-Z0-9-]{9}/.test(started.printed()) ? started.printed() : undefined,
    )
    const [, address = '', code = ''] =
      /(http:\/\/\S+\/device)\s[\s\S]*code ([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(printed) ?? []
    expect(code).not.toBe('')
    await page.goto(address)
    await page.getByRole('button', { name: /allow/i }).click()
    expect(await started.ended, started.printed()).toBe(0)
    expect(await rolecall('whoami')).toContain('alice')
  })
})
