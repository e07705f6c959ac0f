import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ownWindow } from './own-window.ts'

const url = 'http://127.0.0.1:4000/x?a=1&b=2'

function installed(...names: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-window-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of names) {
    writeFileSync(join(folder, name), '#!/bin/sh\n')
    chmodSync(join(folder, name), 0o755)
  }
  return { PATH: folder }
}

test('Firefox opens a container of the account', () => {
  const env = installed('firefox', 'chromium')
  const { program, parameters } = ownWindow(url, 'prod&name=evil', { browser: undefined, env })
  expect(program).toBe(join(env.PATH, 'firefox'))
  const [option, address = ''] = parameters
  expect(option).toBe('--new-tab')
  expect(address).toMatch(/^ext\+container:name=prod-name-evil&url=http%3A%2F%2F127\.0\.0\.1/)
  const fields = new URLSearchParams(address.slice('ext+container:'.length))
  expect(fields.get('url')).toBe(url)
  // The same colour each time.
  expect(ownWindow(url, 'prod&name=evil', { browser: undefined, env }).parameters[1]).toBe(address)
})

test("granted's extension is used when it is the one that is there", () => {
  const env = { ...installed('firefox-esr'), ROLECALL_CONTAINERS: 'granted' }
  const [, address] = ownWindow(url, 'prod', { browser: 'firefox', env }).parameters
  expect(address).toMatch(/^ext\+granted-containers:name=prod&/)
})

test('Chrome and its kin open a profile of the account', () => {
  const env = installed('google-chrome')
  expect(ownWindow(url, 'prod/../x', { browser: 'chrome', env }).parameters).toEqual([
    '--profile-directory=Rolecall prod-..-x',
    url,
  ])
})

test('a browser without either is refused', () => {
  expect(() => ownWindow(url, 'prod', { browser: undefined, env: installed() })).toThrow(
    'no browser with containers or profiles is installed here',
  )
})
