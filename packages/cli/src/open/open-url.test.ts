import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { findBrowser } from './browsers.ts'
import { canOpen, openersOf, openUrl, withoutSecrets } from './open-url.ts'

const address = 'https://aws.example.com/oauth/auth?client_id=rolecall-cli&scope=a%20b'

/** A folder of programs, each of which writes what it was called with, and ends with a code. */
function programs(codes: Readonly<Record<string, number>>) {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-open-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, code] of Object.entries(codes)) {
    const file = join(folder, name)
    const script = `#!/bin/sh\nprintf '%s\\n' "$0" "$@" > "$0.called"\nenv > "$0.env"\nexit ${code}\n`
    writeFileSync(file, script)
    chmodSync(file, 0o755)
  }
  const called = (name: string) => {
    const file = join(folder, `${name}.called`)
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(1) : undefined
  }
  const text = { written: '' }
  const terminalOf = (env: Record<string, string>) => ({
    env: { PATH: `${folder}:/usr/bin:/bin`, ...env },
    err: {
      write: (part: string) => {
        text.written += part
      },
    },
  })
  return { folder, called, terminalOf, text }
}

describe('openUrl', () => {
  test('hands the address to the opener as it stands, without secrets around it', async () => {
    const { folder, called, terminalOf, text } = programs({ 'xdg-open': 0 })
    const env = {
      DISPLAY: ':0',
      AWS_SECRET_ACCESS_KEY: 'topsecret',
      ROLECALL_PASSPHRASE: 'secret2',
    }
    const terminal = terminalOf(env)
    expect(await openUrl(address, { terminal, platform: 'linux' })).toBe(true)
    await vi.waitFor(() => expect(called('xdg-open')).toEqual([address]))
    const seen = readFileSync(join(folder, 'xdg-open.env'), 'utf8')
    expect(seen).toContain('DISPLAY=:0')
    expect(seen).not.toMatch(/topsecret|secret2/)
    expect(text.written).toBe('')
  })

  test('takes the next opener when one fails, and prints the address when all do', async () => {
    const failing = programs({ 'xdg-open': 3, gio: 0 })
    const terminal = failing.terminalOf({ DISPLAY: ':0' })
    expect(await openUrl(address, { terminal, platform: 'linux' })).toBe(true)
    expect(failing.called('gio')).toEqual(['open', address])

    const broken = programs({ 'xdg-open': 3, gio: 2, 'x-www-browser': 1 })
    const alone = { ...broken.terminalOf({}), env: { PATH: broken.folder, DISPLAY: ':0' } }
    expect(await openUrl(address, { terminal: alone, platform: 'linux' })).toBe(false)
    expect(broken.text.written).toBe(
      `no browser could be started; open this address yourself:\n  ${address}\n`,
    )
  })

  test('prints the address where no browser can open', async () => {
    const { called, terminalOf, text } = programs({ 'xdg-open': 0 })
    const terminal = terminalOf({ SSH_CONNECTION: '10.0.0.1 5000 10.0.0.2 22' })
    expect(await openUrl(address, { terminal, platform: 'linux' })).toBe(false)
    expect(text.written).toContain(address)
    expect(called('xdg-open')).toBeUndefined()
  })

  test('calls what BROWSER says', async () => {
    const { called, terminalOf } = programs({ mine: 0, other: 0 })
    const terminal = terminalOf({ BROWSER: 'missing:mine --new "a b" %s:other' })
    expect(await openUrl(address, { terminal, platform: 'linux' })).toBe(true)
    expect(called('mine')).toEqual(['--new', 'a b', address])
    expect(called('other')).toBeUndefined()
  })

  test('calls the browser that is named, and says when it is not installed', async () => {
    const { called, terminalOf } = programs({ 'firefox-esr': 0, 'xdg-open': 0 })
    const terminal = terminalOf({ DISPLAY: ':0' })
    expect(await openUrl(address, { terminal, browser: 'Firefox', platform: 'linux' })).toBe(true)
    expect(called('firefox-esr')).toEqual([address])
    const missing = openUrl(address, { terminal, browser: 'librewolf', platform: 'linux' })
    await expect(missing).rejects.toMatchObject({
      reason: 'usage',
      message: 'the browser "librewolf" is not installed here',
    })
  })

  test.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    '--version',
    'https://a.example/"&calc',
    'https://a.example/ b',
    'https://a.example/\n',
  ])('opens nothing but web addresses: %j', async url => {
    const { terminalOf } = programs({ 'xdg-open': 0 })
    const opening = openUrl(url, { terminal: terminalOf({ DISPLAY: ':0' }), platform: 'linux' })
    await expect(opening).rejects.toMatchObject({ reason: 'internal' })
  })
})

test('where a browser can open', () => {
  const ssh = { SSH_CONNECTION: '10.0.0.1 5000 10.0.0.2 22' }
  expect(canOpen({ env: {}, platform: 'linux' })).toBe(false)
  expect(canOpen({ env: { WAYLAND_DISPLAY: 'wayland-0' }, platform: 'linux' })).toBe(true)
  expect(canOpen({ env: { ...ssh, DISPLAY: ':10' }, platform: 'linux' })).toBe(true)
  expect(canOpen({ env: { ...ssh, BROWSER: '/vscode/browser.sh' }, platform: 'linux' })).toBe(true)
  expect(canOpen({ env: { WSL_DISTRO_NAME: 'Debian' }, platform: 'linux' })).toBe(true)
  expect(canOpen({ env: {}, platform: 'darwin' })).toBe(true)
  expect(canOpen({ env: ssh, platform: 'darwin' })).toBe(false)
  expect(canOpen({ env: { DISPLAY: ':0', BROWSER: 'none' }, platform: 'linux' })).toBe(false)
})

test('no opener of Windows is a shell', () => {
  const { terminalOf, folder } = programs({ wslview: 0 })
  const terminal = terminalOf({ WSL_DISTRO_NAME: 'Debian' })
  expect(openersOf(address, { terminal, platform: 'linux' })[0]).toEqual({
    program: join(folder, 'wslview'),
    parameters: [address],
  })
  const windows = openersOf(address, {
    terminal: terminalOf({ SystemRoot: folder }),
    platform: 'win32',
  })
  expect(windows).toEqual([])
})

test('a browser of a Mac is found in its application', () => {
  expect(findBrowser('msedge', { HOME: '/nowhere', PATH: '' }, 'darwin')).toBeUndefined()
  expect(findBrowser('/usr/bin/env', {}, 'linux')).toMatchObject({ family: 'other' })
})

test('what a browser need not know stays away', () => {
  const env = {
    HOME: '/home/alice',
    AWS_PROFILE: 'prod',
    AWS_SESSION_TOKEN: 't',
    SAML2AWS_PASSWORD: 'p',
    DB_PASSWORD: 'p',
  }
  expect(withoutSecrets(env)).toEqual({ HOME: '/home/alice', AWS_PROFILE: 'prod' })
})
