import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { chooseConnection } from '../../src/connections/choose-connection.ts'
import { inProcess } from '../support/in-process.ts'
import { directoryWith } from '../support/rolecall.ts'

/** As saml2aws writes it, and as people edit it. */
const old = `# kept by hand
[default]
name                    = default
app_id                  =
url                     = https://sso.jumpcloud.com/saml2/aws
username                = alice@example.com
provider                = JumpCloud
mfa                     = Auto
skip_verify             = false
timeout                 = 0
aws_urn                 = urn:amazon:webservices
aws_session_duration    = 3600
aws_profile             = saml
role_arn                = arn:aws:iam::123456789012:role/Read
region                  = eu-central-1
http_attempts_count     = 1
http_retry_delay        = 1
saml_cache              = true
download_browser_driver = false
prompter                =
team                    = core

[adfs]
url = \`https://adfs.example/adfs/ls/IdpInitiatedSignOn.aspx#x\`
provider = ADFS
mfa = VIP
aws_profile = legacy
aws_session_duration = 7200

[shared]
provider = Okta
mfa = PUSH

[shared.eu]
url = https://eu.okta.com/home/amazon_aws/1

[open]
url = http://idp.example/saml
provider = Okta
mfa = Auto
`

const awsConfig = `[default]
region = eu-central-1
[profile one]
credential_process = saml2aws login --skip-prompt --quiet --credential-process -a adfs --role=arn:aws:iam::1:role/A --profile one
region=eu-west-1 ; said
[profile two]
credential_process = sh -c "saml2aws login --credential-process | jq ."
[profile three]
credential_process = rolecall credentials prod/admin
`

function home(files: Record<string, string>) {
  const folder = directoryWith({})
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const env = { HOME: folder }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const ours = '.config/rolecall/config'
  return {
    folder,
    env,
    read,
    ours,
    run: (words: string[]) => inProcess(['import', 'saml2aws', ...words], '', env),
  }
}

interface Facts {
  readonly connections: string[]
  readonly findings: {
    line: number
    key: string
    verdict: string
    now?: string
    why?: string
    todo?: string
  }[]
}

test('a line that cannot be copied is refused, and the others are written', async () => {
  const text = `[a]
url = https://a.example/saml
provider = KeyCloak
kc_auth_error_message = """one
[b]
"""
odd key = v
[b]
url = https://b.example/saml
provider = Browser
`
  const { run, read, ours } = home({ '.saml2aws': text })
  const { code, out } = await run(['--json'])
  const { connections, findings } = JSON.parse(out) as Facts
  expect([code, connections]).toEqual([5, ['a', 'b']])
  const refused = findings.filter(({ verdict }) => verdict === 'refused')
  expect(refused.map(({ line, key }) => [line, key])).toEqual([
    [4, '[a] kc_auth_error_message'],
    [7, '[a] odd key'],
  ])
  expect(read(ours)).toBe(
    '[a]\nurl = https://a.example/saml\nprovider = KeyCloak\n\n[b]\nurl = https://b.example/saml\nprovider = Browser\n',
  )
})

