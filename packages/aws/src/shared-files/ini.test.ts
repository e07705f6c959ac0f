import { describe, expect, it } from 'vitest'
import { parseIni } from './ini.ts'
import { splitWords } from './split-words.ts'

describe('parseIni', () => {
  const read = (text: string) =>
    Object.fromEntries(
      [...parseIni(text, 'file')].map(([name, section]) => [
        name,
        Object.fromEntries(
          [...section].map(([key, value]) => [
            key,
            typeof value === 'string' ? value : Object.fromEntries(value),
          ]),
        ),
      ]),
    )

  it.each<[string, string, object]>([
    ['comments', '# a\n; b\n[s] # c\nk = v\n  # d\n#x = y', { s: { k: 'v' } }],
    ['no comments within a line', '[s]\nk = v ; d # e', { s: { k: 'v ; d # e' } }],
    ['marks without a blank before them', '[s]\nk=a#b;c', { s: { k: 'a#b;c' } }],
    ['an equals sign in a value', '[s]\nk = a=b==', { s: { k: 'a=b==' } }],
    ['no blanks, and many', '[ s ]\na=1\nb   =   2  ', { ' s ': { a: '1', b: '2' } }],
    ['a colon', '[s]\na: 1\nb : x=y', { s: { a: '1', b: 'x=y' } }],
    ['keys in other case, twice the same', '[s]\nK = 1\nk = 1', { s: { k: '1' } }],
    ['what follows a section', '[s] x\na = 1', { s: { a: '1' } }],
    ['the common section', '[DEFAULT]\na = 1\nb = 2\n[s]\nb = 3', { s: { a: '1', b: '3' } }],
    ['a section in two places', '[s]\na = 1\n[t]\n[s]\nb = 2', { s: { a: '1', b: '2' }, t: {} }],
    ['an empty value', '[s]\nk =\nj = 1', { s: { k: '', j: '1' } }],
    [
      'a nested block',
      '[s]\ns3 =\n  a = 1\n\n  # c\n\tB = 2\nk = v',
      { s: { s3: { a: '1', B: '2' }, k: 'v' } },
    ],
    [
      'a value that goes on',
      '[s]\nk = one\n  two\n\n  three = 3\n\nj = 1',
      { s: { k: 'one\ntwo\n\nthree = 3', j: '1' } },
    ],
    [
      'a byte order mark and other line ends',
      '\ufeff[s]\r\na = 1\rb = 2',
      { s: { a: '1', b: '2' } },
    ],
    [
      'quoted names',
      '[profile "a b"]\n[sso-session   c]\n["d"]',
      { 'profile "a b"': {}, 'sso-session   c': {}, '"d"': {} },
    ],
    [
      'a key that objects have',
      '[__proto__]\nconstructor = 1',
      JSON.parse('{"__proto__":{"constructor":"1"}}'),
    ],
  ])('reads %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each([
    ['a key before a section', 'k = v', 1],
    ['a section that is not closed', '\n[s', 2],
    ['a second value for a key', '[s]\nk = 1\n[t]\n[s]\nK = 2', 5],
    ['a second value for the session token', '[s]\naws_session_token=a\naws_session_token=b', 3],
    ['a line without a sign', '[s]\nkey', 2],
    ['a line without a key', '[s]\n= v', 2],
    ['a nested line without a sign', '[s]\nk =\n  a', 3],
    ['an empty section name', '[]', 1],
  ])('refuses %s', (_, text, line) => {
    expect(() => parseIni(text, 'file')).toThrow(
      expect.objectContaining({
        code: 'bad_profile_file',
        message: expect.stringMatching(new RegExp(`^file, line ${line}: expected `)),
      }),
    )
  })
})

it('a common section does not multiply without bound', () => {
  const common = Array.from({ length: 2_000 }, (_, at) => `k${at} = v`).join('\n')
  const sections = Array.from({ length: 2_000 }, (_, at) => `[s${at}]`).join('\n')
  expect(() => parseIni(`[DEFAULT]\n${common}\n${sections}`, 'file')).toThrow(
    expect.objectContaining({
      code: 'bad_profile_file',
      message: expect.stringContaining('2000 sections have the 2000 settings of [DEFAULT]'),
    }),
  )
  expect(parseIni(`[DEFAULT]\n${common}\n[s]`, 'file').get('s')?.size).toBe(2_000)
})

describe('splitWords', () => {
  it.each<[string, string[] | undefined]>([
    ['', []],
    ['a  b\tc', ['a', 'b', 'c']],
    [`'a b'"c d" ""`, ['a bc d', '']],
    [String.raw`"a\"b\\c\d" 'e\f' g\ h`, [String.raw`a"b\c\d`, String.raw`e\f`, 'g h']],
    [`"a`, undefined],
    [`a'`, undefined],
    ['a\\', undefined],
  ])('%j', (text, words) => {
    expect(splitWords(text)).toEqual(words)
  })
})
