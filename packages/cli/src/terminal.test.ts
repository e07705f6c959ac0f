import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { complain, painter, printable } from './terminal.ts'

const ignore = (_text: string): void => {}
const screen = { isTTY: true, write: ignore }

test.each([
  ['a terminal', screen, {}, true],
  ['a terminal, NO_COLOR empty', screen, { NO_COLOR: '' }, true],
  ['a terminal, NO_COLOR set', screen, { NO_COLOR: '1' }, false],
  ['a dumb terminal', screen, { TERM: 'dumb' }, false],
  ['a pipe', { write: ignore }, {}, false],
])('colours on %s: %#', (_title, output, env, coloured) => {
  expect(painter(output, env)('red', 'x')).toBe(coloured ? '\x1b[31mx\x1b[39m' : 'x')
})

test('text from elsewhere stays on its line and in its colour', () => {
  expect(printable('a\x1b[31m\r\nb\u202E\u2028c ü')).toBe(
    'a\\u{1b}[31m\\u{d}\\u{a}b\\u{202e}\\u{2028}c ü',
  )
})

test('a complaint is a line and a hint', () => {
  let said = ''
  const output = {
    write: (text: string) => {
      said += text
    },
  }
  const terminal = { in: new PassThrough(), out: output, err: output, env: {} }
  complain(terminal, 'it failed\nbadly', 'try again')
  expect(said).toBe('rolecall: it failed\\u{a}badly\nhint: try again\n')
})
