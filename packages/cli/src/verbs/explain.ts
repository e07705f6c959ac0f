import { isIP } from 'node:net'
import { type AccessExplanation, explainAccess } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import { load, withStore } from './load.ts'
import { warn } from './warn.ts'

/** The arguments and options of `rolecall explain`. */
export interface Explain {
  readonly principal: string
  readonly role?: string | undefined
  readonly config: string
  readonly source?: string
  readonly group?: readonly string[]
  readonly attribute?: readonly string[]
  readonly address?: string
  readonly at?: string
  readonly json?: boolean
}

/** `rolecall explain PRINCIPAL [ROLE] -c FILE …`: exit code 0 when the role is given. */
export async function explain(options: Explain, terminal: Terminal): Promise<number> {
  const asked = askedOf(options.role)
  const at = timeOf(options.at)
  const attributes = attributesOf(options.attribute)
  if (options.address !== undefined && isIP(options.address) === 0) {
    throw new Failure('usage', `${options.address} is no address`, 'write an IPv4 or IPv6 address')
  }
  const config = await load(options.config, terminal)
  const answer = await withStore(config, store =>
    explainAccess({
      config,
      store,
      ...nameOf(options),
      groups: options.group,
      attributes,
      address: options.address,
      at,
      asked,
      warn: message => warn(terminal, message),
    }),
  )
  if (options.json === true) terminal.out.write(`${JSON.stringify(asJson(answer))}\n`)
  else print(answer, options.role, terminal)
  return (answer.isAllowed ? exitCodes.ok : exitCodes.notGranted).code
}

/** No source's id has a colon in it, but usernames may. */
function nameOf({ principal, source }: Explain): { username: string; source: string | undefined } {
  const [, before, name] = /^([a-z0-9][a-z0-9-]{0,31}):(.+)$/s.exec(principal) ?? []
  if (source !== undefined || before === undefined || name === undefined) {
    return { username: principal, source }
  }
  return { username: name, source: before }
}

function askedOf(role: string | undefined) {
  if (role === undefined) return {}
  const [account = '', name, ...rest] = role.split('/')
  if (account !== '' && name !== '' && rest.length === 0) return { account, role: name }
  throw new Failure(
    'usage',
    `${role} is no role`,
    'write `account/role`, the role without its path',
  )
}

function timeOf(text: string | undefined): Date {
  const at = text === undefined ? new Date() : new Date(text)
  if (!Number.isNaN(at.getTime())) return at
  throw new Failure('usage', `${text} is no time`, 'write one such as 2026-01-31T12:00:00Z')
}

function attributesOf(list: readonly string[] | undefined) {
  if (list === undefined) return undefined
  const values = new Map<string, string[]>()
  for (const text of list) {
    const at = text.indexOf('=')
    if (at < 1) throw new Failure('usage', `${text} is no attribute`, 'write `name=value`')
    const name = text.slice(0, at)
    values.set(name, [...(values.get(name) ?? []), text.slice(at + 1)])
  }
  return Object.fromEntries(values)
}

function asJson({ principal, knownFrom, isAllowed, explanation }: AccessExplanation) {
  const { id, groups } = principal
  const { asked, offers, grants, omitted, remark } = explanation
  return {
    allowed: isAllowed,
    principal: { id, groups, knownFrom },
    asked,
    remark,
    offers,
    grants,
    omitted,
  }
}

function print(answer: AccessExplanation, role: string | undefined, terminal: Terminal): void {
  const { principal, knownFrom, isAllowed, lines, explanation } = answer
  const paint = painter(terminal.out, terminal.env)
  const groups = principal.groups.length === 0 ? 'no groups' : principal.groups.join(', ')
  terminal.err.write(`${printable(principal.id)}: ${printable(knownFrom)}; ${printable(groups)}\n`)
  const yes = `yes: ${explanation.offers.length === 1 ? 'one role' : `${explanation.offers.length} roles`}`
  const no = role === undefined ? 'no: no role at all' : `no: ${printable(role)} is not given`
  terminal.out.write(`${isAllowed ? paint('green', yes) : paint('red', no)}\n`)
  for (const line of lines) terminal.out.write(`  ${printable(line)}\n`)
  if (lines.length === 0) terminal.out.write('  no grant is for this\n')
}
