import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Connection, providerNames } from '../../connections/connection.ts'
import { providerOf } from '../index.ts'
import type { SignInParts } from '../provider.ts'

/** A machine with these programs, and a sign-in with these settings. */
async function signIn(
  programs: Readonly<Record<string, string>>,
  browser: Partial<Connection['browser']> = {},
  env: Readonly<Record<string, string>> = { DISPLAY: ':0' },
) {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-browser-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const parts = {
    ask: { possible: true, waiting: () => ({ done: () => undefined }), tell: () => undefined },
    terminal: { env: { ...env, PATH: folder, ROLECALL_STATE: folder } },
  } as unknown as SignInParts
  const connection = {
    name: 'work',
    url: 'https://idp.example/app',
    browser: { type: undefined, executablePath: undefined, profile: undefined, ...browser },
  } as unknown as Connection
  const { signIn: sign } = await providerOf('Browser')
  return await sign(connection, parts)
}

test('the provider has its name', () => {
  expect(providerNames).toContain('Browser')
})

test('a browser that ends without a response is told as that', async () => {
  await expect(signIn({ chromium: 'exit 0' })).rejects.toMatchObject({
    reason: 'interrupted',
    message: 'the browser was closed before the identity provider had signed you in to AWS',
  })
})

test('what a browser says that is no message is passed over', async () => {
  const noise = "printf 'noise\\0{}\\0[1]\\0' >&4; exit 1"
  await expect(signIn({ 'google-chrome': noise })).rejects.toMatchObject({ reason: 'interrupted' })
})

test('Ctrl-C ends the browser too, even one that does not answer', async () => {
  const program = `require('node:fs').createReadStream('', { fd: 3 })
  .on('data', data => String(data).includes('Browser.close') && process.exit())`
  const signingIn = signIn({ chromium: `exec '${process.execPath}' -e "${program}"` })
  signingIn.catch(() => undefined)
  const before = process.listenerCount('SIGINT')
  while (process.listenerCount('SIGINT') === before) {
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  process.emit('SIGINT')
  await expect(signingIn).rejects.toMatchObject({ reason: 'interrupted', message: 'stopped' })
  expect(process.listenerCount('SIGINT')).toBe(before)
})

test.each([
  [
    'none is installed',
    {},
    {},
    'neither a browser of the Chromium family nor Firefox is installed here',
  ],
  ['the named one is not', {}, { type: 'msedge' }, 'the browser "msedge" is not installed here'],
  ['its profile has no name', { chromium: '' }, { profile: '../x' }, 'is no name of a profile'],
])('where %s, it says what to set', async (_, programs, browser, words) => {
  const failing = signIn(programs, browser)
  await expect(failing).rejects.toMatchObject({ reason: 'configuration' })
  await expect(failing).rejects.toThrow(words)
})

test('where no window can open, it says how to go on', async () => {
  await expect(signIn({ chromium: '' }, {}, {})).rejects.toMatchObject({
    reason: 'cannotAsk',
    hint: 'bring the response from another machine: rolecall login -a work --paste',
  })
})
