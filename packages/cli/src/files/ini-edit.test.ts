import { parseIni, type Setting } from '@rolecall/aws/shared-files'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { removeSection, setKeys } from './ini-edit.ts'
import { iniLines, textOfLines } from './ini-lines.ts'
import { plainSection, profileSection } from './ini-names.ts'

const s = plainSection('s')

describe('setKeys', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', '[s]\nk = v\n'],
    ['a file without a final line end', '[a]\nx = 1', '[a]\nx = 1\n\n[s]\nk = v\n'],
    ['a file of Windows', '[a]\r\nx = 1\r\n', '[a]\r\nx = 1\r\n\r\n[s]\r\nk = v\r\n'],
    ['a section without keys', '[s]\n\n[t]\n', '[s]\nk = v\n\n[t]\n'],
    ['an indented header after it', '[s]\n  [t]\n', '[s]\n  k = v\n  [t]\n'],
    ['the last line of the file', '[s]\nx = 1', '[s]\nx = 1\nk = v\n'],
    [
      'keys behind which are comments',
      '[s]\nx = 1\n# c\n\n# of t\n[t]\n',
      '[s]\nx = 1\nk = v\n# c\n\n# of t\n[t]\n',
    ],
    ['an indented section', '[s]\n  x = 1\n  y = 2\n', '[s]\n  x = 1\n  y = 2\n  k = v\n'],
    [
      'a nested block at its end',
      '[s]\ns3 =\n  a = 1\n\n  b = 2\n\n',
      '[s]\ns3 =\n  a = 1\n\n  b = 2\nk = v\n\n',
    ],
    ['an old value', '[s]\nK   =\told  \nx=1\n', '[s]\nK   =\tv\nx=1\n'],
    ['an old value with a colon', '[s]\nk:old', '[s]\nk:v'],
    ['an empty old value', '[s]\nk =\nj = 1\n', '[s]\nk = v\nj = 1\n'],
    [
      'a value of several lines',
      '[s]\nk = a\n  # c\n  b\n\n  c\nj = 1\n',
      '[s]\nk = v\n  # c\n\nj = 1\n',
    ],
    ['a section in two places', '[s]\nk = 1\n[t]\n[s]\nk = 1\n', '[s]\nk = v\n[t]\n[s]\nk = v\n'],
    ['mixed line ends', '[a]\nx = 1\r\n[s]\rk = old\r\n', '[a]\nx = 1\r\n[s]\rk = v\r\n'],
    ['a byte order mark', '\ufeff[s]\nk = old\n', '\ufeff[s]\nk = v\n'],
    [
      'lines that nobody understands',
      'junk\n[s]\njunk\nk = 1\n???\n',
      'junk\n[s]\njunk\nk = v\n???\n',
    ],
    ['a header with a comment', '[s] # c\nk = 1\n', '[s] # c\nk = v\n'],
  ])('%s', (_, before, after) => {
    expect(setKeys(before, s, { k: 'v' })).toBe(after)
  })

  it('removes keys with all lines of their value', () => {
    const before = '[s]\na = 1\n# c\nk =\n  x = 1\n  y = 2\nb = 2\n'
    expect(setKeys(before, s, { K: undefined })).toBe('[s]\na = 1\n# c\nb = 2\n')
    expect(setKeys(before, plainSection('t'), { k: undefined })).toBe(before)
  })

  it('finds a profile however it is spelt, and writes it so that others find it', () => {
    const edit = (text: string, name: string) => setKeys(text, profileSection(name), { k: 'v' })
    expect(edit(`[profile 'a b']\n[profile   c]\n`, 'a b')).toBe(
      `[profile 'a b']\nk = v\n[profile   c]\n`,
    )
    expect(edit('[profile   c]\n', 'c')).toBe('[profile   c]\nk = v\n')
    expect(edit('', 'a "b" c')).toBe('[profile "a \\"b\\" c"]\nk = v\n')
    expect(edit('', 'default')).toBe('[default]\nk = v\n')
    // The later of two spellings is the one that AWS's command takes.
    expect(edit('[profile a]\n[profile "a"]\n', 'a')).toBe('[profile a]\n[profile "a"]\nk = v\n')
  })
})

describe('removeSection', () => {
  it.each([
    [
      'with its comments',
      '[a]\nx = 1\n\n[s]\n# of s\nk = 1\n\n# of t\n[t]\n',
      '[a]\nx = 1\n\n\n# of t\n[t]\n',
    ],
    ['the last one', '[a]\nx = 1\n[s]\nk = 1\n', '[a]\nx = 1\n'],
    ['at every place', '[s]\nk = 1\n[t]\n[s]\nj = 1', '[t]\n'],
    ['one that is not there', '[a]\nx = 1', '[a]\nx = 1'],
    [
      'before an indented one',
      '[a]\nx = 1\n[s]\n    k = 1\n  [t]\n  y = 1\n',
      '[a]\nx = 1\n[t]\n  y = 1\n',
    ],
  ])('%s', (_, before, after) => {
    expect(removeSection(before, s)).toBe(after)
  })
})

