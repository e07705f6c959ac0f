import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openStore, serve } from '../src/index.ts'
import { expectFacts } from './support/event-facts.ts'

const program = `
const { serve } = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)})
await serve({ file: process.argv[1], onListening: url => process.stderr.write('listening ' + url + '\\n') })
`

let folder: string
let file: string
const running: ChildProcess[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-serve-'))
  file = join(folder, 'rolecall.yaml')
})
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rm(folder, { recursive: true }))

const write = (title: string, more = '') =>
  writeFile(
    file,
    `publicUrl: http://127.0.0.1:8080\ntitle: ${title}\nlisten:\n  port: 0\nstore:\n  file: gateway.db\n${more}`,
  )

function start() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
    env: { ...process.env, AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'none' },
  })
  running.push(child)
  let errors = ''
  let output = ''
  child.stderr.on('data', chunk => {
    errors += String(chunk)
  })
  child.stdout.on('data', chunk => {
    output += String(chunk)
  })
  async function seen(pattern: RegExp): Promise<RegExpExecArray> {
    for (let i = 0; i < 200; i += 1) {
      const found = pattern.exec(errors)
      if (found !== null) return found
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    throw new Error(`never saw ${pattern} in:\n${errors}\n${output}`)
  }
  return { child, seen, output: () => output }
}

const titleAt = async (url: string) =>
  (JSON.parse(await (await fetch(`${url}/api/v1/signin`)).text()) as { title: string }).title

test('a file with problems prints them all and starts nothing', async () => {
  await write('Bad', 'colour: red\ngrants: 7\n')
  const printed: string[] = []
  await expect(
    serve({ file, env: {}, log: false, print: text => printed.push(text) }),
  ).rejects.toMatchObject({ name: 'ServerError', code: 'config-refused' })
  expect(printed.join('')).toMatch(/rolecall\.yaml:\d+:\d+: .*colour/)
  expect(printed.join('')).toMatch(/rolecall\.yaml:\d+:\d+: grants/)
})

test('SIGHUP takes a good file and keeps the old one when the new is bad; SIGTERM stops', async () => {
  await write('First')
  const gateway = start()
  const [, url = ''] = await gateway.seen(/listening (\S+)/)
  expect(await titleAt(url)).toBe('First')

  await write('Broken', 'colour: red\n')
  gateway.child.kill('SIGHUP')
  await gateway.seen(/the old one stays/)
  expect(await titleAt(url)).toBe('First')

  await write('Second', 'targets:\n  prefix: /other\n')
  gateway.child.kill('SIGHUP')
  await gateway.seen(/configuration reloaded/)
  await gateway.seen(/needs a restart to take effect: targets.prefix/)
  expect(await titleAt(url)).toBe('Second')

  await fetch(`${url}/nowhere?token=very-secret`, { headers: { cookie: 'rolecall=also-secret' } })
  gateway.child.kill('SIGTERM')
  expect(await once(gateway.child, 'exit')).toEqual([0, null])
  expect(gateway.output()).toMatch(/"route":"none","status":404/)
  expect(gateway.output()).not.toContain('very-secret')
  expect(gateway.output()).not.toContain('also-secret')

  const store = await openStore(join(folder, 'gateway.db'))
  const rows = await store.db.selectFrom('audit_events').select(['type', 'body']).execute()
  await store.close()
  expect(rows.map(row => [row.type, JSON.parse(row.body).result])).toEqual([
    ['server.started', 'success'],
    ['config.reloaded', 'refused'],
    ['config.reloaded', 'success'],
    ['server.stopped', 'success'],
  ])
  const events = rows.map(row => ({ event: JSON.parse(row.body) }))
  expectFacts(events, ['server.started', 'server.stopped'])
})
