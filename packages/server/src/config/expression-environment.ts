/** The variables and functions that an expression knows. */
import { Environment } from '@marcbachmann/cel-js'
import type { Account, KnownRole, Principal } from '../nouns.ts'
import { readSearchPattern } from './name-pattern.ts'
import { networkMatcher } from './networks.ts'
import { timeParts, zoneClock } from './zoned-time.ts'

/** What an expression is asked about; the role and its account only when it looks at them. */
export interface ExpressionVariables {
  readonly principal: PrincipalValue
  readonly account?: AccountValue
  readonly role?: RoleValue
  readonly network: NetworkValue
  readonly time: Date
}

/** How a method that is our own is called inside. */
export const ourName = (method: string): string => `our_${method}`

const maxMatchedLength = 4096

/** `principal`: only these fields, none inherited; maps have only what was put in them. */
class PrincipalValue {
  readonly kind: string
  readonly id: string
  readonly source: string
  readonly username: string
  readonly displayName: string
  readonly email: string
  readonly groups: string[]
  readonly attributes: Map<string, string[]>
  readonly amr: string[]
  readonly authenticatedAt: Date
  readonly address: string

  constructor(principal: Principal) {
    this.kind = principal.kind
    this.id = principal.id
    this.source = principal.source
    this.username = principal.username
    this.displayName = principal.displayName
    this.email = principal.email ?? ''
    this.groups = [...principal.groups]
    this.attributes = new Map(
      Object.entries(principal.attributes).map(([name, values]) => [name, [...values]]),
    )
    this.amr = [...principal.amr]
    this.authenticatedAt = principal.authenticatedAt
    this.address = principal.address
  }
}

class AccountValue {
  readonly alias: string
  readonly id: string
  readonly partition: string
  readonly name: string
  declare readonly tags: Map<string, string>

  constructor(account: Account) {
    this.alias = account.alias
    this.id = account.id
    this.partition = account.partition
    this.name = account.name
    defineTags(this, account.tags, 'account')
  }
}

class RoleValue {
  readonly name: string
  readonly path: string
  readonly arn: string
  declare readonly tags: Map<string, string>

  constructor({ name, path, arn, tags }: RoleFacts) {
    this.name = name
    this.path = path
    this.arn = arn
    defineTags(this, tags, 'role')
  }
}

/** Tags that nobody has read are not tags that are not there: `has(role.tags.x)` has no answer. */
function defineTags(
  value: AccountValue | RoleValue,
  tags: Readonly<Record<string, string>> | undefined,
  what: 'account' | 'role',
): void {
  const known = tags && new Map(Object.entries(tags))
  Object.defineProperty(value, 'tags', {
    enumerable: true,
    get() {
      if (known === undefined) throw new Error(`the tags of the ${what} are not known (yet)`)
      return known
    },
  })
}

type RoleFacts = Pick<KnownRole, 'name' | 'path' | 'arn' | 'tags'>

class NetworkValue {
  declare readonly address: string

  constructor(address: string | undefined) {
    Object.defineProperty(this, 'address', {
      enumerable: true,
      get() {
        if (address === undefined) throw new Error('the address of the client is not known')
        return address
      },
    })
  }
}

export const principalValue = (principal: Principal) => new PrincipalValue(principal)
export const accountValue = (account: Account) => new AccountValue(account)
export const roleValue = (role: RoleFacts) => new RoleValue(role)
/** Undefined: nobody said where the client is. Then there is no answer, neither yes nor no. */
export const networkValue = (address: string | undefined) => new NetworkValue(address)

/** Patterns and networks stand in the expressions as literals, so there are not many. */
const networks = createMemory(text => networkMatcher([text]))
const patterns = createMemory(readSearchPattern)
const zones = createMemory(zoneClock)

function inside(network: NetworkValue, text: string): boolean {
  return networks(text)(network.address)
}

function matches(text: string, pattern: string): boolean {
  const search = patterns(pattern)
  if (typeof search !== 'function') throw new Error(search.problem)
  if (text.length > maxMatchedLength) throw new Error('the text is too long for `matches`')
  return search(text)
}

/** CEL's `lowerAscii` and `upperAscii` leave alone what is not ASCII. */
const lowerAscii = (text: string) => text.replace(/[A-Z]+/g, letters => letters.toLowerCase())
const upperAscii = (text: string) => text.replace(/[a-z]+/g, letters => letters.toUpperCase())

function createMemory<T>(make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>()
  return key => {
    const known = kept.get(key)
    if (known !== undefined) return known
    if (kept.size >= 1000) kept.clear()
    const made = make(key)
    kept.set(key, made)
    return made
  }
}

const texts = 'map<string, string>'
const lists = 'map<string, list<string>>'
const timestamp = 'google.protobuf.Timestamp'

/** The CEL environment: typed, so that a misspelt field is a problem when the file is read. */
export const environment = new Environment({
  limits: {
    maxAstNodes: 500,
    maxDepth: 50,
    maxListElements: 200,
    maxMapEntries: 100,
    maxCallArguments: 8,
  },
})
  .registerType('Principal', {
    ctor: PrincipalValue,
    fields: {
      kind: 'string',
      id: 'string',
      source: 'string',
      username: 'string',
      displayName: 'string',
      email: 'string',
      groups: 'list<string>',
      attributes: lists,
      amr: 'list<string>',
      authenticatedAt: timestamp,
      address: 'string',
    },
  })
  .registerType('Account', {
    ctor: AccountValue,
    fields: { alias: 'string', id: 'string', partition: 'string', name: 'string', tags: texts },
  })
  .registerType('Role', {
    ctor: RoleValue,
    fields: { name: 'string', path: 'string', arn: 'string', tags: texts },
  })
  .registerType('Network', { ctor: NetworkValue, fields: { address: 'string' } })
  .registerVariable('principal', 'Principal')
  .registerVariable('account', 'Account')
  .registerVariable('role', 'Role')
  .registerVariable('network', 'Network')
  .registerVariable('time', timestamp)
  .registerFunction('Network.inside(string): bool', inside)
  .registerFunction(`string.${ourName('matches')}(string): bool`, matches)
  .registerFunction(`string.${ourName('lowerAscii')}(): string`, lowerAscii)
  .registerFunction(`string.${ourName('upperAscii')}(): string`, upperAscii)

for (const [method, part] of Object.entries(timeParts)) {
  environment.registerFunction(
    `${timestamp}.${ourName(method)}(string): int`,
    (time: Date, zone: string) => BigInt(part(zones(zone)(time))),
  )
}
