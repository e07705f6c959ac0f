import { expect, test } from 'vitest'
import { z } from 'zod'
import { configJsonSchema } from './json-schema.ts'
import { configReference } from './reference.ts'
import { fileSchema } from './schema.ts'

const rows = configReference()
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line => line.split(/(?<!\\)\|/).map(cell => cell.trim()))

test('the reference has a section for each part and a row for each key, each with its meaning', () => {
  const text = configReference()
  for (const key of Object.keys(fileSchema.shape)) expect(text).toContain(`\n## ${key}\n`)
  expect(rows.length).toBeGreaterThan(50)
  for (const [, key, type, , meaning] of rows) {
    expect(type, key).not.toBe('')
    expect(meaning, key).not.toBe('')
  }
  expect(new Set(rows.map(row => row[1])).size).toBe(rows.length)
})

test.each([
  ['publicUrl', 'URL', '*required*'],
  ['listen.port', 'number', '`8080`'],
  ['listen.tls.key', 'secret', '*required*'],
  ['signIn.saml[].metadata.url', 'URL', '*one of these*'],
  ['signIn.saml[].attributes.groups', 'text or list of texts', 'none'],
  ['signIn.session.idle', 'time span', '`1h`'],
  [
    'aws.credentials.source',
    '`environment`, `profile`, `static`, `default`, `instance`, `container`, `web-identity`, `process`',
    '*required*',
  ],
  ['aws.credentials.assume', 'list of maps', 'none'],
  ['aws.credentials.assume[].role', 'text', '*required*'],
  ['aws.credentials.secretAccessKey', 'secret', '*required* with `static`'],
  ['accounts.NAME.id', 'text', '*required*'],
  ['grants[].duration', 'time span', '`1h`'],
  ['targets.compat', '`awscons`', ''],
])('the reference tells %s', (key, type, fallback) => {
  const row = rows.find(one => one[1] === `\`${key}\``)
  expect(row?.slice(2, 4)).toEqual([type, fallback])
})

test('the JSON schema describes what may be written, not what the loader makes of it', () => {
  const schema = z.looseObject({
    required: z.array(z.string()),
    additionalProperties: z.literal(false),
    properties: z.record(z.string(), z.unknown()),
  })
  const parsed = schema.parse(configJsonSchema())
  expect(parsed.required).toEqual(['publicUrl'])
  expect(Object.keys(parsed.properties)).toEqual(Object.keys(fileSchema.shape))
  expect(configJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: { listen: { properties: { port: { type: 'integer', maximum: 65_535 } } } },
  })
})

test('a schema made from the JSON schema takes and refuses the same', () => {
  const again = z.fromJSONSchema(configJsonSchema())
  const good = { publicUrl: 'https://a.example.com', accounts: { a: { id: '111111111111' } } }
  expect(again.safeParse(good).success).toBe(true)
  expect(again.safeParse({ ...good, lisen: {} }).success).toBe(false)
  expect(again.safeParse({ ...good, accounts: { a: { id: 1 } } }).success).toBe(false)
})
