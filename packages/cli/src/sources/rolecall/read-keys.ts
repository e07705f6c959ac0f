/** The keys that the server gives, held to the shape of `@rolecall/server/api`. */
import type { CredentialsView } from '@rolecall/server/api'
import { Failure } from '../../failure.ts'
import type { OfferedRole, RoleKeys } from '../source.ts'

/**
 * POST /api/v1/roles/{account}/{role}/credentials. Throws `Failure` `provider` for what is not of that
 * shape, or of another role than was asked for.
 */
export function readKeys(
  answer: Readonly<Record<string, unknown>>,
  role: OfferedRole,
  now: Date,
): RoleKeys {
  const view: Partial<Record<keyof CredentialsView, unknown>> = answer
  const text = (name: keyof CredentialsView): string => {
    const value = view[name]
    if (typeof value === 'string' && /^[\x21-\x7e]{1,16384}$/.test(value)) return value
    throw notKeys(name)
  }
  if (text('roleArn') !== role.roleArn) throw notKeys('roleArn of another role')
  if (text('account') !== role.accountId) throw notKeys('account of another role')
  const expiration = new Date(text('expiration'))
  if (!(expiration > now)) throw notKeys('expiration, or the clock of this machine is wrong')
  const notes = Array.isArray(view.notes) ? view.notes : []
  return Object.freeze({
    accessKeyId: text('accessKeyId'),
    secretAccessKey: text('secretAccessKey'),
    sessionToken: text('sessionToken'),
    expiration: expiration.toISOString(),
    roleArn: role.roleArn,
    accountId: role.accountId,
    assumedRoleArn: text('assumedRoleArn'),
    region: text('region'),
    endpointUrl: view.endpointUrl === undefined ? undefined : endpointOf(view.endpointUrl),
    notes: Object.freeze(
      notes.filter(note => typeof note === 'string').map(note => note.slice(0, 500)),
    ),
  })
}

function endpointOf(value: unknown): string {
  if (typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
    return value
  throw notKeys('endpointUrl')
}

function notKeys(what: string): Failure {
  return new Failure(
    'provider',
    `the server answered with keys that are not understood (${what})`,
    'update the rolecall command, or the server',
  )
}
