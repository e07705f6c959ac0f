import { expect, test } from 'vitest'
import { readAccountId } from './account-id.ts'
import { readOldYaml } from './read-old-yaml.ts'

function read(text: string) {
  const value = readOldYaml(`id: ${text}`, 'a.yaml', () => undefined)
  if (value?.kind !== 'map') throw new Error('no map')
  return readAccountId(value.entries.get('id')?.value)
}

test.each([
  ['123456789012', '123456789012', undefined],
  ['"012345678901"', '012345678901', undefined],
  ['098765432109', '098765432109', undefined],
  ['1234_5678_9012', '123456789012', undefined],
  ['012345670123', '012345670123', expect.stringContaining('octal')],
])('%s is the account %s', (text, id, why) => {
  expect(read(text)).toEqual({ id, why })
})

test.each([
  ['12345678901', 'has not twelve digits'],
  ['3141592654', 'has not twelve digits'],
  ['0123456701', 'has not twelve digits'],
  ['1234567890123', 'has not twelve digits'],
  ['1.5', 'has not twelve digits'],
  ['"1234-5678-9012"', 'no twelve digits'],
  ['prod', 'no twelve digits'],
  ['~', 'no id'],
  ['[1]', 'no number'],
  ['yes', 'no number'],
])('%s is refused: digits are not made up', (text, refused) => {
  expect(read(text)).toMatchObject({ refused: expect.stringContaining(refused) })
})
