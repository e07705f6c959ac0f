/** Command lines of saml2aws, with `~/.saml2aws` as it stands: each does here what it did there. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { inProcess } from '../support/in-process.ts'
import { rolecall } from '../support/rolecall.ts'
import { arn, company, passwordOf, production, staging } from './support/company.ts'

// Processes wait for each other on a machine with few cores.
vi.setConfig({ testTimeout: 60_000 })

const { machine, secrets, simulator } = await company()
const password = passwordOf('alice')
const readOnly = arn(production, 'ReadOnly')
const app = simulator.jumpCloud?.ssoUrl('aws') ?? ''

/** As `saml2aws configure` leaves it. */
const section = (more: readonly string[] = []) => ({
  person: 'alice',
  saml2aws: 'production',
  lines: [
    'name                    = production',
    'app_id                  = ',
    'skip_verify             = false',
    'timeout                 = 0',
    'aws_urn                 = urn:amazon:webservices',
    'aws_session_duration    = 3600',
    'aws_profile             = saml-production',
    'resource_id             = ',
    'subdomain               = ',
    `role_arn                = ${readOnly}`,
    'region                  = eu-west-1',
    'http_attempts_count     = 1',
    'http_retry_delay        = 1',
    'credentials_file        = ',
    'saml_cache              = false',
    'saml_cache_file         = ',
    'target_url              = ',
    'disable_remember_device = false',
    'disable_sessions        = false',
    'download_browser_driver = false',
    'headless                = false',
    'prompter                = ',
    ...more,
  ],
})

type Env = Readonly<Record<string, string>>

const fileOf = (env: Env) => join(env.HOME ?? '', '.aws', 'credentials')
const credentialsOf = (env: Env) => readFileSync(fileOf(env), 'utf8')

/** The keys of a profile in the order of the file. */
function profile(text: string, name: string): Readonly<Record<string, string>> {
  const lines = text.split(`[${name}]\n`)[1]?.split(/\n\[/)[0]?.split('\n') ?? []
  const pairs = lines.map(line => line.split(/\s*=\s*(.*)/s)).filter(([key]) => key !== '')
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]))
}

const session = (name = 'ReadOnly') =>
  `arn:aws:sts::${production}:assumed-role/${name}/alice@example.com`

