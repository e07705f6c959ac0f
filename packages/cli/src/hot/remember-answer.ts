import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { saml2awsFile } from '../connections/read-files.ts'
import { keyName } from '../keys/key-name.ts'
import type { RoleCommand } from '../keys/open-command.ts'
import type { EnvFormat } from '../keys/print-env.ts'
import { connectionFile } from '../places.ts'
import { rolesLike } from '../roles/find-role.ts'
import { knownRolesFile, knownRolesOf } from '../roles/known-roles.ts'
import type { RoleKeys } from '../sources/source.ts'
import { dataKey } from '../vault/data-key.ts'
import { entryFile, sealKeys } from '../vault/seal-keys.ts'
import {
  answerContext,
  answerFile,
  askedText,
  type HotAnswer,
  identityOf,
  longestAnswer,
} from './answer.ts'
import { hotRequest } from './request.ts'

/** What a verb has found. */
export interface Found {
  /** The role as the person named it. */
  readonly named: string | undefined
  readonly keys: RoleKeys
  readonly label?: string | undefined
  readonly region?: string | undefined
  readonly format?: EnvFormat | undefined
}

/**
 * Remembers what a verb has found, so that the same command is answered at once while nothing has changed. It is
 * left out where a person took part in the choice, or where the command does more than answer.
 */
export async function rememberAnswer(found: Found, command: RoleCommand): Promise<void> {
  const { connection, terminal } = command
  const { env, words } = terminal
  const request = words && hotRequest(words)
  const wanted = found.named ?? connection.role
  if (request === undefined || wanted === undefined) return
  // Keys of such a connection come from the credentials file, and go into it.
  if (connection.writesProfile && request.verb !== 'credentials') return
  const { roleArn } = found.keys
  const roles = knownRolesOf(connection, env)?.roles ?? []
  const [only, ...others] = rolesLike(wanted, roles)
  if (wanted !== roleArn && (only?.roleArn !== roleArn || others.length > 0)) return
  // Its path may depend on the folder, and its content shapes the keys.
  if (connection.policyFile !== undefined) return
  const known = knownRolesFile(connection.name, env)
  const read = [connectionFile(env), saml2awsFile({}, env)]
  // One that was written since this process began may have been read before.
  if (read.some(isNew)) return
  const data = dataKey(env)
  if (data === undefined || !existsSync(data.folder)) return
  const asked = askedText(request, env)
  const answer: HotAnswer = {
    asked,
    entry: entryFile(data.key, await keyName(connection, roleArn)),
    files: [...read, known].map(path => ({ path, identity: identityOf(path) })),
    label: found.label,
    region: found.region,
    format: found.format,
  }
  const file = answerFile(asked)
  const sealed = sealKeys(data.key, answerContext(file), JSON.stringify(answer))
  if (sealed.length > longestAnswer) return
  const { replaceFile } = await import('@rolecall/aws/shared-files')
  // It saves time and nothing else: where it cannot be kept, the next command takes longer.
  await replaceFile(join(data.folder, file), sealed).catch(() => undefined)
}

function isNew(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && Math.max(found.mtimeMs, found.ctimeMs) >= performance.timeOrigin
}
