import { createHash } from 'node:crypto'
import type { Connection } from '../connections/connection.ts'
import { sourceId } from '../connections/source-id.ts'
import { readPolicy } from '../sources/saml/read-policy.ts'
import type { KeyName } from '../vault/vault.ts'

/** The name of a role's keys in the cache: everything that shapes the session. Throws `Failure`. */
export async function keyName(connection: Connection, roleArn: string): Promise<KeyName> {
  const policy = await readPolicy(connection)
  const shape = [policy ?? null, [...connection.policyArns].sort()]
  const isLimited = policy !== undefined || connection.policyArns.length > 0
  return Object.freeze({
    connection: connection.name,
    source: sourceId(connection),
    username: connection.username,
    roleArn,
    durationSeconds: connection.sessionDuration,
    policyDigest: isLimited
      ? createHash('sha256').update(JSON.stringify(shape)).digest('base64url')
      : undefined,
  })
}
