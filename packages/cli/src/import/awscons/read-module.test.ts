import { expect, test } from 'vitest'
import { createFindings } from '../findings.ts'
import { UnreadableOld } from '../old-value.ts'
import { readModule } from './read-module.ts'

function read(text: string) {
  const findings = createFindings()
  const names = readModule(text, 'config.py', findings)
  return { names, value: names.get('x')?.value, list: findings.list }
}

test.each([
  ["os.environ['X']", { name: 'X', fallback: undefined }],
  ["os.environ.get('X', 'd')", { name: 'X', fallback: { kind: 'text', text: 'd' } }],
  ["environ.get('X')", { name: 'X', fallback: { kind: 'nothing' } }],
  ["os.getenv('X', 5)", { name: 'X', fallback: { kind: 'number', value: 5 } }],
  ["int(os.getenv('X', '5'))", { name: 'X', fallback: { kind: 'number', value: 5 } }],
])('%s is a variable of the environment', (text, expected) => {
  expect(read(`import os\nx = ${text}`).value).toMatchObject({ kind: 'variable', ...expected })
})

test.each([
  ["open('/etc/passwd').read()"],
  ["__import__('os').system('touch /tmp/x')"],
  ["'a' % b"],
  ["f'{a}'"],
  ["b'bytes'"],
  ['[n for n in y]'],
  ['{1, 2}'],
  ['{**y}'],
  ['lambda: 1'],
  ['y.z'],
  ["y['z']"],
  ['1 if y else 2'],
  ['not_there'],
  ["3 * 'a'"],
  ['3 ** 4'],
  ['7 / 2'],
  ["'\\N{BULLET}'"],
])('%s is not run, and not taken for a value', text => {
  const { value, list } = read(`y = ['a']\nx = {'k': ${text}, 'l': 'kept'}`)
  expect(list).toEqual([])
  if (value?.kind === 'map') {
    expect(JSON.stringify(value.entries.get('k'))).toContain('"kind":"other"')
    expect(value.entries.get('l')?.value).toMatchObject({ text: 'kept' })
  } else expect(value?.kind).toBe('other')
})

test.each([
  ["x.append('b')"],
  ["x += ['b']"],
  ['del x'],
  ["y[0] = 'b'"],
  ['if 1:\n    x = []'],
  ['from local import *'],
  ["exec('x = 1')"],
  ["globals()['x'] = 1"],
])('after %s nothing that it may have changed is believed', statement => {
  const { value, names, list } = read(`y = ['a']\nx = [y]\nz = 1\n${statement}\n`)
  expect(value?.kind).toBe('other')
  expect(names.get('y')?.value.kind).toBe('other')
  expect(list).toMatchObject([{ verdict: 'refused', line: 4 }])
})

test('numbers are added and multiplied', () => {
  expect(read('h = 60 * 60\nx = 8 * h + 1').value).toMatchObject({ value: 28_801 })
})

test('a statement that touches nothing of it leaves the rest alone', () => {
  const { value, list } = read("x = ['a']\nif DEBUG:\n    y = 1\n    print(y)\nprint('b')\n")
  expect(value).toMatchObject({ kind: 'list' })
  expect(list.map(({ line, verdict }) => [line, verdict])).toEqual([
    [2, 'refused'],
    [5, 'refused'],
  ])
})

test('lists and texts are put together; a list that two names share is one list', () => {
  const { value } = read("a = ('x',)\nb = 'p' + 'q' 'r'\nx = [b] + a + [u'z']\n")
  expect(value).toMatchObject({ items: [{ text: 'pqr' }, { text: 'x' }, { text: 'z' }] })
})

test.each([
  ["x = 'a", 'a text is not closed'],
  ['x = """a', 'a text is not closed'],
  ['x = [1, 2', 'a bracket is not closed'],
  [`x = ${'['.repeat(100_000)}`, 'a bracket is not closed'],
])('%.20s: what Python refuses is refused with its line', (text, message) => {
  expect(() => read(text)).toThrow(UnreadableOld)
  expect(() => read(text)).toThrow(message)
})

test('depth is bounded', () => {
  const deep = `x = ${'['.repeat(10_000)}${']'.repeat(10_000)}`
  expect(JSON.stringify(read(deep).value).length).toBeLessThan(10_000)
})
