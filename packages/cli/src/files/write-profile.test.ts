import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { directoryWith } from '../../tests/support/rolecall.ts'
import type { RoleKeys } from '../sources/source.ts'
import { readProfileKeys, writeProfile } from './write-profile.ts'

const keys: RoleKeys = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzEBY=',
  expiration: '2026-03-01T10:00:00Z',
  roleArn: 'arn:aws:iam::123456789012:role/Admin',
  accountId: '123456789012',
  assumedRoleArn: 'arn:aws:sts::123456789012:assumed-role/Admin/alice',
  region: undefined,
  endpointUrl: undefined,
  notes: [],
}

const place = (home: string, profile: string) => ({
  profile,
  credentialsFile: join(home, 'credentials'),
  env: { HOME: home, AWS_CONFIG_FILE: join(home, 'config') },
})

it('writes the keys that saml2aws writes, and reads them again', async () => {
  const home = directoryWith({
    credentials:
      '# mine\n[other]\naws_access_key_id=AKIA\n[saml]\noutput = json\nx_principal_arn=old\n',
  })
  const here = place(home, 'saml')
  const written = await writeProfile({ ...here, keys, region: 'eu-central-1' })
  expect(written).toEqual({ file: here.credentialsFile, changed: true, warnings: [] })
  expect(readFileSync(here.credentialsFile, 'utf8')).toBe(`# mine
[other]
aws_access_key_id=AKIA
[saml]
output = json
x_principal_arn=arn:aws:sts::123456789012:assumed-role/Admin/alice
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_session_token = FwoGZXIvYXdzEBY=
aws_security_token = FwoGZXIvYXdzEBY=
x_security_token_expires = 2026-03-01T10:00:00Z
region = eu-central-1
`)
  expect(statSync(here.credentialsFile).mode & 0o777).toBe(0o600)
  const read = await readProfileKeys({ ...here, now: new Date('2026-03-01T09:59:59Z') })
  expect(read).toEqual({
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey,
    sessionToken: keys.sessionToken,
    expiration: new Date('2026-03-01T10:00:00Z'),
    assumedRoleArn: keys.assumedRoleArn,
    region: 'eu-central-1',
    isExpired: false,
  })
  const later = await readProfileKeys({ ...here, now: new Date('2026-03-01T10:00:00Z') })
  expect(later?.isExpired).toBe(true)
})

it.each([
  ['x_security_token_expires = 2026-03-01T12:00:00+02:00', '2026-03-01T09:59:59Z', false],
  ['x_security_token_expires = 2026-03-01T12:00:00+02:00', '2026-03-01T10:00:01Z', true],
  ['', '2026-03-01T09:59:59Z', true],
  ['x_security_token_expires = soon', '2026-03-01T09:59:59Z', true],
  ['x_security_token_expires = 9999', '2026-03-01T09:59:59Z', true],
])('%j at %s: expired %s', async (line, now, isExpired) => {
  const home = directoryWith({
    credentials: `[saml]\naws_access_key_id=a\naws_secret_access_key=b\naws_session_token=c\n${line}\n`,
  })
  const read = await readProfileKeys({ ...place(home, 'saml'), now: new Date(now) })
  expect(read?.isExpired).toBe(isExpired)
})

it('keys without a session, an empty profile and no file are no keys', async () => {
  const home = directoryWith({
    credentials: '[a]\naws_access_key_id=a\naws_secret_access_key=b\n[b]\n',
  })
  expect(await readProfileKeys(place(home, 'a'))).toBeUndefined()
  expect(await readProfileKeys(place(home, 'b'))).toBeUndefined()
  expect(await readProfileKeys(place(directoryWith({}), 'a'))).toBeUndefined()
})

it.each([
  ['credential_process = x', 'take the keys just written'],
  ['role_arn = x', 'take that role instead'],
  ['sso_session = x', 'the aws command takes that instead'],
])('warns when the config file has %s too', async (line, warning) => {
  const home = directoryWith({ config: `[profile "saml"]\n${line}\n[profile b]\nregion = x\n` })
  const { warnings } = await writeProfile({ ...place(home, 'saml'), keys, region: undefined })
  expect(warnings).toEqual([expect.stringContaining(warning)])
  const other = await writeProfile({ ...place(home, 'b'), keys, region: undefined })
  expect(other.warnings).toEqual([])
})

it('says where a file cannot be read, without what stands there', async () => {
  const home = directoryWith({ credentials: '[saml]\nwJalrXUtnFEMI\n' })
  const read = readProfileKeys(place(home, 'saml'))
  await expect(read).rejects.toMatchObject({
    reason: 'file',
    message: expect.stringContaining('line 2'),
  })
  await expect(read).rejects.not.toThrow('wJalr')
})

it('a profile whose name would begin another section is refused, and nothing is written', async () => {
  const home = directoryWith({})
  const refused = writeProfile({ ...place(home, 'a]\n[b'), keys, region: undefined })
  await expect(refused).rejects.toMatchObject({ reason: 'refused' })
  await expect(async () => statSync(join(home, 'credentials'))).rejects.toThrow('ENOENT')
})
