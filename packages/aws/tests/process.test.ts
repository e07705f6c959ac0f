import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { processCredentials } from '../src/index.ts'
import { folderWith } from './files.ts'

const node = process.execPath
const printing = (answer: unknown) => [node, '-p', 'process.argv[1]', JSON.stringify(answer)]
const keys = { Version: 1, AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 's3cret' }

describe('processCredentials', () => {
  it('reads what the program prints', async () => {
    expect(await processCredentials({ command: printing(keys) }).get()).toEqual({
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: 's3cret',
    })
    const all = {
      ...keys,
      SessionToken: 'token',
      Expiration: '2126-01-01T00:00:00+01:00',
      AccountId: '123456789012',
    }
    expect(await processCredentials({ command: printing(all) }).get()).toEqual({
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: 's3cret',
      sessionToken: 'token',
      expiration: new Date('2125-12-31T23:00:00Z'),
      accountId: '123456789012',
    })
  })

  it('splits a text as a shell does, and expands nothing', async () => {
    const script =
      'console.log(JSON.stringify({Version:1,AccessKeyId:`AKID`,SecretAccessKey:`s`+process.argv.length+process.argv[2]}))'
    const command = `"${node}" -e '${script}' "one word" ~/$HOME`
    const { secretAccessKey } = await processCredentials({ command }).get()
    expect(secretAccessKey).toBe('s3~/$HOME')
  })

  it('gives the program the environment that it is given', async () => {
    const script =
      'JSON.stringify({...JSON.parse(process.env.KEYS), SessionToken: process.env.HOME})'
    const command = [node, '-p', script]
    const env = { KEYS: JSON.stringify(keys), HOME: 'home' }
    expect(await processCredentials({ command, env }).get()).toMatchObject({ sessionToken: 'home' })
  })

  it.each<[string, unknown, string, string]>([
    ['no version', { ...keys, Version: undefined }, 'bad_answer', 'has no "Version": 1'],
    ['the version as a text', { ...keys, Version: '1' }, 'bad_answer', 'has no "Version": 1'],
    ['another version', { ...keys, Version: 2 }, 'bad_answer', 'has no "Version": 1'],
    ['no key', { Version: 1, SecretAccessKey: 's' }, 'incomplete_credentials', 'access key ID'],
    ['a secret that is no text', { ...keys, SecretAccessKey: 1 }, 'incomplete_credentials', ''],
    ['a time that is none', { ...keys, Expiration: 'soon' }, 'bad_answer', 'no Expiration such'],
    ['a time without a zone', { ...keys, Expiration: '2126-01-01T00:00:00' }, 'bad_answer', ''],
    ['a blank in the secret', { ...keys, SecretAccessKey: 's ' }, 'invalid_argument', 'a blank'],
    ['a list', [keys], 'bad_answer', 'is no JSON object'],
    ['text', 'no object', 'bad_answer', ''],
  ])('refuses an answer with %s', async (_, answer, code, message) => {
    await expect(processCredentials({ command: printing(answer) }).get()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  it('says how the program ended, and keeps what it wrote to the caller', async () => {
    const script = 'console.error("password hunter2"); process.exit(3)'
    const said: string[] = []
    const onStderr = (text: string) => said.push(text)
    const failing = processCredentials({ command: [node, '-e', script], onStderr })
    await expect(failing.get()).rejects.toMatchObject({
      code: 'process_failed',
      message: `credential process ${JSON.stringify(node)}: ended with 3, and wrote 17 bytes to standard error; run it by hand to see why`,
    })
    expect(said).toEqual(['password hunter2\n'])
    const killed = processCredentials({ command: [node, '-e', 'process.kill(process.pid)'] })
    await expect(killed.get()).rejects.toThrow(/was ended by SIGTERM/)
    await expect(processCredentials({ command: 'no-such-program-here' }).get()).rejects.toThrow(
      /cannot be started \(ENOENT\)/,
    )
  })

  it('repeats no argument of a program that cannot be started', async () => {
    const long = `hunter2${'x'.repeat(256 * 1024)}`
    const error: unknown = await processCredentials({ command: [node, '-e', '', long] })
      .get()
      .catch((one: unknown) => one)
    expect(error).toMatchObject({
      code: 'process_failed',
      message: expect.stringContaining('cannot be started (E2BIG)'),
    })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
  })

  it('tells a failure of the caller’s own function to the caller', async () => {
    const onStderr = () => {
      throw new TypeError('mine')
    }
    const command = [node, '-e', 'console.error(1)']
    await expect(processCredentials({ command, onStderr }).get()).rejects.toThrow('mine')
  })

  it('ends with a program that does not, or prints without end', async () => {
    // The child of the child holds the output open.
    const child = `require('child_process').spawn(process.execPath,['-e','setTimeout(()=>{},4000)'],{stdio:'inherit'})`
    for (const script of ['setInterval(() => {}, 1000)', child]) {
      const began = performance.now()
      const stuck = processCredentials({ command: [node, '-e', script], timeoutMs: 400 })
      await expect(stuck.get()).rejects.toMatchObject({ code: 'timeout' })
      expect(performance.now() - began).toBeLessThan(3_500)
    }
    const endless = 'setInterval(() => process.stdout.write("x".repeat(65536)), 1)'
    await expect(
      processCredentials({ command: [node, '-e', endless] }).get(),
    ).rejects.toMatchObject({ code: 'response_too_large' })
  })

  it('ends what the program has started too, where nobody can be asked at a terminal', async () => {
    const folder = await folderWith({ wrapper: '(sleep 2; touch "$1") & wait\n' })
    const late = join(folder, 'late')
    const index = JSON.stringify(new URL('../src/index.ts', import.meta.url))
    const command = JSON.stringify(['sh', join(folder, 'wrapper'), late])
    const script = `import { processCredentials } from ${index}
await processCredentials({ command: ${command}, timeoutMs: 500 }).get().catch(error => console.log(error.code))`
    // A session of its own has no terminal, whoever runs this test.
    const child = spawn(node, ['--input-type=module', '-e', script], { detached: true })
    const [said] = await once(child.stdout, 'data')
    expect(String(said)).toBe('timeout\n')
    await new Promise(resolve => setTimeout(resolve, 2_500))
    expect(existsSync(late)).toBe(false)
  })

  it.each(['', '  ', "a 'b", 'a\\', '""'])('refuses the command %j at once', command => {
    expect(() => processCredentials({ command })).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    )
  })
})
