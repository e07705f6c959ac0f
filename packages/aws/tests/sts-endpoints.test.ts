/** The endpoints against the rules that AWS publishes for STS, all regions and all options. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { StsClient, type StsEndpointOptions, stsEndpointOf } from '../src/index.ts'

interface Rule {
  readonly conditions: readonly (Call & { readonly assign?: string })[]
  readonly rules?: readonly Rule[]
  readonly error?: string
  readonly endpoint?: {
    readonly url: string
    readonly properties: { readonly authSchemes?: readonly { readonly signingRegion: string }[] }
  }
}
interface Call {
  readonly fn: string
  readonly argv: readonly Argument[]
}
type Argument = string | boolean | Call | { readonly ref: string }
type Values = Readonly<Record<string, unknown>>

interface PartitionRow {
  readonly regionRegex: string
  readonly outputs: Values
  readonly regions: Readonly<Record<string, Values>>
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./vectors/sts-endpoints/${name}`, import.meta.url), 'utf8'))
const { rules } = read('endpoint-rule-set-1.json') as { rules: readonly Rule[] }
const { partitions } = read('partitions.json') as { partitions: readonly PartitionRow[] }

function computed(argument: Argument, values: Values): unknown {
  if (typeof argument !== 'object') return argument
  if ('ref' in argument) return values[argument.ref]
  const [first, second] = argument.argv.map(inner => computed(inner, values))
  switch (argument.fn) {
    case 'isSet':
      return first !== undefined
    case 'not':
      return first !== true
    case 'booleanEquals':
    case 'stringEquals':
      return first === second
    case 'getAttr':
      return (first as Values)[String(second)]
    case 'aws.partition': {
      const named = partitions.find(row => Object.hasOwn(row.regions, String(first)))
      const found = named ?? partitions.find(row => new RegExp(row.regionRegex).test(String(first)))
      if (found === undefined) throw new Error(`no partition for ${String(first)}`)
      return { ...found.outputs, ...found.regions[String(first)] }
    }
    default:
      throw new Error(`the rules have a function that this test does not know: ${argument.fn}`)
  }
}

/** Evaluates the rules (Smithy, "Endpoint rules engine"): the first whose conditions hold counts. */
function evaluate(list: readonly Rule[], given: Values): Rule & { readonly values: Values } {
  for (const rule of list) {
    let values = given
    const holds = rule.conditions.every(condition => {
      const value = computed(condition, values)
      if (condition.assign !== undefined) values = { ...values, [condition.assign]: value }
      return value !== undefined && value !== false
    })
    if (holds) return rule.rules === undefined ? { ...rule, values } : evaluate(rule.rules, values)
  }
  throw new Error('no rule holds')
}

function published(region: string, options: StsEndpointOptions) {
  const { endpoint, error, values } = evaluate(rules, {
    Region: region,
    UseFIPS: options.fips ?? false,
    UseDualStack: options.dualStack ?? false,
    UseGlobalEndpoint: options.legacyGlobal ?? false,
  })
  if (endpoint === undefined) throw new Error(error)
  const filled = (text: string) =>
    text.replace(/\{(\w+)(?:#(\w+))?\}/g, (_, name: string, member?: string) => {
      const value = values[name]
      return String(member === undefined ? value : (value as Values)[member])
    })
  const signingRegion = endpoint.properties.authSchemes?.[0]?.signingRegion ?? region
  return { url: `${filled(endpoint.url)}/`, signingRegion: filled(signingRegion) }
}

const flags = [false, true]
const combinations = flags.flatMap(fips =>
  flags.flatMap(dualStack => flags.map(legacyGlobal => ({ fips, dualStack, legacyGlobal }))),
)
const regions = partitions.flatMap(row => Object.keys(row.regions))
const real = regions.filter(region => !region.endsWith('-global'))

describe.each(combinations)('with %j', options => {
  it.each([...real, 'eu-future-9', 'us-gov-south-1'])('%s is as AWS publishes it', region => {
    expect(stsEndpointOf(region, options)).toEqual(published(region, options))
  })
})

it('the rules were read: they cover every partition', () => {
  expect(real.length).toBeGreaterThan(40)
  const hosts = new Set(combinations.flatMap(each => real.map(one => published(one, each).url)))
  expect(hosts.size).toBeGreaterThan(160)
})

it.each([
  ['aws-global', {}, 'https://sts.amazonaws.com/', 'us-east-1'],
  ['aws-global', { legacyGlobal: true }, 'https://sts.amazonaws.com/', 'us-east-1'],
  // The rules make hosts of the pseudo regions that do not exist.
  ['aws-cn-global', {}, 'https://sts.cn-northwest-1.amazonaws.com.cn/', 'cn-northwest-1'],
  ['aws-us-gov', { fips: true }, 'https://sts.us-gov-west-1.amazonaws.com/', 'us-gov-west-1'],
])('%s with %j is %s', (region, options, url, signingRegion) => {
  expect(stsEndpointOf(region, options)).toEqual({ url, signingRegion })
})

it.each([{ fips: true }, { dualStack: true }])('the global endpoint has no other form', options => {
  expect(() => stsEndpointOf('aws-global', options)).toThrow(
    expect.objectContaining({ code: 'invalid_argument' }),
  )
})

it.each([{ fips: true }, { dualStack: true }, { legacyGlobal: true }])(
  'an endpoint of one’s own has no other form: %j',
  options => {
    const endpoint = 'https://sts.example.com'
    expect(() => new StsClient({ region: 'eu-west-1', endpoint, ...options })).toThrow(
      expect.objectContaining({
        code: 'invalid_argument',
        message: expect.stringMatching(/^endpoint: expected /),
      }),
    )
  },
)
