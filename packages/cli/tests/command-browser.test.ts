import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settings } from '../src/connections/settings.ts'
import { serviceNames, servicePage } from '../src/console/services.ts'
import { exitCodes } from '../src/exit-codes.ts'
import { browserNames } from '../src/open/browsers.ts'
import { inProcess } from './support/in-process.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/command-browser.md'), 'utf8')
const section = (title: string) => page.split(/^## /m).find(text => text.startsWith(title)) ?? ''

async function optionsOf(verb: string): Promise<readonly string[]> {
  const { out } = await inProcess([verb, '--help'])
  return [...out.matchAll(/--[a-z-]+/g)].map(([option]) => option)
}

const optionsIn = (text: string) => [...text.matchAll(/--[a-z-]{2,}/g)].map(([option]) => option)

test('docs/command-browser.md names only options that there are', async () => {
  const console = await optionsOf('console')
  expect(optionsIn(section('The console')).filter(each => !console.includes(each))).toEqual([])
  const signIn = [...(await optionsOf('login')), '--idp-provider', '--url']
  const others = optionsIn(section('At a Rolecall') + section('At any'))
  expect(others.filter(each => !signIn.includes(each))).toEqual([])
})

test('docs/command-browser.md names only keys, browsers, services and exit codes that there are', () => {
  const keys = [...section('At any').matchAll(/^\| `(\w+)`/gm)].map(([, key = '']) => key)
  expect(keys.length).toBeGreaterThan(4)
  expect(keys.filter(key => !settings.some(each => each.key === key))).toEqual([])
  for (const name of ['chrome', 'msedge', 'chromium', 'brave', 'vivaldi', 'chrome-canary']) {
    expect(browserNames).toContain(name)
  }
  const row = /^\| `--service NAME` \| (.*)and 100 more/m.exec(page)?.[1] ?? ''
  const services = [...row.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
  expect(services.filter(name => servicePage(name) === undefined)).toEqual([])
  expect(serviceNames.length - services.length).toBeGreaterThanOrEqual(100)
  const known: readonly number[] = Object.values(exitCodes).map(({ code }) => code)
  const codes = [...section('When it').matchAll(/^\| (\d+) /gm)].map(([, code]) => Number(code))
  expect(codes.filter(code => !known.includes(code))).toEqual([])
})
