import { writeKnownRoles } from '../../src/roles/known-roles.ts'
import type { OfferedRole, RoleKeys } from '../../src/sources/source.ts'
import { openKeyCache } from '../../src/vault/key-cache.ts'
import { keyName, keysUntil } from '../vault/keys.ts'

const roles: readonly OfferedRole[] = ['Admin', 'Reader'].map(name => ({
  roleArn: `arn:aws:iam::123456789012:role/${name}`,
  accountId: '123456789012',
  partition: 'aws',
  accountName: 'prod',
  roleName: name,
  principalArn: undefined,
  region: undefined,
  keys: true,
  consoleHref: undefined,
}))

/** Roles of the connection `work`, and keys of `prod/admin` with so many minutes left. */
export async function seedCache(
  env: Readonly<Record<string, string | undefined>>,
  minutes: number,
): Promise<RoleKeys> {
  const source = 'Rolecall http://127.0.0.1:9'
  writeKnownRoles('work', { who: 'alice', source, roles }, env)
  const make = async () => keysUntil(new Date(Date.now() + minutes * 60_000))
  return openKeyCache(env).get({ ...keyName, source, username: undefined }, make, { force: true })
}
