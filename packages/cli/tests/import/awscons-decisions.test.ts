import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '@rolecall/server'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { inProcess } from '../support/in-process.ts'

const groupNames = ['admins', 'developers', 'on-call', 'a', 'd']

interface OldTarget {
  readonly service: string | undefined
  readonly role: string
  readonly duration: number | undefined
  readonly groups: readonly string[] | string | undefined
  readonly attrs: readonly string[] | undefined
}

const target: fc.Arbitrary<OldTarget> = fc.record({
  service: fc.option(fc.constantFrom('prod-admin', 'prod-read', 'dev', 'a b', 'api'), {
    nil: undefined,
  }),
  role: fc
    .tuple(
      fc.constantFrom('aws', 'aws', 'aws-cn'),
      fc.constantFrom('111122223333', '444455556666'),
      fc.constantFrom('Admin', 'team/Admin', 'Read', 'x/y/Read'),
    )
    .map(([partition, id, name]) => `arn:${partition}:iam::${id}:role/${name}`),
  duration: fc.option(fc.integer({ min: -5, max: 100_000 }), { nil: undefined }),
  groups: fc.oneof(fc.constant(undefined), fc.constantFrom('admins', 'a'), fc.subarray(groupNames)),
  attrs: fc.option(fc.constantFrom([], ['mfa']), { nil: undefined }),
})

const written = (one: OldTarget): string =>
  `{${Object.entries(one)
    .flatMap(([key, value]) => (value === undefined ? [] : [`'${key}': ${JSON.stringify(value)}`]))
    .join(', ')}}`

/** The rule of the old program: the last target of a service, any of its groups, no groups for everyone. */
function oldDecision(targets: readonly OldTarget[], service: string, groups: readonly string[]) {
  const found = targets.findLast(one => (one.service ?? 'no_name') === service)
  if (found === undefined || (found.attrs ?? []).length > 0) return undefined
  // A text was compared letter by letter.
  const wanted = [...(found.groups ?? [])]
  const isMember = wanted.length === 0 || wanted.some(group => groups.includes(group))
  return isMember ? found.role : undefined
}

interface NewFile {
  readonly accounts: Record<string, { readonly id: string; readonly partition?: string }>
  readonly grants?: readonly {
    readonly name: string
    readonly groups?: readonly string[]
    readonly account: string
    readonly role: string
    readonly path?: string
  }[]
}

function newDecision(file: NewFile, path: string, groups: readonly string[]) {
  const grant = file.grants?.find(one => one.path === path)
  const account = file.accounts?.[grant?.account ?? '']
  if (grant === undefined || account === undefined) return undefined
  const isMember = grant.groups === undefined || grant.groups.some(group => groups.includes(group))
  return isMember
    ? `arn:${account.partition ?? 'aws'}:iam::${account.id}:role/${grant.role}`
    : undefined
}

test('whatever the targets, the new file loads and decides as before, or says no and the report why', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-awscons-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const example = readFileSync(join(import.meta.dirname, 'fixtures/awscons/config.py'), 'utf8')
  const [before = ''] = example.split('aws_config')
  let [run, yes] = [0, 0]
  await fc.assert(
    fc.asyncProperty(
      fc.array(target, { maxLength: 6 }),
      fc.array(fc.subarray(groupNames), { minLength: 3, maxLength: 3 }),
      async (targets, people) => {
        run += 1
        const place = join(directory, String(run))
        mkdirSync(place)
        const config = join(place, 'config.py')
        const out = join(place, 'out.yaml')
        const list = targets.map(written).join(',\n')
        writeFileSync(
          config,
          `${before}\naws_config = {'aws_profile_name': 'none', 'targets': [${list}]}\n`,
        )
        const imported = await inProcess(['import', 'awscons', config, '--out', out, '--json'])
        const { findings } = JSON.parse(imported.out)
        const loaded = await loadConfig(out, { env: {} })
        expect(loaded.ok ? [] : loaded.problems).toEqual([])
        const file: NewFile = parse(readFileSync(out, 'utf8'))
        for (const service of new Set(targets.map(one => one.service ?? 'no_name'))) {
          for (const groups of people) {
            const old = oldDecision(targets, service, groups)
            const now = newDecision(file, service, groups)
            if (now !== undefined) yes += 1
            if (now === old) continue
            // Never a yes that was none; a no only where a line of the report refuses.
            expect([service, groups, now]).toEqual([service, groups, undefined])
            expect(findings.some((one: { verdict: string }) => one.verdict === 'refused')).toBe(
              true,
            )
          }
        }
      },
    ),
    { numRuns: 40 },
  )
  expect(yes).toBeGreaterThan(20)
}, 60_000)