it.each([
  ['a line', 'a\nb'],
  ['a return', 'a\rb'],
  ['a section', '\n[x]'],
  ['a separator of Unicode', 'a\u2028b'],
  ['a control character', 'a\x00b'],
  ['a blank first', ' a'],
  ['a blank last', 'a\u00a0'],
  ['a comment', '#a'],
  ['another comment', 'a ;b'],
  ['no text', 'a\ud800'],
  ['much', 'a'.repeat(20_000)],
])('names and values with %s are refused, and not shown', (_, text) => {
  const refused = expect.objectContaining({ reason: 'refused' })
  expect(() => setKeys('', s, { k: `${text}` })).toThrow(refused)
  expect(() => setKeys('', s, { [text]: 'v' })).toThrow(refused)
  expect(() => plainSection(text)).toThrow(refused)
  expect(() => profileSection(text)).toThrow(refused)
  const secret = `wJalrXUtnFEMI\n${text}`
  expect(() => setKeys('', s, { k: secret })).not.toThrow(/wJalr/)
})

it.each(['', 'a]b', '[a', 'DEFAULT'])('a section is not called %j', name => {
  expect(() => plainSection(name)).toThrow(expect.objectContaining({ reason: 'refused' }))
})

/** Pieces of which files are made, the odd ones more often than people write them. */
const piece = fc.constantFrom(
  ...['[s]', '[t]', '[profile a]', '[profile "a"]', '  [s]', '\t[u]', '[s] # c', '[DEFAULT]'],
  ...[
    'k = 1',
    'k: 1',
    'K=2',
    '  k = 1',
    'j = a=b',
    '    j = 3',
    'k =',
    '\tx = 1',
    'y',
    '  more',
    '= v',
  ],
  ...['# c', '  ; c', '', '  ', '\u00a0', 'é = ü', '      a = 1', '    b = 2'],
)
const file = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(fc.tuple(piece, fc.constantFrom('\n', '\n', '\r\n', '\r')), { maxLength: 14 }),
    piece,
  )
  .map(([mark, lines, last]) => mark + lines.map(line => line.join('')).join('') + last)

function settings(text: string): Map<string, Map<string, Setting>> | undefined {
  try {
    return new Map([...parseIni(text, 'file')].map(([name, keys]) => [name, new Map(keys)]))
  } catch {
    return undefined
  }
}

const section = fc.constantFrom('s', 't', 'new', 'profile a')

it('the lines of any text are the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        file,
        fc.array(fc.integer({ min: 0, max: 0x17f })).map(codes => String.fromCharCode(...codes)),
      ),
      text => textOfLines(iniLines(text)) === text,
    ),
  )
})

it('what is read after an edit is what was there and the change', () => {
  const value = fc.constantFrom(undefined, '', 'v', 'a=b', ': x', '[t]', 'ü')
  fc.assert(
    fc.property(
      file,
      section,
      fc.dictionary(fc.constantFrom('k', 'j', 'new'), value),
      (text, name, changes) => {
        // Whose common settings change under the sections is not told here.
        fc.pre(!text.includes('DEFAULT'))
        const expected = settings(text)
        const after = setKeys(text, plainSection(name), changes)
        if (expected === undefined) return
        const set = Object.entries(changes).filter(([, to]) => to !== undefined)
        const keys = expected.get(name) ?? new Map<string, Setting>()
        if (set.length > 0) expected.set(name, keys)
        for (const [key, to] of Object.entries(changes)) {
          if (to === undefined) keys.delete(key)
          else keys.set(key, to)
        }
        expect(sorted(settings(after))).toEqual(sorted(expected))
        // Nothing else moved: without the lines of those keys both are the same.
        expect(setKeys(after, plainSection(name), changes)).toBe(after)
      },
    ),
    { numRuns: 500 },
  )
})

it('what is read after a removal is all but the section', () => {
  fc.assert(
    fc.property(file, section, (text, name) => {
      const expected = settings(text)
      expected?.delete(name)
      const after = removeSection(text, plainSection(name))
      if (expected !== undefined) expect(sorted(settings(after))).toEqual(sorted(expected))
    }),
    { numRuns: 500 },
  )
})

it('lines of other sections and comments keep every byte', () => {
  fc.assert(
    fc.property(file, text => {
      const after = setKeys(text, s, { k: 'v', j: undefined })
      const others = (all: string) =>
        iniLines(all)
          .filter(
            line => line.kind === 'comment' || (line.section !== 's' && line.kind !== 'blank'),
          )
          .map(line => line.text + line.end)
      const before = others(text)
      const now = others(after)
      // A missing final line end is made when something follows.
      const last = before.length - 1
      if (now[last] !== before[last]) before[last] += now[last]?.slice(before[last]?.length) ?? ''
      expect(now).toEqual(before)
    }),
    { numRuns: 500 },
  )
})

const sorted = (all: ReadonlyMap<string, ReadonlyMap<string, Setting>> | undefined) =>
  all && [...all].map(([name, keys]) => [name, [...keys].sort()]).sort()
