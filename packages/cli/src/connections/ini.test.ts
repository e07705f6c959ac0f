import { expect, test } from 'vitest'
import { findKey, readIni } from './ini.ts'
import { readBoolean, writtenValue } from './ini-line.ts'

/** The keys of `[a]`. */
const read = (lines: string) =>
  Object.fromEntries(
    [...(readIni(`[a]\n${lines}`, 'f').sections.get('a')?.keys ?? [])].map(([key, { value }]) => [
      key,
      value,
    ]),
  )

test.each([
  ['url = https://a.example/x', 'https://a.example/x'],
  ['url: https://a.example', 'https://a.example'],
  ['url=a=b:c', 'a=b:c'],
  ['\turl\t=\t v \r', 'v'],
  ['url = v # said of it', 'v'],
  ['url = https://a.example/#/app', 'https://a.example/'],
  ['url = `https://a.example/#/app;x` # said', 'https://a.example/#/app;x'],
  ['url = """a "quoted" #1"""', 'a "quoted" #1'],
  ['url = "in quotes"', 'in quotes'],
  ["url = 'in quotes'", 'in quotes'],
  ['url = "a" and "b"', '"a" and "b"'],
  ['url = "a#b"', '"a'],
  ['url =', ''],
  ['url = `a\nb`', 'a\nb'],
  ['url = """\na\n"""', '\na\n'],
  ['url = a\\\n  b\\\n c', 'abc'],
  ['"url" = v', 'v'],
  ['`url` : v', 'v'],
  ['; url = 1\nurl = 2', '2'],
])('%j is read as go-ini reads it', (line, value) => {
  expect(read(line)).toEqual({ url: value })
})

test('the later of two keys counts, a section may stand again, and both are told', () => {
  const { sections, repeated } = readIni('[a]\nk = 1\n[b]\n[a]\nk = 2\n', 'f')
  expect(sections.get('a')?.keys.get('k')).toEqual({ value: '2', line: 5 })
  expect(repeated).toEqual([
    { section: 'a', key: undefined, line: 4, before: 1 },
    { section: 'a', key: 'k', line: 5, before: 2 },
  ])
})

test('a section has what the section before its last dot has, and values of others by %(key)s', () => {
  const file = readIni(
    'host = top.example\n[work]\nusername = alice\nloop = %(loop)s\n[work.eu]\nurl = https://%(host)s/%(tenant)s\ntenant = t\n',
    'f',
  )
  expect(findKey(file, 'work.eu', 'username')?.found.value).toBe('alice')
  expect(findKey(file, 'work.eu', 'username')?.section).toBe('work')
  expect(findKey(file, 'work.eu', 'url')?.found.value).toBe('https://top.example/t')
  expect(findKey(file, 'work', 'loop')?.found.value).toBe('%(loop)s')
  expect(findKey(file, 'work.eu', 'region')).toBeUndefined()
})

test.each([
  ['[a]\nplain words', 'f:2'],
  ['[a', 'f:1'],
  ['[a]\nk = `open\nx = 1', 'f:2'],
  ['[]\n', 'f:1'],
  ['[a]\n= v', 'f:2'],
])('%j is refused with its line and without its text', (text, place) => {
  expect(() => readIni(text, 'f')).toThrow(
    expect.objectContaining({ reason: 'configuration', message: expect.stringContaining(place) }),
  )
  expect(() => readIni('[a]\nplanted-secret', 'f')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('planted') }),
  )
})

test('what is written reads back', () => {
  const values = ['a', 'a#b', 'a;b', ' a ', '"a"', '`a`', 'a\\', 'https://x/?a=1;b#c', "'a'", 'ü']
  for (const value of values) expect(read(`k = ${writtenValue(value)}`)).toEqual({ k: value })
})

test('yes and no in the words of go-ini', () => {
  expect(['1', 'YES', 'y', 'On', 'true', 'T'].map(readBoolean)).not.toContain(false)
  expect(['0', 'No', 'n', 'off', 'False'].map(readBoolean)).not.toContain(true)
  expect(['tRUE', 'Y', '2', ''].map(readBoolean)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
