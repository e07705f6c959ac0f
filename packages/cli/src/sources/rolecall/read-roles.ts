/** The roles that the server offers, held to the shapes of `@rolecall/server/api`. */
import { AwsError, parseRoleArn } from '@rolecall/aws'
import type { RolesView, RoleView } from '@rolecall/server/api'
import { Failure } from '../../failure.ts'
import type { OfferedRole } from '../source.ts'
import { isRecord } from './exchange.ts'

/** A role and where the API gives its keys. */
export interface ServerRole {
  readonly role: OfferedRole
  readonly keysPath: string
  /** Set when the session will be shorter than the grant allows. */
  readonly note: string | undefined
}

/** More than any company has: a bound for what is read. */
const mostRoles = 100_000

/**
 * GET /api/v1/roles. By hand: a schema library costs more time than the call. Throws `Failure` `provider`
 * for what is not of that shape.
 */
export function readRoles(answer: Readonly<Record<string, unknown>>): readonly ServerRole[] {
  const accounts = answer.accounts satisfies unknown
  if (!Array.isArray(accounts)) throw notRoles('accounts')
  const roles: ServerRole[] = []
  for (const account of accounts) {
    if (!isRecord(account) || !isAlias(account.alias) || !Array.isArray(account.roles)) {
      throw notRoles('an account')
    }
    for (const role of account.roles) {
      if (roles.length >= mostRoles) throw notRoles(`more than ${mostRoles} roles`)
      roles.push(readRole(account.alias, account.id, role))
    }
  }
  return roles
}

function readRole(alias: string, accountId: unknown, role: unknown): ServerRole {
  if (!isRecord(role) || !isName(role.name) || typeof role.arn !== 'string')
    throw notRoles('a role')
  const arn = readArn(role.arn)
  if (arn === undefined || arn.accountId !== accountId) throw notRoles('an ARN')
  const forms: readonly unknown[] = Array.isArray(role.forms) ? role.forms : []
  const names = [alias, role.name].map(encodeURIComponent).join('/')
  return {
    keysPath: `/api/v1/roles/${names}/credentials`,
    note: textOf(role.note),
    role: Object.freeze({
      roleArn: role.arn,
      accountId: arn.accountId,
      partition: arn.partition,
      accountName: alias,
      roleName: role.name,
      principalArn: undefined,
      region: textOf(role.region),
      keys: forms.includes('credentials' satisfies RoleView['forms'][number]),
      consoleHref: forms.includes('console') ? pathOf(role.consoleHref) : undefined,
    }),
  }
}

/** While the server still reads AWS for the first time: what to tell. */
export function readingNote(answer: Readonly<Record<string, unknown>>): string | undefined {
  const reading: unknown = answer.reading
  if (!isRecord(reading)) return undefined
  const { of, read } = reading as Partial<NonNullable<RolesView['reading']>>
  return typeof of === 'number' && typeof read === 'number'
    ? `the server is still reading accounts and roles of AWS: ${read} of ${of}; ask again in a minute for the rest`
    : undefined
}

function readArn(text: string) {
  try {
    return parseRoleArn(text)
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

const isAlias = (value: unknown): value is string =>
  typeof value === 'string' && /^[^\s/\p{Cc}]{1,128}$/u.test(value)
const isName = isAlias

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 500) : undefined
}

/** A path of the server itself: `//host/` would lead elsewhere. */
function pathOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\/(?![/\\])[\x21-\x7e]{0,1000}$/.test(value)
    ? value
    : undefined
}

function notRoles(what: string): Failure {
  return new Failure(
    'provider',
    `the server answered with a list of roles that is not understood (${what})`,
    'update the rolecall command, or the server',
  )
}
