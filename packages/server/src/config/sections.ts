/**
 * The parts of the file that are well-formed by themselves, so that the checks across parts run on
 * these also when another part is wrong: every problem is reported at once.
 */
import type { z } from 'zod'
import { discoverySchema } from './account-discovery-schema.ts'
import { accountSchema } from './account-schema.ts'
import { auditSinkSchema } from './audit-schema.ts'
import { awsSchema } from './aws-schema.ts'
import { commandLineSchema } from './command-line-schema.ts'
import { federationApiSchema } from './federation-api-schema.ts'
import { grantSchema } from './grant-schema.ts'
import { headersSchema } from './headers-schema.ts'
import { ldapSchema } from './ldap-schema.ts'
import { machinesSchema } from './machines-schema.ts'
import { samlProviderSchema } from './saml-schema.ts'
import {
  type ConfigFile,
  fileSchema,
  listenSchema,
  signInSchema,
  storeSchema,
  targetsSchema,
} from './schema.ts'
import { signingGatewaySchema } from './signing-gateway-schema.ts'

/** A part that lacks something it needs is undefined; lists and maps keep their places. */
export interface Sections {
  readonly publicUrl: string | undefined
  readonly listen: ConfigFile['listen'] | undefined
  readonly store: ConfigFile['store'] | undefined
  readonly signIn: Omit<ConfigFile['signIn'], 'saml' | 'headers' | 'ldap' | 'machines'> | undefined
  readonly machines: ConfigFile['signIn']['machines']
  readonly commandLine: ConfigFile['commandLine'] | undefined
  readonly saml: readonly (SamlEntry | undefined)[]
  readonly headers: readonly (HeadersEntry | undefined)[]
  readonly ldap: readonly (LdapEntry | undefined)[]
  readonly aws: ConfigFile['aws'] | undefined
  readonly accounts: ReadonlyMap<string, AccountEntry | undefined>
  readonly discovery: ConfigFile['discovery']
  readonly grants: readonly (GrantEntry | undefined)[]
  readonly targets: ConfigFile['targets'] | undefined
  readonly auditSinks: readonly (AuditSinkEntry | undefined)[]
  readonly federationApi: readonly (FederationApiEntry | undefined)[]
  readonly signingGateway: ConfigFile['signingGateway']
}

/** One provider as the file gives it, defaults filled in. */
export type SamlEntry = ConfigFile['signIn']['saml'][number]
/** One trusted proxy as the file gives it, defaults filled in. */
export type HeadersEntry = ConfigFile['signIn']['headers'][number]
/** One directory as the file gives it, defaults filled in. */
export type LdapEntry = ConfigFile['signIn']['ldap'][number]
/** One account as the file gives it, defaults filled in. */
export type AccountEntry = ConfigFile['accounts'][string]
/** One mount of AFP's API as the file gives it, defaults filled in. */
export type FederationApiEntry = ConfigFile['federationApi'][number]
/** One grant as the file gives it, defaults filled in. */
export type GrantEntry = ConfigFile['grants'][number]

/** One sink as the file gives it, defaults filled in. */
export type AuditSinkEntry = ConfigFile['audit']['sinks'][number]

/** Takes the file apart, or these parts of it. `file` is the file as YAML gave it. */
export function readSections(file: unknown, only?: readonly string[]): Sections {
  const value =
    only === undefined ? file : Object.fromEntries(only.map(key => [key, part(file, key)]))
  const signIn = part(value, 'signIn')
  const {
    saml: _saml,
    headers: _headers,
    ldap: _ldap,
    machines,
    ...signInRest
  } = isMap(signIn) ? signIn : {}
  return {
    publicUrl: parse(fileSchema.shape.publicUrl, part(value, 'publicUrl')),
    listen: parse(listenSchema, part(value, 'listen') ?? {}),
    // Without the default: nothing is to be kept where the part is not looked at.
    store: only === undefined ? parse(storeSchema, part(value, 'store') ?? {}) : undefined,
    signIn: parse(signInSchema, signInRest),
    saml: list(part(signIn, 'saml')).map(one => parse(samlProviderSchema, one)),
    machines: parse(machinesSchema.optional(), machines),
    commandLine: parse(commandLineSchema, part(value, 'commandLine') ?? {}),
    headers: list(part(signIn, 'headers')).map(one => parse(headersSchema, one)),
    ldap: list(part(signIn, 'ldap')).map(one => parse(ldapSchema, one)),
    aws: parse(awsSchema, part(value, 'aws') ?? {}),
    accounts: new Map(
      entries(part(value, 'accounts')).map(([alias, one]) => [alias, parse(accountSchema, one)]),
    ),
    discovery: parse(discoverySchema.optional(), part(value, 'discovery')),
    grants: list(part(value, 'grants')).map(one => parse(grantSchema, one)),
    targets: parse(targetsSchema, part(value, 'targets') ?? {}),
    auditSinks: list(part(part(value, 'audit'), 'sinks')).map(one => parse(auditSinkSchema, one)),
    federationApi: list(part(value, 'federationApi')).map(one => parse(federationApiSchema, one)),
    signingGateway: parse(signingGatewaySchema.optional(), part(value, 'signingGateway')),
  }
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const again = schema.safeParse(without(value, parsed.error.issues))
  return again.success ? again.data : undefined
}

/**
 * The part without the keys that have problems of their own, which are reported already: what is
 * left is still checked against the rest. An entry of a list takes its list with it, so that the
 * other entries keep their places.
 */
function without(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const left: unknown = structuredClone(value)
  for (const issue of issues) {
    const wrong =
      issue.code === 'unrecognized_keys'
        ? issue.keys.map(key => [...issue.path, key])
        : [[...issue.path]]
    for (const path of wrong) remove(left, path)
  }
  return left
}

function remove(value: unknown, path: readonly PropertyKey[]): void {
  let map: Record<PropertyKey, unknown> | undefined
  let key: PropertyKey | undefined
  let at = value
  for (const step of path) {
    if (isMap(at)) {
      map = at
      key = step
    }
    at = isMap(at) || Array.isArray(at) ? (at as Record<PropertyKey, unknown>)[step] : undefined
  }
  if (map !== undefined && key !== undefined) delete map[key]
}

function part(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function entries(value: unknown): [string, unknown][] {
  return isMap(value) ? Object.entries(value) : []
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
