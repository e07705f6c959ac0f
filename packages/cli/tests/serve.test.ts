import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openStore } from '@rolecall/server'
import { expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../src/exit-codes.ts'
import { directoryWith, rolecall, start } from './support/rolecall.ts'

const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'S3CRETMARKER' }

/** A listener that holds a free port of loopback until the test ends. */
async function heldPort(): Promise<number> {
  const listener = createServer()
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>(resolve => listener.close(() => resolve())))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const config = (port: number) => `publicUrl: http://localhost\nlisten: { port: ${port} }\n`

test.each(['SIGTERM', 'SIGINT'] as const)('it serves until %s and ends with 0', async signal => {
  const cwd = directoryWith({ 'c.yaml': config(0) })
  const { child, ended, says } = start(['serve', '-c', 'c.yaml'], { cwd, env })
  onTestFinished(() => void child.kill('SIGKILL'))
  await says('rolecall: listening on http://127.0.0.1:')
  child.kill(signal)
  const { code, out, err } = await ended
  expect(code).toBe(0)
  expect(out + err).not.toContain('S3CRETMARKER')
})

test('a hang-up reads the file again', async () => {
  const cwd = directoryWith({ 'c.yaml': config(0) })
  const { child, ended, says } = start(['serve', '-c', join(cwd, 'c.yaml')], { cwd, env })
  onTestFinished(() => void child.kill('SIGKILL'))
  await says('listening on')
  child.kill('SIGHUP')
  await says('configuration reloaded')
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})

test('a bad configuration: its problems and exit code 3', async () => {
  const cwd = directoryWith({ 'c.yaml': 'publicUrl: 1\n' })
  const { code, err } = await rolecall(['serve', '-c', 'c.yaml'], { cwd, env })
  expect(code).toBe(exitCodes.configuration.code)
  expect(err).toContain('c.yaml:1:12: publicUrl: expected a text, found a number (1)')
  expect(err).toMatch(/^rolecall: .*\nhint: .*\n$/m)
})

test('a database that is none: exit code 4', async () => {
  const cwd = directoryWith({
    'c.yaml': config(0),
    'rolecall.db': 'this is not a database, but some other long text\n',
  })
  const { code, err } = await rolecall(['serve', '-c', 'c.yaml'], { cwd, env })
  expect(code).toBe(exitCodes.store.code)
  expect(err).toContain('rolecall: cannot open the database')
})

test('an audit log that cannot be written: exit code 4 and what to do', async () => {
  const cwd = directoryWith({ 'c.yaml': config(0) })
  const file = join(cwd, 'rolecall.db')
  await (await openStore(file)).close()
  const database = new DatabaseSync(file)
  database.exec(`create trigger full before insert on audit_events
    begin select raise(abort, 'the disk is full'); end`)
  database.close()
  const { code, err } = await rolecall(['serve', '-c', 'c.yaml'], { cwd, env })
  expect(code).toBe(exitCodes.store.code)
  expect(err).toContain('hint: Try again in a minute; an administrator checks the disk')
})

test('a port that is taken: exit code 6 and what to do', async () => {
  const cwd = directoryWith({ 'c.yaml': config(await heldPort()) })
  const { code, err } = await rolecall(['serve', '-c', 'c.yaml'], { cwd, env })
  expect(code).toBe(exitCodes.listen.code)
  expect(err).toContain('hint: Choose another `listen.host` or `listen.port`')
})
