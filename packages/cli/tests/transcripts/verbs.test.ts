/** Each verb after a sign-in: what it prints, to whom, and with which exit code. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { inProcess } from '../support/in-process.ts'
import { main, rolecall, start } from '../support/rolecall.ts'
import { arn, company, passwordOf, production, staging } from './support/company.ts'

// Processes wait for each other on a machine with few cores.
vi.setConfig({ testTimeout: 60_000 })

const { machine, secrets, simulator } = await company()
const password = passwordOf('alice')

/** A machine where alice has signed in and taken a role. */
async function signedIn(role = 'prod/admin') {
  const env = machine({ person: 'alice' })
  const { code } = await inProcess(['login', role], '', { ...env, ROLECALL_PASSWORD: password })
  expect(code).toBe(0)
  const run = (...words: readonly string[]) => inProcess(words, '', env)
  return { env, run }
}

const calls = (operation: string) =>
  simulator.calls().filter(call => call.operation === operation).length

test('login --json tells the role and no secret', async () => {
  const env = machine({ person: 'alice', env: { ROLECALL_PASSWORD: password } })
  const { code, out, err } = await inProcess(['login', 'prod/admin', '--json'], '', env)
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    connection: 'default',
    roleArn: arn(production, 'Admin'),
    accountId: production,
    accountName: 'prod',
    assumedRoleArn: `arn:aws:sts::${production}:assumed-role/Admin/alice@example.com`,
    expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  })
  secrets.expectNone({ out, err })
})

test('roles: table, JSON and CSV, from memory until --refresh', async () => {
  const { env, run } = await signedIn()
  const { out, err } = await run('roles')
  expect(out.split('\n').map(line => line.replace(/ +/g, ' '))).toEqual([
    `nonprod/Admin ${staging} ${arn(staging, 'Admin')}`,
    `prod/Admin ${production} ${arn(production, 'Admin')}`,
    `prod/ReadOnly ${production} ${arn(production, 'ReadOnly')}`,
    `prod/Refused ${production} ${arn(production, 'Refused')}`,
    '',
  ])
  expect(err).toMatch(/^as of just now for alice@example\.com at .*--refresh asks again\n$/)
  const json = JSON.parse((await run('list-roles', '--json')).out)
  expect(json[1]).toMatchObject({
    roleArn: arn(production, 'Admin'),
    accountName: 'prod',
    keys: true,
  })
  expect((await run('roles', '--csv')).out).toBe(
    [
      'account_id,account_name,role_name,role_arn,keys',
      `${staging},nonprod,Admin,${arn(staging, 'Admin')},true`,
      `${production},prod,Admin,${arn(production, 'Admin')},true`,
      `${production},prod,ReadOnly,${arn(production, 'ReadOnly')},true`,
      `${production},prod,Refused,${arn(production, 'Refused')},true`,
      '',
    ].join('\r\n'),
  )
  const again = await inProcess(['roles', '--refresh'], '', { ...env, ROLECALL_PASSWORD: password })
  expect([again.code, again.err]).toEqual([0, ''])
})

test('keys that are there are given without asking AWS or the provider', async () => {
  const { run } = await signedIn()
  const before = calls('AssumeRoleWithSAML')
  const first = await run('credentials', 'prod/admin')
  expect([first.code, first.err]).toEqual([0, ''])
  expect(JSON.parse(first.out)).toEqual({
    Version: 1,
    AccessKeyId: expect.stringMatching(/^ASIA/),
    SecretAccessKey: expect.any(String),
    SessionToken: expect.any(String),
    Expiration: expect.any(String),
    AccountId: production,
  })
  for (const name of [`${production}/admin`, arn(production, 'Admin'), 'PROD/ADMIN']) {
    expect((await run('credentials', name)).out).toBe(first.out)
  }
  expect((await run('env', 'prod/admin', '--shell', 'json')).code).toBe(0)
  expect(calls('AssumeRoleWithSAML')).toBe(before)
})

