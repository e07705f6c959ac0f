import fc from 'fast-check'
import { expect, it } from 'vitest'
import { blockIn, linesOutside, replaceBlock } from './managed-block.ts'

const marks = { begin: '# begin mine (do not edit)', end: '# end mine', family: '# ' }
const other = { begin: '# begin mine2 (do not edit)', end: '# end mine2', family: '# ' }

it.each([
  ['an empty file', '', '# begin mine (do not edit)\n[a]\n# end mine\n'],
  ['a file', '[x]\nk = v\n', '[x]\nk = v\n\n# begin mine (do not edit)\n[a]\n# end mine\n'],
  ['no last line end', '[x]', '[x]\n\n# begin mine (do not edit)\n[a]\n# end mine\n'],
  [
    'an older block',
    '[x]\n# begin mine (old words)\n[b]\n# end mine\n[y]\n',
    '[x]\n# begin mine (do not edit)\n[a]\n# end mine\n[y]\n',
  ],
  [
    'a block without a last line end',
    '# begin mine (x)\r\n# end mine',
    '# begin mine (do not edit)\r\n[a]\r\n# end mine',
  ],
  [
    'the block of another',
    '# begin mine2 (x)\n# end mine2\n',
    '# begin mine2 (x)\n# end mine2\n\n# begin mine (do not edit)\n[a]\n# end mine\n',
  ],
])('puts the block in %s', (_, before, after) => {
  expect(replaceBlock(before, marks, ['[a]'], 'f')).toBe(after)
  expect(blockIn(after, marks, 'f')).toEqual(['[a]'])
})

it.each([
  ['no end', '# begin mine\n[a]\n'],
  ['no beginning', '[a]\n# end mine\n'],
  ['the end first', '# end mine\n# begin mine\n'],
  ['that of another in it', '# begin mine\n# begin mine2\n# end mine\n# end mine2\n'],
  ['two', '# begin mine\n# end mine\n# begin mine\n# end mine\n'],
  ['a key behind it', '# begin mine\n[a]\n# end mine\n\n# c\nk = v\n'],
  ['an indented header behind it', '# begin mine\n[a]\n# end mine\n  [b]\n'],
])('refuses a block with %s', (_, text) => {
  expect(() => replaceBlock(text, marks, ['[a]'], '/home/me/f')).toThrow(
    expect.objectContaining({
      reason: 'configuration',
      message: expect.stringContaining('/home/me/f'),
    }),
  )
})

it('the lines of others keep every byte and their numbers', () => {
  const line = fc.constantFrom('[x]\n', 'k = v\r\n', '# c\n', '\n', '  junk\r')
  fc.assert(
    fc.property(fc.array(line), fc.array(line), (above, below) => {
      const block = '# begin mine (x)\n[a]\nk = 1\n# end mine\n'
      const text = `${above.join('')}\n${block}[y]\n${below.join('')}`
      const outside = (all: string) =>
        linesOutside(all, marks, 'f').map(({ line: one }) => one.text + one.end)
      const after = replaceBlock(text, marks, ['[b]', 'j = 2', '[c]'], 'f')
      expect(outside(after)).toEqual(outside(text))
      expect(outside(text).join('')).toBe(text.replace(block, ''))
      expect(replaceBlock(after, marks, [], 'f')).toBe(text.replace(block, ''))
      const twice = replaceBlock(replaceBlock(after, other, ['[z]'], 'f'), marks, [], 'f')
      expect(blockIn(twice, other, 'f')).toEqual(['[z]'])
    }),
  )
})
