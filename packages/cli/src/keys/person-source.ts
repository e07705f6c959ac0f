import type { CredentialSource } from '@rolecall/aws'
import type { OfferedRole } from '../sources/source.ts'
import type { RoleCommand } from './open-command.ts'
import { keysOf } from './take-keys.ts'

/** Who asks gets keys that work at least this long. */
export const servedLeftMs = 10 * 60_000

/**
 * The keys of a person's role as programs that are served want them: from the cache, renewed by a sign-in when
 * little is left of them.
 */
export function personSource(role: OfferedRole, command: RoleCommand): CredentialSource {
  return Object.freeze({
    async get() {
      const keys = await keysOf(role, { leftMs: servedLeftMs }, command)
      const { accessKeyId, secretAccessKey, sessionToken, accountId } = keys
      return {
        ...{ accessKeyId, secretAccessKey, sessionToken, accountId },
        expiration: new Date(keys.expiration),
      }
    },
    describe: () => `role ${role.roleArn} of connection ${command.connection.name}`,
  })
}
