/** How profiles are called: a template, filled with what is known of a role. */
import { Failure } from '../failure.ts'
import type { OfferedRole } from '../sources/source.ts'

/** `prod-admin` for prod/Admin. */
export const defaultFormat = '{account}-{role}'

const fields = ['account', 'account_id', 'role', 'region', 'connection'] as const
const longestFormat = 200
/** AWS's tools take them all in `[profile NAME]` without quotes. */
const literal = /^[\w.@/+=,-]*$/

/** The template, when it is one. Throws `Failure` `usage`. */
export function checkFormat(format: string): string {
  const names = [...format.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)
  const wrong = names.find(name => !fields.some(field => field === name))
  const hint = `it has letters, digits, - _ . / @ and ${fields.map(field => `{${field}}`).join(' ')}`
  if (wrong !== undefined) throw new Failure('usage', `unknown field {${wrong}} in a format`, hint)
  if (!literal.test(format.replace(/\{[^{}]*\}/g, '')) || format.length > longestFormat) {
    throw new Failure('usage', `${JSON.stringify(format)} is no format of profile names`, hint)
  }
  if (names.includes('role')) return format
  throw new Failure('usage', `the format ${JSON.stringify(format)} has no {role}`, hint)
}

/** The profile's name by the template, in lower case. */
export function profileName(format: string, role: OfferedRole, connection: string): string {
  const values: Readonly<Record<string, string>> = {
    account: safe(role.accountName ?? '') || role.accountId,
    account_id: role.accountId,
    role: safe(role.roleName) || 'role',
    region: safe(role.region ?? '') || 'global',
    connection: safe(connection) || 'connection',
  }
  return format.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '').toLowerCase()
}

/** What a shell and AWS's tools take as it stands: letters without their accents, digits, `.`, `_`, `-`. */
function safe(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 64)
}