test('every section is copied, with a word on every line', async () => {
  const { run, read, ours, folder, env } = home({ '.saml2aws': old })
  const { code, out } = await run(['--json'])
  const { connections, findings } = JSON.parse(out) as Facts
  expect(code).toBe(5)
  expect(connections).toEqual(['default', 'adfs', 'shared.eu'])
  expect(read(ours)).toBe(`[default]
url = https://sso.jumpcloud.com/saml2/aws
username = alice@example.com
provider = JumpCloud
mfa = Auto
role_arn = arn:aws:iam::123456789012:role/Read
region = eu-central-1
saml_cache = true
team = core

[adfs]
url = \`https://adfs.example/adfs/ls/IdpInitiatedSignOn.aspx#x\`
provider = Browser
aws_profile = legacy
aws_session_duration = 7200

[shared.eu]
url = https://eu.okta.com/home/amazon_aws/1
provider = Okta
mfa = PUSH
`)
  const lines = old.split('\n')
  const told = new Set(findings.map(({ line }) => line))
  const silent = lines.flatMap((line, at) => (/^\w/.test(line) && !told.has(at + 1) ? [line] : []))
  // The section that cannot be used is told of as one.
  expect(silent).toEqual([])
  const of = (text: string) => findings.find(({ key }) => key === text)
  expect(of('[adfs] provider')).toMatchObject({
    verdict: 'changed',
    now: '[adfs] provider = Browser',
    why: 'at ADFS your own browser signs in',
  })
  expect(of('[adfs] aws_profile')?.todo).toContain('rolecall profiles sync')
  expect(of('[default] aws_session_duration')?.why).toContain('saml2aws writes 3600 always')
  expect(of('[default] prompter')?.why).toBe('questions are asked on the terminal')
  expect(of('[open]')).toMatchObject({
    verdict: 'refused',
    why: expect.stringContaining('expected https://'),
  })
  expect(read('.saml2aws')).toBe(old)
  expect(statSync(join(folder, ours)).mode & 0o777).toBe(0o600)
  // What was read as it stood and what is copied are the same connection.
  const [copied, asItStood] = await Promise.all([
    chooseConnection({}, env),
    chooseConnection({ config: join(folder, '.saml2aws') }, env),
  ])
  expect({ ...copied, file: '', writesProfile: false }).toEqual({
    ...asItStood,
    file: '',
    writesProfile: false,
  })
  expect(read('.config/rolecall/saml2aws.import.md')).toContain('# Imported from saml2aws: ')
})

test('our own sections stay unless --force says otherwise, and other bytes in any case', async () => {
  const mine = '# mine\n[default]\nprovider = Rolecall\nurl = https://aws.example.com\n'
  const { run, read, ours } = home({ '.saml2aws': old, '.config/rolecall/config': mine })
  const { err } = await run([])
  expect(read(ours).startsWith(`${mine}\n[adfs]\n`)).toBe(true)
  expect(err).toContain('refused:')
  const forced = await run(['--force', '--json'])
  expect((JSON.parse(forced.out) as Facts).connections).toContain('default')
  expect(read(ours)).toContain('url = https://sso.jumpcloud.com/saml2/aws')
  expect(read(ours)).not.toContain('Rolecall')
})

test('--dry-run writes nothing and prints the report', async () => {
  const { run, read, folder, ours } = home({ '.saml2aws': old, '.aws/config': awsConfig })
  const { out } = await run(['--dry-run', '--write'])
  expect(out).toContain('## Refused')
  expect([existsSync(join(folder, ours)), read('.aws/config')]).toEqual([false, awsConfig])
})

test('profiles that run saml2aws are told of, and with --write they run rolecall', async () => {
  const { run, read } = home({
    '.saml2aws': '[adfs]\nurl = https://a.example\nprovider = Browser\n',
    '.aws/config': awsConfig,
  })
  const first = JSON.parse((await run(['--json'])).out) as Facts
  const after = 'credential_process = rolecall credentials arn:aws:iam::1:role/A -a adfs'
  const told = first.findings.filter(({ key }) => key.startsWith('[profile'))
  expect(told).toEqual([
    expect.objectContaining({ line: 4, verdict: 'changed', todo: expect.stringContaining(after) }),
    expect.objectContaining({
      line: 7,
      verdict: 'refused',
      key: '[profile two] credential_process',
    }),
  ])
  expect(read('.aws/config')).toBe(awsConfig)
  await run(['--write', '--force'])
  const lines = awsConfig.split('\n')
  expect(read('.aws/config').split('\n')).toEqual(
    lines.map((line, at) => (at === 3 ? after : line)),
  )
})

test('a file that is not there, or cannot be read, is an error that names it', async () => {
  const { run } = home({ broken: '[a]\nplanted-secret\n' })
  expect(await run([])).toMatchObject({
    code: 5,
    err: expect.stringContaining('.saml2aws is not there'),
  })
  const { folder } = home({ broken: '[a]\nplanted-secret\n' })
  const broken = await run([join(folder, 'broken')])
  expect(broken).toMatchObject({ code: 3, err: expect.stringContaining('broken:2: expected') })
  expect(broken.err).not.toContain('planted')
})