test('status and logout: what was there is gone', async () => {
  const { env, run } = await signedIn()
  const { out } = await run('status')
  expect(out).toContain('default  JumpCloud')
  expect(out).toMatch(/^ {2}prod\/Admin {2}keys work until .* \(in /m)
  const status = JSON.parse((await run('status', '--json')).out)
  expect(status.connections[0]).toMatchObject({
    name: 'default',
    isDefault: true,
    roles: 4,
    keys: [{ roleArn: arn(production, 'Admin') }],
  })
  const left = await run('logout', '--json')
  expect(left.code).toBe(0)
  expect(JSON.parse(left.out)).toEqual([
    { connection: 'default', keys: 1, session: expect.any(String), passwords: 0 },
  ])
  expect(JSON.parse((await run('status', '--json')).out).connections[0].keys).toEqual([])
  const after = await run('credentials', 'prod/admin')
  expect([after.code, after.out]).toEqual([12, ''])
  secrets.expectNone({ out, status: JSON.stringify(status), env: JSON.stringify(env) })
})

test('whoami: at the provider, of a role, and in a shell that has one', async () => {
  const { env, run } = await signedIn()
  const person = await inProcess(['whoami', '--json'], '', { ...env, ROLECALL_PASSWORD: password })
  expect(JSON.parse(person.out)).toMatchObject({
    who: expect.stringContaining('alice@example.com'),
    roles: 4,
  })
  const who = `arn:aws:sts::${production}:assumed-role/Admin/alice@example.com`
  expect(JSON.parse((await run('whoami', 'prod/admin', '--json')).out)).toMatchObject({ arn: who })
  const variables = JSON.parse((await run('env', 'prod/admin', '--shell', 'json')).out)
  const inside = await inProcess(['whoami'], '', { ...env, ...variables })
  // In there, the role is that of the shell; in a shell of another connection it is not.
  const keys = await inProcess(['credentials'], '', { ...env, ...variables })
  expect([keys.code, keys.err]).toEqual([0, ''])
  const foreign = { ...variables, ROLECALL_ROLE: 'arn:aws:iam::999999999999:role/Other' }
  const none = await inProcess(['credentials'], '', { ...env, ...foreign })
  expect(none.err).toContain('no role is named')
  expect(inside.out).toMatch(new RegExp(`^arn +${who}\naccount +${production}\n`))
})

test('exec: the environment, the exit code, and nothing of before', async () => {
  const { env } = await signedIn()
  const script =
    'env | grep -E "^(AWS|ROLECALL|SAML2AWS|EC2)_" | cut -d= -f1 | sort | tr "\\n" " "; exit 41'
  const before = { AWS_PROFILE: 'old', AWS_WEB_IDENTITY_TOKEN_FILE: '/x', SAML2AWS_PASSWORD: 'y' }
  const { code, out, err } = await rolecall(['exec', 'prod/admin', '--', 'sh', '-c', script], {
    env: { ...env, ...before },
  })
  expect([code, err]).toEqual([41, ''])
  expect(out.trim().split(' ')).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_ACCOUNT_ID',
    'AWS_CREDENTIAL_EXPIRATION',
    'AWS_DEFAULT_REGION',
    'AWS_ENDPOINT_URL_IAM',
    'AWS_ENDPOINT_URL_STS',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SECURITY_TOKEN',
    'AWS_SESSION_TOKEN',
    'EC2_SECURITY_TOKEN',
    'ROLECALL_KEYRING',
    'ROLECALL_ROLE',
    'ROLECALL_ROLE_NAME',
  ])
})

test('exec --server: the program asks an address, and has no keys of its own', async () => {
  const { env } = await signedIn()
  const script = `const e = process.env
    const headers = { authorization: e.AWS_CONTAINER_AUTHORIZATION_TOKEN }
    const got = await fetch(e.AWS_CONTAINER_CREDENTIALS_FULL_URI, { headers })
    const refused = await fetch(e.AWS_CONTAINER_CREDENTIALS_FULL_URI)
    const keys = await got.json()
    console.log(JSON.stringify([got.status, refused.status, keys.RoleArn, e.AWS_ACCESS_KEY_ID ?? null, e.AWS_REGION]))
    process.exit(7)`
  const command = [process.execPath, '--input-type=module', '-e', script]
  const { code, out } = await rolecall(['exec', 'prod/admin', '--server', '--', ...command], {
    env,
  })
  expect([code, JSON.parse(out)]).toEqual([
    7,
    [200, 401, arn(production, 'Admin'), null, 'eu-central-1'],
  ])
})

test('whoami says who AWS takes the program for, that has an address in place of keys', async () => {
  const { env } = await signedIn()
  const own = [process.execPath, main, 'whoami', '--json']
  const { out } = await rolecall(['exec', 'prod/admin', '--server', '--', ...own], { env })
  expect(JSON.parse(out)).toEqual({
    arn: `arn:aws:sts::${production}:assumed-role/Admin/alice@example.com`,
    account: production,
    userId: expect.any(String),
    role: 'prod/Admin',
    expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  })
})

