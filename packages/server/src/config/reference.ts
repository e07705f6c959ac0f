/** The reference page of the file format, made from the schema. */
import { z } from 'zod'
import { fileSchema } from './schema.ts'
import { descriptionOf, unwrap } from './schema-walk.ts'

type Schema = z.core.$ZodType

interface Row {
  readonly key: string
  readonly type: string
  readonly fallback: string
  readonly meaning: string
}

/** The page as Markdown: a table of keys for each part of the file. */
export function configReference(): string {
  const sections = Object.entries(fileSchema.shape).map(([key, schema]) => section(key, schema))
  return `# Configuration

One YAML file. \`rolecall config check FILE\` says what is wrong in it, \`rolecall config schema\`
prints its JSON schema for editors. Paths are relative to the file; \`~/\` is the home directory.
A running gateway reads the file again on SIGHUP and keeps the old one when the new one is bad.
Made from the schema by \`npm run docs\`.

A *secret* is \`{env: NAME}\`, \`{file: PATH}\` or \`{command: [PROGRAM, ARGUMENT, …]}\` (no shell; it
prints the secret within 10 seconds). A secret written out works and is warned about.
A *time span* is seconds as a number, or a number with s, m, h or d: \`90s\`, \`8h\`.

${sections.join('\n')}`
}

function section(key: string, schema: Schema): string {
  const rows = rowsOf(key, schema, true)
  const lines = rows.map(
    row => `| \`${row.key}\` | ${cell(row.type)} | ${cell(row.fallback)} | ${cell(row.meaning)} |`,
  )
  const head = '| key | type | default | meaning |\n| --- | --- | --- | --- |'
  return `## ${key}\n\n${head}\n${lines.join('\n')}\n`
}

function rowsOf(key: string, schema: Schema, required: boolean): Row[] {
  const inner = unwrap(schema)
  const meaning = descriptionOf(schema) ?? ''
  const children = childrenOf(key, inner)
  const row = { key, type: typeOf(inner), fallback: fallbackOf(schema, required), meaning }
  // A map that says nothing about itself is told by its keys.
  return children.length > 0 && meaning === '' ? children : [row, ...children]
}

function childrenOf(key: string, schema: Schema): Row[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, child]) =>
      rowsOf(`${key}.${name}`, child, true),
    )
  }
  if (schema instanceof z.ZodArray) return nested(`${key}[]`, schema.element)
  if (schema instanceof z.ZodRecord) return nested(`${key}.NAME`, schema.valueType)
  if (isSecret(schema) || !(schema instanceof z.ZodUnion)) return []
  return merged(schema.options.flatMap(option => optionRows(key, unwrap(option), schema)))
}

function nested(key: string, schema: Schema): Row[] {
  const inner = unwrap(schema)
  return inner instanceof z.ZodObject || inner instanceof z.ZodUnion ? childrenOf(key, inner) : []
}

/** The keys of one form that a value may have; what is required is required in this form only. */
function optionRows(key: string, option: Schema, union: z.ZodUnion): Row[] {
  if (!(option instanceof z.ZodObject)) return []
  const discriminator = union instanceof z.ZodDiscriminatedUnion ? union.def.discriminator : ''
  const chosen = option.shape[discriminator]
  const required = chosen === undefined ? '*one of these*' : `*required* with ${typeOf(chosen)}`
  return Object.entries(option.shape).flatMap(([name, child]) =>
    rowsOf(`${key}.${name}`, child, true).map(row => {
      // What is required below the key is so wherever the key stands.
      const isOwn = row.key === `${key}.${name}` && name !== discriminator
      return isOwn && row.fallback === '*required*' ? { ...row, fallback: required } : row
    }),
  )
}

function merged(rows: readonly Row[]): Row[] {
  const byKey = new Map<string, Row>()
  for (const row of rows) {
    const earlier = byKey.get(row.key)
    const isOther = earlier !== undefined && !earlier.type.split(', ').includes(row.type)
    if (isOther) byKey.set(row.key, { ...earlier, type: `${earlier.type}, ${row.type}` })
    else if (earlier === undefined) byKey.set(row.key, row)
  }
  return [...byKey.values()]
}

function typeOf(schema: Schema): string {
  if (isSecret(schema)) return 'secret'
  if (isDuration(schema)) return 'time span'
  if (schema instanceof z.ZodEnum) return schema.options.map(one => `\`${one}\``).join(', ')
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(one => `\`${one}\``).join(', ')
  if (schema instanceof z.ZodArray) return `list of ${typeOf(unwrap(schema.element))}s`
  if (schema instanceof z.ZodUnion) {
    return [...new Set(schema.options.map(option => typeOf(unwrap(option))))].join(' or ')
  }
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return 'map'
  if (schema instanceof z.ZodBoolean) return '`true`, `false`'
  if (schema instanceof z.ZodURL) return 'URL'
  return schema instanceof z.ZodNumber ? 'number' : 'text'
}

function fallbackOf(schema: Schema, required: boolean): string {
  if (schema instanceof z.ZodDefault) return shown(schema.def.defaultValue)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) return ''
  return required ? '*required*' : ''
}

function shown(value: unknown): string {
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  if (empty) return 'none'
  return `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``
}

function isSecret(schema: Schema): boolean {
  if (!(schema instanceof z.ZodUnion)) return false
  return schema.options.some(
    option => option instanceof z.ZodObject && Object.keys(option.shape).join() === 'command',
  )
}

function isDuration(schema: Schema): boolean {
  if (!(schema instanceof z.ZodUnion)) return false
  return schema.options.some(option => option instanceof z.ZodNumber)
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
