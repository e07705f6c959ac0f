import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replaceSection, setSection } from './edit-section.ts'
import { readIni } from './ini.ts'

const set = (text: string, changes: Record<string, string | undefined>) =>
  setSection(text, 'a', new Map(Object.entries(changes)), 'f')

describe('setSection', () => {
  it.each([
    // AWS's command would take the second line for more of the first.
    ['[a]\nurl = 1\n  mfa = Auto\n', '[a]\nurl = 2\n  mfa = Auto\n'],
    [
      '[b]\nk = """\n[a]\nurl = x\n"""\n[a]\nurl=1\n',
      '[b]\nk = """\n[a]\nurl = x\n"""\n[a]\nurl=2\n',
    ],
    ['[a]\r\nurl: `1\r\nk = 1` # said\r\nk = 3', '[a]\r\nurl: 2\r\nk = 3'],
    ['[a]\nurl = 1\\\n  k = 1\nk = 3\n', '[a]\nurl = 2\nk = 3\n'],
    ['\ufeff[a]\n"url" = 1\nURL = 9\n', '\ufeff[a]\n"url" = 2\nURL = 9\n'],
    ['url = 0\n[a] # mine\nk = v\n', 'url = 0\n[a] # mine\nk = v\nurl = 2\n'],
    ['', '[a]\nurl = 2\n'],
  ])('%j', (before, after) => {
    expect(set(before, { url: '2' })).toBe(after)
  })

  it('refuses what would go on a value without an end', () => {
    expect(() => set('[a]\nk = v\\', { url: '2' })).toThrow(
      expect.objectContaining({ reason: 'refused', message: expect.stringContaining('f: [a]') }),
    )
  })
})

it('of any file that can be read nothing changes but what was to be', () => {
  const atom = fc.constantFrom(
    ...[
      '[a]\n',
      '[b]\n',
      '[a] x\r\n',
      'k = v\n',
      '  k = w\n',
      'URL=x\n',
      'url: 1 # c\n',
      '\turl=`',
      '`',
      '\n',
    ],
    ...[
      '"""',
      'x = """',
      '\\\n',
      'z = 1',
      '# c\n',
      '; c\n',
      '"k" = 1\n',
      ' ',
      '\r',
      '\ufeff',
      '%(k)s\n',
    ],
  )
  const keysOf = (text: string) => {
    const { sections } = readIni(text, 'f')
    return new Map(
      [...sections].map(([name, { keys }]) => [
        name,
        new Map([...keys].map(([key, { value }]) => [key, value])),
      ]),
    )
  }
  const value = fc.constantFrom('2', 'a#b', ' ;', 'c\\', '`', '"', undefined)
  fc.assert(
    fc.property(fc.array(atom, { maxLength: 14 }), value, (atoms, url) => {
      const text = atoms.join('')
      try {
        readIni(text, 'f')
      } catch {
        return
      }
      const edits: [string, ReadonlyMap<string, string> | undefined][] = []
      const before = keysOf(text).get('a') ?? new Map<string, string>()
      try {
        const wanted = new Map([...before, ['url', url ?? '']])
        if (url === undefined) wanted.delete('url')
        edits.push([set(text, { url }), wanted])
        const fresh = new Map([['z', 'y']])
        edits.push([replaceSection(text, 'a', fresh, 'f'), fresh])
      } catch (error) {
        // Only what ends in the middle of a value.
        expect(error).toMatchObject({ reason: 'refused' })
        expect(text).toMatch(/\\\s*$/)
      }
      for (const [after, wanted] of edits) {
        const others = (all: ReturnType<typeof keysOf>) =>
          new Map([...all].filter(([name]) => name !== 'a'))
        expect(others(keysOf(after))).toEqual(others(keysOf(text)))
        expect(keysOf(after).get('a') ?? new Map()).toEqual(wanted)
      }
    }),
    { numRuns: 1500 },
  )
})