describe('login', () => {
  interface Row {
    readonly words: readonly string[]
    readonly env?: Readonly<Record<string, string>>
    readonly profile?: string
    readonly arn?: string
  }

  const rows: readonly (readonly [string, Row])[] = [
    ['login -a production', { words: ['login', '-a', 'production'] }],
    ['login --idp-account=production', { words: ['login', '--idp-account=production'] }],
    ['SAML2AWS_IDP_ACCOUNT', { words: ['login'], env: { SAML2AWS_IDP_ACCOUNT: 'production' } }],
    [
      '--skip-prompt with flags for everything',
      {
        words: [
          ...['login', '-a', 'production', '--skip-prompt', '--username=alice@example.com'],
          `--password=${password}`,
        ],
        env: { ROLECALL_PASSWORD: '' },
      },
    ],
    [
      'SAML2AWS_USERNAME and SAML2AWS_PASSWORD',
      {
        words: ['login', '-a', 'production', '--skip-prompt'],
        env: {
          ROLECALL_PASSWORD: '',
          SAML2AWS_USERNAME: 'alice@example.com',
          SAML2AWS_PASSWORD: password,
        },
      },
    ],
    ['-p', { words: ['login', '-a', 'production', '-p', 'other'], profile: 'other' }],
    [
      'SAML2AWS_PROFILE',
      { words: ['login'], env: { SAML2AWS_PROFILE: 'third' }, profile: 'third' },
    ],
    [
      '--role',
      {
        words: ['login', '-a', 'production', '--role', arn(production, 'Admin')],
        arn: session('Admin'),
      },
    ],
    [
      'SAML2AWS_ROLE',
      { words: ['login'], env: { SAML2AWS_ROLE: arn(production, 'Admin') }, arn: session('Admin') },
    ],
    ['--session-duration', { words: ['login', '--session-duration=900'] }],
    ['--region', { words: ['login', '--region', 'eu-west-1'] }],
    ['--mfa and --mfa-token', { words: ['login', '--mfa', 'Auto', '--mfa-token', '123456'] }],
    ['--force', { words: ['login', '--force'] }],
    ['--disable-keychain', { words: ['login', '--disable-keychain'] }],
    ['--cache-saml', { words: ['login', '--cache-saml'] }],
    ['--verbose', { words: ['login', '--verbose'] }],
    ['--prompter', { words: ['login', '--prompter', 'default'] }],
    ['--download-browser-driver', { words: ['login', '--download-browser-driver'] }],
  ]

  test.each(rows)('%s', async (_, row) => {
    const env = { ...machine(section()), ROLECALL_PASSWORD: password, ...row.env }
    const { code, out, err } = await inProcess(row.words, '', env)
    expect([code, out]).toEqual([0, ''])
    const name = row.profile ?? 'saml-production'
    const found = profile(credentialsOf(env), name)
    expect(Object.keys(found).sort()).toEqual([
      'aws_access_key_id',
      'aws_secret_access_key',
      'aws_security_token',
      'aws_session_token',
      'region',
      'x_principal_arn',
      'x_security_token_expires',
    ])
    expect(found).toMatchObject({ x_principal_arn: row.arn ?? session(), region: 'eu-west-1' })
    expect(found.aws_security_token).toBe(found.aws_session_token)
    expect(err).toContain(`logged in as ${row.arn ?? session()}`)
    expect(err).toMatch(/they work until \d{4}-\d\d-\d\dT.* \(in /)
    expect(err).toContain(`use them: aws --profile ${name} sts get-caller-identity`)
    secrets.expectNone({ err })
  })

  test('keys that work are left alone, and --force takes new ones', async () => {
    const env: Env = { ...machine(section()), ROLECALL_PASSWORD: password }
    await inProcess(['login'], '', env)
    const before = credentialsOf(env)
    const again = await inProcess(['login'], '', { ...env, ROLECALL_PASSWORD: '' })
    expect([again.code, credentialsOf(env)]).toEqual([0, before])
    expect((await inProcess(['login', '--force'], '', env)).code).toBe(0)
    expect(credentialsOf(env)).not.toBe(before)
  })

  test('the rest of the credentials file stays byte for byte', async () => {
    const env: Env = { ...machine(section()), ROLECALL_PASSWORD: password }
    const rest = '# mine\r\n[ other ]\r\naws_access_key_id=AKIA ; odd\r\n\r\n\r\n[last]\r\nx = 1'
    mkdirSync(join(env.HOME ?? '', '.aws'))
    writeFileSync(fileOf(env), rest)
    expect((await inProcess(['login'], '', env)).code).toBe(0)
    expect(credentialsOf(env).startsWith(rest)).toBe(true)
  })

  test('--credential-process prints JSON and nothing else', async () => {
    const env: Env = { ...machine(section()), ROLECALL_PASSWORD: password }
    const { code, out, err } = await inProcess(['login', '--credential-process'], '', env)
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({ Version: 1, AccessKeyId: expect.any(String) })
    const again = await inProcess(['login', '--credential-process'], '', env)
    expect(again.out).toBe(out)
  })

  test('without a section, flags say it all', async () => {
    const { HOME = '', ...env } = machine()
    const words = [
      'login',
      '--idp-provider=JumpCloud',
      `--url=${app}`,
      '--mfa=Auto',
      `--role=${readOnly}`,
    ]
    const { code, err } = await inProcess(
      [...words, '--username=alice@example.com', '--write'],
      '',
      {
        ...env,
        HOME,
        ROLECALL_CONFIG: join(HOME, 'none'),
        ROLECALL_PASSWORD: password,
      },
    )
    expect([code, err]).toEqual([0, expect.stringContaining(`logged in as ${session()}`)])
    expect(profile(credentialsOf({ HOME }), 'saml').x_principal_arn).toBe(session())
  })
})

describe('after a login', () => {
  let env: Readonly<Record<string, string>>
  beforeAll(async () => {
    env = machine(section())
    const { code } = await inProcess(['login'], '', { ...env, ROLECALL_PASSWORD: password })
    expect(code).toBe(0)
  }, 60_000)
  const stored = () => profile(credentialsOf(env), 'saml-production')

  test('exec -a production -- command: the keys of the profile, and its name', async () => {
    const script = 'echo "$AWS_ACCESS_KEY_ID $AWS_PROFILE $AWS_DEFAULT_PROFILE $AWS_REGION"; exit 6'
    const words = ['exec', '-a', 'production', '--', 'sh', '-c', script]
    const { code, out, err } = await rolecall(words, { env })
    expect([code, err]).toEqual([6, ''])
    expect(out).toBe(`${stored().aws_access_key_id} saml-production saml-production eu-west-1\n`)
  })

  test('exec command: without -- its options are its own', async () => {
    const { code, out } = await rolecall(['exec', 'sh', '-c', 'echo "$AWS_ACCESS_KEY_ID"'], { env })
    expect([code, out]).toEqual([0, `${stored().aws_access_key_id}\n`])
  })

  test.each([
    ['bash', /^export AWS_ACCESS_KEY_ID=(\S+)$/m],
    ['/bin/sh', /^export AWS_ACCESS_KEY_ID=(\S+)$/m],
    ['powershell', /^\$Env:AWS_ACCESS_KEY_ID = '(\S+)'$/m],
    ['fish', /^set -gx AWS_ACCESS_KEY_ID (\S+)$/m],
    ['env', /^AWS_ACCESS_KEY_ID=(\S+)$/m],
  ])('script --shell %s', async (shell, line) => {
    const { code, out, err } = await inProcess(['script', '--shell', shell], '', env)
    expect([code, err]).toEqual([0, ''])
    expect(line.exec(out)?.[1]).toBe(stored().aws_access_key_id)
    for (const name of ['SAML2AWS_PROFILE', 'AWS_CREDENTIAL_EXPIRATION', 'AWS_SECURITY_TOKEN']) {
      expect(out).toContain(name)
    }
  })

  test('list-roles', async () => {
    const { code, out } = await inProcess(['list-roles', '-a', 'production'], '', env)
    expect(code).toBe(0)
    for (const one of [readOnly, arn(production, 'Admin'), arn(staging, 'Admin')]) {
      expect(out).toContain(one)
    }
  })
})

test('exec signs in when the keys of the profile have expired', async () => {
  const env: Env = { ...machine(section()), ROLECALL_PASSWORD: password }
  mkdirSync(join(env.HOME ?? '', '.aws'))
  const old = [
    '[saml-production]',
    'aws_access_key_id = ASIAOLD',
    'aws_secret_access_key = old',
    'aws_session_token = old',
    `x_principal_arn = ${session()}`,
    'x_security_token_expires = 2020-01-01T00:00:00+01:00',
  ]
  writeFileSync(fileOf(env), `${old.join('\n')}\n`)
  const { code, out } = await rolecall(['exec', '--', 'sh', '-c', 'echo "$AWS_ACCESS_KEY_ID"'], {
    env,
  })
  expect(code).toBe(0)
  expect(out.trim()).toMatch(/^ASIA(?!OLD)/)
  expect(profile(credentialsOf(env), 'saml-production').aws_access_key_id).toBe(out.trim())
})

test('of two sections that share a profile neither takes the keys of the other', async () => {
  const env: Env = { ...machine(section()), ROLECALL_PASSWORD: password }
  const one = [
    '[one]',
    'provider = JumpCloud',
    `url = ${simulator.jumpCloud?.ssoUrl('one') ?? ''}`,
    'mfa = Auto',
    'username = alice@example.com',
    'aws_profile = saml-production',
  ]
  appendFileSync(join(env.HOME ?? '', '.saml2aws'), `${one.join('\n')}\n`)
  const login = async (name: string) => {
    const { code } = await inProcess(['login', '-a', name, '--force'], '', env)
    expect(code).toBe(0)
  }
  await login('one')
  await login('production')
  const print = ['--', 'sh', '-c', 'echo "$ROLECALL_ROLE"']
  const { code, out } = await rolecall(['exec', '-a', 'one', ...print], { env })
  expect([code, out.trim()]).toEqual([0, arn(production, 'Admin')])
})

test('a misspelt account is told the nearest', async () => {
  const { code, err } = await inProcess(['login', '-a', 'prodction'], '', machine(section()))
  expect(code).toBe(2)
  expect(err).toContain('did you mean production? -a production')
})

test('--provider of long ago is told what took its place', async () => {
  const { code, err } = await inProcess(['login', '-i', 'JumpCloud'], '', machine(section()))
  expect(code).toBe(2)
  expect(err).toContain('--idp-provider')
})
