/** Sign-in at a Rolecall server by a code, and a day of work with it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startDemo } from '../../src/demo/index.ts'
import { inProcess } from '../support/in-process.ts'
import { signedInPerson } from '../support/signed-in-person.ts'
import { onTerminal } from './support/on-terminal.ts'

const demo = await startDemo({ port: 0 })
const home = mkdtempSync(join(tmpdir(), 'rolecall-home-'))
const env = { HOME: home, ROLECALL_KEYRING: 'file', XDG_RUNTIME_DIR: join(home, 'run') }
const folder = join(home, '.config', 'rolecall')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'config'), `[default]\nprovider = Rolecall\nurl = ${demo.url}\n`)
afterAll(async () => {
  await demo.close()
  rmSync(home, { recursive: true, force: true })
})

const run = (...words: readonly string[]) => inProcess(words, '', env)

test('login --device, then every verb without another question, until logout', {
  timeout: 90_000,
}, async () => {
  const alice = await signedInPerson(demo.url)
  const code = /[A-Z]{4}-[A-Z]{4}/
  const { code: ended, screen } = await onTerminal(['login', '--device'], {
    env,
    steps: [[code, shown => alice.enter(code.exec(shown)?.[0] ?? '', 'allow')]],
  })
  expect([ended, screen]).toEqual([
    0,
    expect.stringMatching(/signed in: alice at .*\n\d+ roles; rolecall roles/),
  ])

  const roles = await run('roles')
  expect(roles.out).toMatch(/^sandbox\/Developer +100000000004 +arn:/m)
  const keys = await run('credentials', 'sandbox/developer')
  expect([keys.code, JSON.parse(keys.out)]).toMatchObject([0, { AccountId: '100000000004' }])
  const variables = JSON.parse((await run('env', 'sandbox/developer', '--shell', 'json')).out)
  expect(variables).toMatchObject({
    AWS_ENDPOINT_URL: demo.simulator.stsEndpoint,
    ROLECALL_ROLE_NAME: 'sandbox/Developer',
  })
  const person = JSON.parse((await run('whoami', '--json')).out)
  expect(person).toMatchObject({ username: 'alice', server: demo.url })
  const role = JSON.parse((await run('whoami', 'sandbox/developer', '--json')).out)
  expect(role.arn).toContain(':assumed-role/Developer/')
  const { out: state } = await run('status')
  expect(state).toMatch(/^default {2}Rolecall .*\n {2}alice at .*14 roles, last asked just now$/m)
  expect(state).toMatch(/^ {2}sandbox\/Developer +keys work until /m)
  const again = await run('login')
  expect([again.code, again.err]).toEqual([0, expect.stringContaining('signed in: alice')])

  // Somebody else signs in: the keys of the first person are not given to the second.
  const bob = await signedInPerson(demo.url, 'bob')
  const keysOf = async () => JSON.parse((await run('status', '--json')).out).connections[0].keys
  expect(await keysOf()).toHaveLength(1)
  const other = await onTerminal(['login', '--device', '--force'], {
    env,
    steps: [[code, shown => bob.enter(code.exec(shown)?.[0] ?? '', 'allow')]],
  })
  expect(other.screen).toContain('signed in: bob')
  expect(await keysOf()).toEqual([])

  const left = await run('logout')
  expect([left.code, left.err]).toEqual([0, expect.stringContaining('default: signed out')])
  const twice = await run('logout')
  expect([twice.code, twice.err]).toEqual([0, 'default: nobody was signed in here\n'])
  const after = await run('credentials', 'sandbox/developer')
  expect([after.code, after.out]).toEqual([12, ''])
  expect(after.err).toMatch(/rolecall login$/m)
})
