import { describe, expect, it, test } from 'vitest'
import { type OldValue, UnreadableOld } from '../old-value.ts'
import { mergeOld } from './merge.ts'
import { readOldYaml } from './read-old-yaml.ts'

const notes: string[] = []
const read = (text: string, file = 'a.yaml') =>
  readOldYaml(text, file, ({ line }, key, why) => notes.push(`${line} ${key}: ${why}`))

/** As JSON would have it; what has no JSON keeps its kind. */
function plain(value: OldValue | undefined): unknown {
  switch (value?.kind) {
    case 'text':
      return value.text
    case 'number':
    case 'truth':
      return value.value
    case 'nothing':
      return null
    case 'list':
      return value.items.map(plain)
    case 'map':
      return Object.fromEntries([...value.entries].map(([key, one]) => [key, plain(one.value)]))
    default:
      return value === undefined ? undefined : { kind: value.kind }
  }
}

// The right column is what PyYAML 6.0.3 (safe_load) gave.
test.each([
  ['123456789012', 123_456_789_012],
  ['012345670123', 1_402_433_619],
  ['012345678901', '012345678901'],
  ['098765432109', '098765432109'],
  ['"012345678901"', '012345678901'],
  ["'123'", '123'],
  ['1234_5678_9012', 123_456_789_012],
  ['0x1F', 31],
  ['0b101', 5],
  ['1:30', 90],
  ['-12', -12],
  ['0o17', '0o17'],
  ['1e3', '1e3'],
  ['1.5', 1.5],
  ['yes', true],
  ['Off', false],
  ['y', 'y'],
  ['yEs', 'yEs'],
  ['~', null],
  ['', null],
  ['null', null],
  ['none', 'none'],
  ['2026-11-26', { kind: 'other' }],
  ['!!str 12', '12'],
  ['(?P<account>.*)-(?P<role>.*)', '(?P<account>.*)-(?P<role>.*)'],
  ['|\n  two\n  lines\n', 'two\nlines\n'],
])('id: %s', (text, expected) => {
  expect(plain(read(`id: ${text}`))).toEqual({ id: expected })
})

test('anchors, merges and keys that stand twice', () => {
  notes.length = 0
  const text = 'a: &a { x: 1, y: 2 }\nb:\n  <<: *a\n  y: 3\nc: *a\na: 9\n'
  expect(plain(read(text))).toEqual({ a: 9, b: { y: 3, x: 1 }, c: { x: 1, y: 2 } })
  expect(notes).toEqual(['1 a: line 6 says it again, and the last one counted'])
})

test.each([
  ['a: [1', 'this is not YAML'],
  ['a: *b', 'this is not YAML|anchor that is not there'],
  ['a: !!python/object/apply:os.system [id]', 'tag of its own'],
  ['a: !vault x', 'tag of its own'],
  ['a: 1\n---\nb: 2\n', 'several documents'],
  ['? [a]\n: b\n', 'a key is a list'],
  [`a: ${'['.repeat(40)}${']'.repeat(40)}`, 'more than any configuration'],
  [
    `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefg'.replace(/./g, name => `${name}: &${name} [${`*${String.fromCharCode(name.charCodeAt(0) - 1)}, `.repeat(10)}]\n`)}`,
    'more than any configuration',
  ],
])('%.40s is refused, with its line and without its text', (text, message) => {
  expect(() => read(text)).toThrow(UnreadableOld)
  expect(() => read(text)).toThrow(new RegExp(message))
})

describe('merging files', () => {
  it('maps are merged, later values replace, lists grow', () => {
    const earlier = read('a: {x: 1, y: [1]}\nb: 1\nc: null\n')
    const later = read('a: {x: 2, y: [2, 3], z: 4}\nb: {n: 1}\nc: [1]\nd: 5\n', 'b.yaml')
    if (earlier === undefined || later === undefined) throw new Error('nothing was read')
    const whole = mergeOld(earlier, later, () => undefined)
    expect(plain(whole)).toEqual({
      a: { x: 2, y: [1, 2, 3], z: 4 },
      b: { n: 1 },
      c: [1],
      d: 5,
    })
    if (whole.kind !== 'map') throw new Error('no map')
    expect(whole.entries.get('b')).toMatchObject({ file: 'b.yaml', line: 2 })
  })

  it('nothing but a map goes into a map', () => {
    const [earlier, later] = [read('a: {x: 1}'), read('a: 1', 'b.yaml')]
    if (earlier === undefined || later === undefined) throw new Error('nothing was read')
    expect(() => mergeOld(earlier, later, () => undefined)).toThrow('`a` is a map in a.yaml:1')
  })
})
