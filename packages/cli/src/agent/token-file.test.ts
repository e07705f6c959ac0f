import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tokenOfFile } from './token-file.ts'

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'rolecall-token-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('a new token: for its owner alone, no line end, kept over restarts', async () => {
  const place = directory()
  const file = join(place, 'token')
  const token = await tokenOfFile(file)
  expect(token).toMatch(/^[\w-]{43}$/)
  expect(readFileSync(file, 'utf8')).toBe(token)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await tokenOfFile(file)).toBe(token)
  expect(readdirSync(place)).toEqual(['token'])
})

test('a link that leads nowhere is replaced, and nothing is written where it leads', async () => {
  const place = directory()
  const file = join(place, 'token')
  symlinkSync(join(place, 'elsewhere'), file)
  await tokenOfFile(file)
  expect(readdirSync(place)).toEqual(['token'])
})

test('several at once have the one token that stands in the file', async () => {
  const place = directory()
  const file = join(place, 'token')
  const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOfFile(file)))
  expect(new Set(tokens)).toEqual(new Set([readFileSync(file, 'utf8')]))
  expect(readdirSync(place)).toEqual(['token'])
})

test('a file of another user is refused: its owner knows the token', async () => {
  const file = join(directory(), 'token')
  writeFileSync(file, 'x'.repeat(40), { mode: 0o600 })
  const own = process.getuid?.() ?? 0
  // What root owns is good for everybody.
  if (own === 0) chownSync(file, 12_345, 0)
  await expect(tokenOfFile(file, own === 0 ? 0 : own + 1)).rejects.toMatchObject({
    reason: 'configuration',
    message: expect.stringContaining('it belongs to another user'),
  })
})

test.each([
  ['that everybody reads', 'x'.repeat(40), 0o644, 'chmod 600'],
  ['that others write', 'x'.repeat(40), 0o620, 'chmod 600'],
  ['with a line end', `${'x'.repeat(40)}\n`, 0o600, 'line end'],
  ['with a short token', 'x'.repeat(31), 0o600, 'new token'],
  ['that is empty', '', 0o600, 'new token'],
  ['that is large', 'x'.repeat(5000), 0o600, 'remove it'],
])('a file %s is refused', async (_, content, mode, hint) => {
  const file = join(directory(), 'token')
  writeFileSync(file, content)
  chmodSync(file, mode)
  const failure = { reason: 'configuration', hint: expect.stringContaining(hint) }
  await expect(tokenOfFile(file)).rejects.toMatchObject(failure)
  await expect(tokenOfFile(file)).rejects.not.toThrow('xxxx')
})

test('a directory, and a place that is not there, are refused', async () => {
  const place = directory()
  mkdirSync(join(place, 'token'), { mode: 0o700 })
  await expect(tokenOfFile(join(place, 'token'))).rejects.toThrow('it is no file')
  await expect(tokenOfFile(join(place, 'no', 'token'))).rejects.toThrow('ENOENT')
})
