import { expect, test } from 'vitest'
import { drawQr } from './qr.ts'

const address = 'https://aws.example.com/device?user_code=BCDF-GHJK'
const colours = '\x1b[38;5;16;48;5;231m'
const output = (over: object) => ({
  isTTY: true,
  columns: 100,
  rows: 50,
  write: () => true,
  ...over,
})

test('a terminal shows the code in lines of half blocks, dark on light', async () => {
  const drawn = await drawQr(address, { err: output({}), env: {} })
  const lines = drawn?.split('\n') ?? []
  // Version 3 has 29 modules a side, and two of light around them.
  expect(lines).toHaveLength(Math.ceil((29 + 4) / 2))
  for (const line of lines) {
    expect(line.startsWith(colours)).toBe(true)
    expect(line.endsWith('\x1b[0m')).toBe(true)
  }
  // The finder pattern in the upper left corner: seven dark modules behind the light ones.
  expect(lines[1]?.slice(colours.length, colours.length + 9)).toBe('  █▀▀▀▀▀█')
})

test.each([
  ['it is no terminal', { isTTY: false }, {}],
  ['it is too narrow', { columns: 30 }, {}],
  ['it is too low', { rows: 15 }, {}],
  ['colours are not wanted', {}, { NO_COLOR: '1' }],
  ['it has none', {}, { TERM: 'dumb' }],
])('none where %s', async (_, over, env) => {
  expect(await drawQr(address, { err: output(over), env })).toBeUndefined()
})
