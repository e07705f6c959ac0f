import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { resolveSecret } from './resolve-secret.ts'

const node = process.execPath

async function resolve(
  reference: Parameters<typeof resolveSecret>[0],
  files: Record<string, string | Uint8Array> = {},
  deadline?: number,
) {
  const directory = temporaryDirectory(files)
  const found = await resolveSecret(reference, { env: { TOKEN: 's3cret' }, directory }, deadline)
  return found instanceof Secret ? { secret: found.reveal() } : found.refused
}

test('from the environment', async () => {
  expect(await resolve({ env: 'TOKEN' })).toEqual({ secret: 's3cret' })
  expect(await resolve({ env: 'OTHER' })).toBe('the environment variable OTHER is not set')
})

test.each([
  ['one line end is cut', 's3cret\n', 's3cret'],
  ['also one of Windows', 's3cret\r\n', 's3cret'],
  ['but only one', 's3cret\n\n', 's3cret\n'],
  ['spaces stay', ' s3cret ', ' s3cret '],
])('from a file: %s', async (_title, content, secret) => {
  expect(await resolve({ file: 'secret' }, { secret: content })).toEqual({ secret })
})

test.each([
  ['an empty one', '', 'the secret is empty'],
  ['only a line end', '\n', 'the secret is empty'],
  ['a NUL in it', 'a\0b', 'the secret holds a NUL'],
  ['no text', Uint8Array.of(0xff, 0xfe), 'cannot be used: it is not UTF-8 text'],
  ['a large one', 'x'.repeat(65_537), 'cannot be used: it is larger than 64 KiB'],
])('from a file, refused: %s', async (_title, content, refused) => {
  expect(await resolve({ file: 'secret' }, { secret: content })).toContain(refused)
})

test('from a command: its arguments reach it as they are, no shell reads them', async () => {
  const script = 'process.stdout.write(process.argv[1] + process.env.TOKEN + process.cwd())'
  const directory = temporaryDirectory()
  const reference = { command: [node, '-e', script, '$(id); "x" > y '] }
  const found = await resolveSecret(reference, { env: { TOKEN: 's3cret' }, directory })
  expect(found instanceof Secret && found.reveal()).toBe(`$(id); "x" > y s3cret${directory}`)
})

test.each([
  ['that fails', 'console.log("s3cret"); console.error("s3cret"); process.exit(7)', 'exit code 7'],
  ['that prints nothing', '', 'the secret is empty'],
  ['that prints too much', 'process.stdout.write("x".repeat(70000))', 'more than 64 KiB'],
  ['that is killed', 'process.kill(process.pid, "SIGTERM")', 'signal SIGTERM'],
])('a command %s is refused, without its output', async (_title, script, refused) => {
  const reason = await resolve({ command: [node, '-e', script] })
  expect(reason).toContain(refused)
  expect(reason).not.toContain('s3cret')
})

test('a command that takes too long is stopped, with what it started', async () => {
  const began = performance.now()
  const reason = await resolve({ command: ['/bin/sh', '-c', 'sleep 30; echo late'] }, {}, 200)
  expect(reason).toBe('the command /bin/sh failed: it did not end within 0.2 seconds')
  expect(performance.now() - began).toBeLessThan(5000)
})

test('a command that reads its input finds the end of it', async () => {
  const script = 'process.stdin.on("data", () => {}).on("end", () => console.log("done"))'
  expect(await resolve({ command: [node, '-e', script] })).toEqual({ secret: 'done' })
})

test('a file that is no program is refused', async () => {
  const directory = temporaryDirectory({ plain: 'text' })
  chmodSync(join(directory, 'plain'), 0o600)
  const found = await resolveSecret({ command: ['./plain'] }, { env: {}, directory })
  expect(found).toMatchObject({ refused: 'the command ./plain failed: this user may not run it' })
})

test('a secret written out is taken as it is', async () => {
  expect(await resolve('s3cret')).toEqual({ secret: 's3cret' })
})
