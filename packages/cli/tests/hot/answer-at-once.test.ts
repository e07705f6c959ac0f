import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/exit-codes.ts'
import { hotOptions, hotRequest } from '../../src/hot/request.ts'
import { buildProgram } from '../../src/program.ts'
import { openKeyCache } from '../../src/vault/key-cache.ts'
import { main, signedInUser } from './command.ts'

const credentials = ['credentials', 'prod/admin']

describe('a command that was answered before', () => {
  test('is answered at once, the same, and loads next to nothing', async () => {
    const { cacheKeys, run, folder } = await signedInUser()
    const { secretAccessKey } = await cacheKeys(60)
    const exec = [
      'exec',
      'prod/admin',
      '--',
      'sh',
      '-c',
      'echo "$AWS_ACCESS_KEY_ID $ROLECALL_ROLE_NAME"; exit 7',
    ]
    for (const words of [credentials, ['env', 'prod/admin', '--shell', 'fish'], exec]) {
      const first = run(words)
      expect(first.atOnce).toBe(false)
      const second = run(words)
      expect({ ...second, modules: [] }).toEqual({ ...first, modules: [], atOnce: true })
      expect(second.out).toContain('ASIAEXAMPLE')
      expect(second.code).toBe(words === exec ? 7 : 0)
      const unwanted =
        /commander|zod|yaml|inquirer|keyring\/|packages\/aws|node:(crypto|http|https|net|tls|internal\/deps\/undici)/
      expect(second.modules.filter(name => unwanted.test(name))).toEqual([])
    }
    const keys = join(folder, 'state', 'keys')
    const [id = ''] = readdirSync(keys)
    for (const file of readdirSync(join(keys, id))) {
      const text = readFileSync(join(keys, id, file), 'latin1')
      expect(text).not.toContain(secretAccessKey)
      expect(text).not.toContain('prod')
    }
  })

  test('goes the whole way again when anything it came of has changed', async () => {
    const { config, cacheKeys, env, run } = await signedInUser()
    await cacheKeys(60)
    const warm = () => {
      run(credentials)
      expect(run(credentials).atOnce).toBe(true)
    }
    warm()
    expect(run(credentials, { ROLECALL_REGION: 'eu-west-1' }).atOnce).toBe(false)
    expect(run([...credentials, '--region', 'eu-west-1']).atOnce).toBe(false)
    expect(run(credentials).atOnce).toBe(true)
    writeFileSync(config, '[work]\nprovider = Rolecall\nurl = http://127.0.0.1:9/\n')
    utimesSync(config, new Date(1000), new Date(1000))
    expect(run(credentials).atOnce).toBe(false)
    warm()
    writeFileSync(join(env.HOME, '.saml2aws'), '[other]\nurl = http://127.0.0.1:9\n')
    expect(run(credentials).atOnce).toBe(false)
  })

  test('gives nothing of a connection that led elsewhere, in the file, a variable or an option', async () => {
    const { config, cacheKeys, run } = await signedInUser()
    await cacheKeys(60)
    const arn = ['credentials', 'arn:aws:iam::123456789012:role/Admin']
    const elsewhere = 'http://127.0.0.1:10'
    const nothing = { code: exitCodes.cannotAsk.code, out: '' }
    for (const words of [credentials, arn]) expect(run(words).code).toBe(0)
    expect(run(credentials, { ROLECALL_URL: elsewhere })).toMatchObject(nothing)
    expect(run([...arn, '-a', 'work', '--url', elsewhere])).toMatchObject(nothing)
    writeFileSync(config, `[work]\nprovider = Rolecall\nurl = ${elsewhere}\n`)
    for (const words of [credentials, arn]) expect(run(words)).toMatchObject(nothing)
  }, 60_000)

  test('goes the whole way when the keys are old or forgotten', async () => {
    const { cacheKeys, env, run } = await signedInUser()
    await cacheKeys(60)
    run(credentials)
    expect(run(credentials).atOnce).toBe(true)
    await openKeyCache(env).forget('work')
    const forgotten = run(credentials)
    expect(forgotten.atOnce).toBe(false)
    expect(forgotten.out).toBe('')
    expect(forgotten.code).not.toBe(0)
  })

  test('goes the whole way for options that do more', async () => {
    const { cacheKeys, run } = await signedInUser()
    await cacheKeys(60)
    for (const option of ['--debug', '--help', '--no-such-option']) {
      run([...credentials, option])
      expect(run([...credentials, option]).atOnce).toBe(false)
    }
  })

  test('which has no program to run says so, with the code of shells', async () => {
    const { cacheKeys, run } = await signedInUser()
    await cacheKeys(60)
    const words = ['exec', 'prod/admin', '--', 'no-such-program']
    const first = run(words)
    const second = run(words)
    expect(second.atOnce).toBe(true)
    expect(second.code).toBe(127)
    expect(second.err).toBe(first.err)
  })
})

test('a reader that has gone is no failure to be told', async () => {
  const { cacheKeys, env, run } = await signedInUser()
  await cacheKeys(60)
  run(credentials)
  const child = spawn(process.execPath, ['--no-warnings', main, ...credentials], { env })
  child.stdout.destroy()
  const said = text(child.stderr)
  const [code] = await once(child, 'close')
  expect([code, await said]).toEqual([exitCodes.internal.code, ''])
})

describe('the words of a command', () => {
  test.each([
    [['credentials', 'prod/admin'], 'credentials'],
    [['script', '-a', 'work', 'prod/admin'], 'env'],
    [['exec', 'prod/admin', '--', 'aws', '--debug'], 'exec'],
    [['exec', '--region=eu-west-1', 'x', '--', 'a'], 'exec'],
    [['exec', 'prod/admin', 'aws'], undefined],
    [['exec', 'prod/admin', '--'], undefined],
    [['exec', '--server', 'prod/admin', '--', 'aws'], undefined],
    [['env', 'prod/admin', '--'], undefined],
    [['env', '--unset'], undefined],
    [['credentials', '--force', 'prod/admin'], undefined],
    [['credentials', '-awork'], undefined],
    [['constructor'], undefined],
    [['login'], undefined],
    [[], undefined],
  ])('%j are answered at once: %s', (words, verb) => {
    expect(hotRequest(words)?.verb).toBe(verb)
  })

  test('are options that the program knows', () => {
    const out = { write: () => undefined }
    const program = buildProgram({ in: process.stdin, out, err: out, env: {} }, () => undefined)
    const options = program.commands
      .filter((verb: Command) => ['credentials', 'env', 'exec'].includes(verb.name()))
      .flatMap(verb => verb.options.flatMap(({ short, long }) => [short, long]))
    expect(hotOptions.filter(option => !options.includes(option))).toEqual([])
  })
})
