import type { RoleKeys } from '../../src/sources/source.ts'
import type { KeyName } from '../../src/vault/vault.ts'

export const keyName: KeyName = {
  connection: 'work',
  source: 'Rolecall https://aws.example.com',
  username: 'alice@example.com',
  roleArn: 'arn:aws:iam::123456789012:role/Admin',
  durationSeconds: undefined,
  policyDigest: undefined,
}

export function keysUntil(end: Date): RoleKeys {
  return {
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'secret/of+the=role',
    sessionToken: 'token-of-the-session',
    expiration: end.toISOString(),
    roleArn: keyName.roleArn,
    accountId: '123456789012',
    assumedRoleArn: 'arn:aws:sts::123456789012:assumed-role/Admin/alice@example.com',
    region: 'eu-central-1',
    endpointUrl: undefined,
    notes: [],
  }
}
