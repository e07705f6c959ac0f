/** The signing gateway: its addresses, roles, routes and callers. */
import { isIP } from 'node:net'
import { AwsError, parseRoleArn, partitionOf } from '@rolecall/aws'
import { isLoopbackHost, isSecureUrl } from '../outgoing/index.ts'
import { isReserved } from './check-targets.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'
import type { ListenAddress } from './signing-gateway-config.ts'

type Entry = NonNullable<Sections['signingGateway']>
type Caller = Entry['callers'][number]

/** Who runs it: `rolecall serve` at a path, or `rolecall gateway` at an address of its own. */
export type GatewayHome = 'server' | 'own'

const section = 'signingGateway'
const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/** Reports what does not fit together. */
export function checkSigningGateway(sections: Sections, report: Report, home: GatewayHome): void {
  const entry = sections.signingGateway
  if (entry === undefined) return
  const address = checkListen(entry, report, home)
  if (home === 'server') checkPrefix(entry, sections, report)
  checkRole(entry.role, [section, 'role'], report)
  for (const [name, url] of Object.entries(entry.endpoints)) {
    checkUpstream(url, [section, 'endpoints', name], report)
  }
  const routeNames = unique('the route', report)
  for (const [index, route] of entry.routes.entries()) {
    const path: KeyPath = [section, 'routes', index]
    routeNames([...path, 'name'], route.name)
    checkRole(route.role, [...path, 'role'], report)
    if (route.upstream !== undefined) checkUpstream(route.upstream, [...path, 'upstream'], report)
    if (!isRegion(route.region)) {
      report.problem([...path, 'region'], 'this is no region of AWS', 'such as `eu-central-1`')
    }
    if (Object.values(route.match).every(part => part === undefined)) {
      report.problem(
        [...path, 'match'],
        'nothing tells these requests',
        'give host, path or header',
      )
    }
  }
  checkCallers(entry, report, home, address)
}