test('login --all: one sign-in, and a profile for each role', async () => {
  const env = machine({ person: 'alice', env: { ROLECALL_PASSWORD: password } })
  const { code, out, err } = await inProcess(['login', '--all', '--write', '--json'], '', env)
  expect(code).toBe(8)
  expect(
    JSON.parse(out).map((one: { profile: string; expiration?: string }) => [
      one.profile,
      one.expiration !== undefined,
    ]),
  ).toEqual([
    ['nonprod-admin', true],
    ['prod-admin', true],
    ['prod-readonly', true],
    ['prod-refused', false],
  ])
  expect(err).toContain('1 of 4 roles could not be taken')
  const file = join(env.HOME ?? '', '.aws', 'credentials')
  const written = readFileSync(file, 'utf8')
  expect(written.match(/^\[.*\]$/gm)?.sort()).toEqual([
    '[nonprod-admin]',
    '[prod-admin]',
    '[prod-readonly]',
  ])
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0)
})

test('login without --write leaves the credentials file alone', async () => {
  const { env, run } = await signedIn()
  expect(existsSync(join(env.HOME ?? '', '.aws'))).toBe(false)
  const written = await run('login', 'prod/admin', '-p', 'mine')
  expect(written.err).toContain('the keys are in profile mine of ')
  expect(readFileSync(join(env.HOME ?? '', '.aws', 'credentials'), 'utf8')).toMatch(/^\[mine\]\n/)
})

test('--debug shows the way and no secret', async () => {
  const env = machine({ person: 'tom' })
  const given = { ROLECALL_PASSWORD: passwordOf('tom'), ROLECALL_MFA_TOKEN: '123456' }
  const { code, err } = await inProcess(['login', 'prod/admin', '--debug'], '', {
    ...env,
    ...given,
  })
  expect(code).toBe(11)
  expect(err).toMatch(/debug: #1 > GET http:\/\/127\.0\.0\.1:\d+\/userconsole\/xsrf/)
  expect(err).toMatch(/debug: #\d+ < 401 in \d+ ms/)
  expect(err).not.toContain('123456')
  secrets.expectNone({ err })
  const fine = await inProcess(['credentials', 'prod/admin', '--debug'], '', {
    ...machine({ person: 'alice' }),
    ROLECALL_PASSWORD: password,
  })
  expect(fine.code).toBe(0)
  const { SecretAccessKey, SessionToken } = JSON.parse(fine.out)
  expect(fine.err).toContain('AssumeRoleWithSAML')
  for (const secret of [password, SecretAccessKey, SessionToken])
    expect(fine.err).not.toContain(secret)
  secrets.expectNone({ err: fine.err })
})

test('exec --exec-profile takes the role of a profile with the keys', async () => {
  const { env } = await signedIn()
  mkdirSync(join(env.HOME ?? '', '.aws'))
  writeFileSync(
    join(env.HOME ?? '', '.aws', 'config'),
    `[profile second]\nrole_arn = ${arn(production, 'ReadOnly')}\ncredential_source = Environment\n`,
  )
  const words = ['exec', 'prod/admin', '--exec-profile', 'second', '--', 'true']
  const { code, err } = await rolecall(words, { env })
  // Nobody may take that role but with an assertion: AWS was asked for it, with the keys of the first.
  expect([code, err]).toEqual([8, expect.stringContaining('AccessDenied')])
  expect(calls('AssumeRole')).toBeGreaterThan(0)
})

test('gateway --role signs with a role of the person', async () => {
  const { env } = await signedIn()
  const listen = ['--endpoint-url', simulator.stsEndpoint, '--listen', '127.0.0.1:0']
  const { child, ended, says } = start(['gateway', '--role', 'prod/admin', ...listen], { env })
  let told = ''
  child.stderr.on('data', text => {
    told += text
  })
  await says('export AWS_REGION')
  const [, url] = /signing on (http:\S+)/.exec(told) ?? []
  const [, token] = /TOKEN=(\S+)/.exec(told) ?? []
  const path = 'sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15'
  const answer = await fetch(`${url}/${path}`, { headers: { authorization: `Bearer ${token}` } })
  expect(await answer.text()).toContain(`${production}:assumed-role/Admin/alice@example.com`)
  expect(told).toContain(`with role ${arn(production, 'Admin')} of connection default`)
  child.kill('SIGTERM')
  secrets.expectNone({ err: told, out: (await ended).out })
})

test('agent --role serves a role of the person', async () => {
  const { env } = await signedIn()
  const words = ['agent', '--role', 'prod/admin', '--listen', '127.0.0.1:0', '--json']
  const { child, ended, says } = start(words, { env })
  const printed = new Promise<string>(resolve => child.stdout.once('data', resolve))
  await says(`role ${arn(production, 'Admin')} of connection default`)
  const { roles } = JSON.parse(await printed)
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } =
    roles.admin
  const answer = await fetch(url, { headers: { authorization: token } })
  expect(await answer.json()).toMatchObject({ AccountId: production })
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
  const both = await inProcess(['agent', '--role', 'prod/admin', '--profile', 'x'], '', env)
  expect([both.code, both.err]).toEqual([
    2,
    expect.stringContaining('--role and --profile exclude'),
  ])
})
