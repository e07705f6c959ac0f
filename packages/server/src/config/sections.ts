/**
 * The parts of the file that are well-formed by themselves, so that the checks across parts run on
 * these also when another part is wrong: every problem is reported at once.
 */
import type { z } from 'zod'
import {
  accountSchema,
  awsSchema,
  type ConfigFile,
  fileSchema,
  grantSchema,
  listenSchema,
  samlProviderSchema,
  signInSchema,
  storeSchema,
  targetsSchema,
} from './schema.ts'

/** A part that has problems of its own is undefined; lists and maps keep their places. */
export interface Sections {
  readonly publicUrl: string | undefined
  readonly listen: ConfigFile['listen'] | undefined
  readonly store: ConfigFile['store'] | undefined
  readonly signIn: Omit<ConfigFile['signIn'], 'saml'> | undefined
  readonly saml: readonly (SamlEntry | undefined)[]
  readonly aws: ConfigFile['aws'] | undefined
  readonly accounts: ReadonlyMap<string, AccountEntry | undefined>
  readonly grants: readonly (GrantEntry | undefined)[]
  readonly targets: ConfigFile['targets'] | undefined
}

export type SamlEntry = ConfigFile['signIn']['saml'][number]
export type AccountEntry = ConfigFile['accounts'][string]
export type GrantEntry = ConfigFile['grants'][number]

/** Takes the file apart. `value` is the file as YAML gave it. */
export function readSections(value: unknown): Sections {
  const signIn = part(value, 'signIn')
  const { saml: _saml, ...signInRest } = isMap(signIn) ? signIn : {}
  return {
    publicUrl: parse(fileSchema.shape.publicUrl, part(value, 'publicUrl')),
    listen: parse(listenSchema, part(value, 'listen') ?? {}),
    store: parse(storeSchema, part(value, 'store') ?? {}),
    signIn: parse(signInSchema, signInRest),
    saml: list(part(signIn, 'saml')).map(one => parse(samlProviderSchema, one)),
    aws: parse(awsSchema, part(value, 'aws') ?? {}),
    accounts: new Map(
      entries(part(value, 'accounts')).map(([alias, one]) => [alias, parse(accountSchema, one)]),
    ),
    grants: list(part(value, 'grants')).map(one => parse(grantSchema, one)),
    targets: parse(targetsSchema, part(value, 'targets') ?? {}),
  }
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : undefined
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
