import { execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { Failure } from '../failure.ts'
import { envFormatOf, envText, unsetText } from './print-env.ts'
import { endpointVariables, environmentWith, roleVariables } from './role-environment.ts'

const hostile = [
  `it's "quoted" and \`ticked\``,
  "$(touch /tmp/never); $HOME \\ \\\\ \\'",
  '  blanks  # and a hash; & | < > * ? [a] {b} ~ !x %PATH%',
  'ünïcödé ‘typographic’ ’ ‚',
  '',
  '-n',
]

/** Shells of this machine; bash there is everywhere that the tests run. */
const installed = ['bash', 'sh', 'zsh', 'fish'].filter(
  shell => spawnSync(shell, ['-c', 'exit 0']).status === 0,
)

test.each(installed)('%s gets hostile values as they are', shell => {
  const format = envFormatOf(shell) ?? 'sh'
  const variables = Object.fromEntries(hostile.map((value, at) => [`V${at}`, value]))
  const print = `"${process.execPath}" -e 'console.log(JSON.stringify(process.env))'`
  const script = `${envText(format, variables)}${print}`
  const got = JSON.parse(execFileSync(shell, ['-c', script], { encoding: 'utf8' }))
  for (const [name, value] of Object.entries(variables)) expect(got[name]).toBe(value)
  const after = JSON.parse(
    execFileSync(
      shell,
      ['-c', `${envText(format, variables)}${unsetText(format, ['V0', 'V1'])}${print}`],
      {
        encoding: 'utf8',
      },
    ),
  )
  expect([after.V0, after.V1, after.V3]).toEqual([undefined, undefined, variables.V3])
})

test('bash is among the shells that were tried', () => {
  expect(installed).toContain('bash')
})

test.each([
  ['bash', 'a\nb'],
  ['dotenv', 'a\rb'],
  ['fish', 'a\0b'],
  ['cmd', '%PATH%'],
  ['cmd', 'a"&calc&"'],
] as const)('%s refuses a value that it cannot say', (format, value) => {
  expect(() => envText(format, { V: value })).toThrow(Failure)
})

test('PowerShell, cmd, dotenv and JSON have their own words', () => {
  const variables = { A: "it's", B: 'x=‘y’' }
  expect(envText('powershell', variables)).toBe(`$Env:A = 'it''s'\n$Env:B = 'x=‘‘y’’'\n`)
  expect(envText('cmd', { A: 'b c' })).toBe('set "A=b c"\n')
  expect(envText('dotenv', { A: 'b+/=', B: 'b c' })).toBe(`A=b+/=\nB='b c'\n`)
  expect(JSON.parse(envText('json', { A: 'a\nb' }))).toEqual({ A: 'a\nb' })
  expect(unsetText('powershell', ['A'])).toBe('Remove-Item -ErrorAction SilentlyContinue Env:A\n')
  expect(unsetText('cmd', ['A'])).toBe('set "A="\n')
})

test('the names of saml2aws are known', () => {
  expect(['/bin/sh', 'env', 'bash', 'fish', 'powershell'].map(envFormatOf)).toEqual([
    'sh',
    'dotenv',
    'bash',
    'fish',
    'powershell',
  ])
  expect(envFormatOf('tcsh')).toBeUndefined()
})

test('nothing of before contradicts the role, and answers to questions go no further', () => {
  const keys = {
    accessKeyId: 'ASIA1',
    secretAccessKey: 's',
    sessionToken: 't',
    expiration: '2026-01-01T00:00:00Z',
    roleArn: 'arn:aws:iam::111111111111:role/path/Admin',
    accountId: '111111111111',
    assumedRoleArn: 'arn:aws:sts::111111111111:assumed-role/Admin/alice',
    region: 'eu-central-1',
    endpointUrl: undefined,
    notes: [],
  }
  const before = {
    PATH: '/bin',
    AWS_PROFILE: 'old',
    AWS_ROLE_ARN: 'old',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://old',
    SAML2AWS_PASSWORD: 'secret',
    ROLECALL_PASSWORD: 'secret',
    AWS_PAGER: '',
    GONE: undefined,
  }
  expect(environmentWith(before, roleVariables(keys, { role: 'a "b"/c' }))).toEqual({
    PATH: '/bin',
    AWS_PAGER: '',
    AWS_ACCESS_KEY_ID: 'ASIA1',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_SESSION_TOKEN: 't',
    AWS_SECURITY_TOKEN: 't',
    EC2_SECURITY_TOKEN: 't',
    AWS_CREDENTIAL_EXPIRATION: '2026-01-01T00:00:00Z',
    AWS_ACCOUNT_ID: '111111111111',
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    ROLECALL_ROLE: 'arn:aws:iam::111111111111:role/path/Admin',
    ROLECALL_ROLE_NAME: '111111111111/Admin',
  })
})

test('a shell loses what contradicts the role; a file has nothing to lose', () => {
  const env = { AWS_PROFILE: 'dev', AWS_SESSION_TOKEN: 'old', AWS_REGION: 'eu-west-1' }
  const variables = { AWS_SESSION_TOKEN: 'new' }
  expect(envText('sh', variables, env)).toBe('unset AWS_PROFILE\nexport AWS_SESSION_TOKEN=new\n')
  expect(envText('dotenv', variables, env)).toBe('AWS_SESSION_TOKEN=new\n')
  expect(JSON.parse(envText('json', variables, env))).toEqual(variables)
})

test('the calls of another role do not go to the stand-in of AWS that an earlier one had', () => {
  const standIn = endpointVariables({ endpointUrl: 'http://127.0.0.1:4566' })
  expect(environmentWith({ ...standIn, A: 'b' }, {})).toEqual({ A: 'b' })
  expect(envText('sh', {}, standIn)).toContain('unset AWS_ENDPOINT_URL\n')
  const own = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }
  expect(environmentWith(own, {})).toEqual(own)
  const sts = { AWS_ENDPOINT_URL_STS: 'https://vpce-1.sts.eu-central-1.vpce.amazonaws.com' }
  expect(endpointVariables({ endpointUrl: sts.AWS_ENDPOINT_URL_STS })).toEqual(sts)
})
