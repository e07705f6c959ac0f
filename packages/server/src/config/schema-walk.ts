/** Looks into the schema: what may stand at a key, and what its description says. */
import { z } from 'zod'
import type { KeyPath } from './key-path.ts'

type Schema = z.core.$ZodType

/** The schema of the value at this path, unions resolved by what the file holds there. */
export function schemaAt(root: Schema, path: KeyPath, value: unknown): Schema | undefined {
  let schema: Schema | undefined = root
  let current = value
  for (const part of path) {
    if (schema === undefined) return undefined
    const inner = pick(schema, current)
    if (inner instanceof z.ZodObject) schema = inner.shape[part]
    else if (inner instanceof z.ZodArray) schema = inner.element
    else if (inner instanceof z.ZodRecord) schema = inner.valueType
    else return undefined
    current =
      typeof current === 'object' && current !== null ? Reflect.get(current, part) : undefined
  }
  return schema
}

/** The keys that a map may have there; empty when any key may stand there, or none. */
export function knownKeys(schema: Schema | undefined, value: unknown): readonly string[] {
  if (schema === undefined) return []
  const inner = pick(schema, value)
  if (inner instanceof z.ZodObject) return Object.keys(inner.shape)
  if (!(inner instanceof z.ZodUnion)) return []
  return [...new Set(inner.options.flatMap(option => knownKeys(option, undefined)))]
}

/** The description of a schema, its own or that of what it wraps. */
export function descriptionOf(schema: Schema | undefined): string | undefined {
  if (schema === undefined) return undefined
  const own = z.globalRegistry.get(schema)?.description
  if (own !== undefined) return own
  const inner = unwrapOnce(schema)
  return inner === undefined ? undefined : descriptionOf(inner)
}

/** Takes off what only says "may be absent" or "defaults to". */
export function unwrap(schema: Schema): Schema {
  const inner = unwrapOnce(schema)
  return inner === undefined ? schema : unwrap(inner)
}

function unwrapOnce(schema: Schema): Schema | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) return schema.unwrap()
  if (schema instanceof z.ZodDefault) return schema.unwrap()
  return undefined
}

/** The option of a discriminated union that the value chose; otherwise the unwrapped schema. */
function pick(schema: Schema, value: unknown): Schema {
  const inner = unwrap(schema)
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return inner
  const discriminator = inner.def.discriminator
  const chosen =
    typeof value === 'object' && value !== null ? Reflect.get(value, discriminator) : undefined
  const option = inner.options.find(candidate => {
    if (!(candidate instanceof z.ZodObject)) return false
    const literal = candidate.shape[discriminator]
    return literal instanceof z.ZodLiteral && literal.values.has(chosen)
  })
  return option ?? inner
}