/** `ADDRESS:PORT` or `unix:PATH`; undefined when it is neither. */
export function parseListen(text: string): ListenAddress | undefined {
  const [, socket] = /^unix:(.{1,100})$/.exec(text) ?? []
  if (socket !== undefined) return { kind: 'socket', path: socket }
  const [, v6, name, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? []
  const host = v6 ?? name ?? ''
  const port = Number(digits)
  const isAddress = v6 === undefined ? isIP(host) === 4 || host === 'localhost' : isIP(host) === 6
  return isAddress && port <= 65_535 ? { kind: 'tcp', host, port } : undefined
}

/** Whether nobody but this machine can connect there. */
export function isLocal(address: ListenAddress): boolean {
  if (address.kind === 'socket') return true
  return isLoopbackHost(address.host.includes(':') ? `[${address.host}]` : address.host)
}

function checkPrefix(entry: Entry, { targets }: Sections, report: Report): void {
  const [, first = ''] = entry.prefix.split('/')
  const path = [section, 'prefix']
  if (isReserved(first)) {
    report.problem(path, `the gateway answers at /${first} itself`, 'choose another: `/gateway`')
  } else if (targets !== undefined && `${targets.prefix}/`.startsWith(`${entry.prefix}/`)) {
    report.problem(path, '`targets.prefix` begins with it', 'choose another for one of the two')
  }
}

function checkListen(entry: Entry, report: Report, home: GatewayHome): ListenAddress | undefined {
  const address = parseListen(entry.listen)
  const path = [section, 'listen']
  if (address === undefined) {
    const remedy = 'write `127.0.0.1:9911`, `[::1]:9911` or `unix:/run/rolecall/gateway.sock`'
    report.problem(path, 'this is no address to listen on', remedy)
  } else if (home === 'own' && !isLocal(address)) {
    const remedy = 'use loopback or a Unix socket, or put a proxy with TLS in front'
    report.warning(path, 'tokens and bodies cross the network in the clear', remedy)
  }
  return address
}

function checkCallers(
  entry: Entry,
  report: Report,
  home: GatewayHome,
  address: ListenAddress | undefined,
): void {
  const names = unique('the caller', report)
  const keys = unique('the caller with the key', report)
  const anonymous = unique('the anonymous caller', report)
  for (const [index, caller] of entry.callers.entries()) {
    const path: KeyPath = [section, 'callers', index]
    names([...path, 'name'], caller.name)
    checkRole(caller.role, [...path, 'role'], report)
    if (caller.keys !== undefined) keys([...path, 'keys', 'accessKeyId'], caller.keys.accessKeyId)
    if (caller.anonymous) {
      anonymous([...path, 'anonymous'], 'true')
      const isOpen = home === 'server' || (address !== undefined && !isLocal(address))
      if (isOpen) {
        const remedy = 'give the caller a token or keys: `rolecall gateway keys NAME` makes them'
        report.problem([...path, 'anonymous'], 'this is only for loopback and Unix sockets', remedy)
      }
    }
    checkIdentity(caller, path, report)
    checkRules(caller, path, report)
  }
}

function checkIdentity(caller: Caller, path: KeyPath, report: Report): void {
  const { token, tokenSha256, keys, anonymous } = caller
  if (token !== undefined && tokenSha256 !== undefined) {
    report.problem(
      [...path, 'tokenSha256'],
      'the caller has a token already',
      'give one of the two',
    )
  }
  if (token === undefined && tokenSha256 === undefined && keys === undefined && !anonymous) {
    const remedy = 'give a token or keys: `rolecall gateway keys NAME` makes them'
    report.problem(path, 'nothing tells this caller', remedy)
  }
}

function checkRules(caller: Caller, path: KeyPath, report: Report): void {
  if (caller.allow.length === 0) {
    report.warning(
      [...path, 'allow'],
      'the caller may do nothing',
      'add a rule: `- services: [s3]`',
    )
  }
  for (const [at, rule] of caller.allow.entries()) {
    for (const [place, method] of rule.methods.entries()) {
      if (method === '*' || methods.includes(method)) continue
      const where = [...path, 'allow', at, 'methods', place]
      report.problem(where, 'this is no method', `one of ${methods.join(', ')}, or *`)
    }
    for (const [place, pattern] of (rule.paths ?? []).entries()) {
      const problem = patternProblem(pattern)
      const where = [...path, 'allow', at, 'paths', place]
      if (problem !== undefined) report.problem(where, problem, 'such as `/bucket/public/**`')
    }
  }
}

function patternProblem(pattern: string): string | undefined {
  if (!pattern.startsWith('/')) return 'a path begins with a slash'
  const segments = pattern.split('/')
  for (const [at, segment] of segments.entries()) {
    if (segment === '**' && at !== segments.length - 1) return '`**` stands only at the end'
    if (segment !== '*' && segment !== '**' && segment.includes('*')) {
      return '`*` stands for a whole segment and not for a part of one'
    }
    if (segment === '.' || segment === '..') return 'no request has dot segments'
  }
  return undefined
}

function checkRole(arn: string | undefined, path: KeyPath, report: Report): void {
  if (arn === undefined) return
  try {
    parseRoleArn(arn)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const remedy = 'such as `arn:aws:iam::123456789012:role/Name`'
    report.problem(path, 'this is no ARN of a role', remedy)
  }
}

function checkUpstream(text: string, path: KeyPath, report: Report): void {
  const url = new URL(text)
  if (!isSecureUrl(url)) report.problem(path, 'http is only for loopback', 'use https')
  if (url.username !== '' || url.password !== '') {
    report.problem(path, 'a name or password stands in the address', 'remove it')
  }
  if (/[?#]/.test(text)) report.problem(path, 'the address has a query or fragment', 'remove it')
}

function isRegion(text: string): boolean {
  try {
    return partitionOf(text).regionRegex.test(text)
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}

function unique(what: string, report: Report): (path: KeyPath, value: string) => void {
  const lines = new Map<string, number>()
  return (path, value) => {
    const line = lines.get(value)
    if (line === undefined) lines.set(value, report.lineOf(path))
    else report.problem(path, 'this stands twice', `${what} in line ${line} has it`)
  }
}
