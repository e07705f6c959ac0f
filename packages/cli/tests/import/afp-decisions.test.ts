import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { inProcess } from '../support/in-process.ts'

/** Ids as people wrote them, and what the old program made of each (YAML 1.1, then str()). */
const ids = [
  ['123456789012', '123456789012'],
  ['"012345678901"', '012345678901'],
  ['098765432109', '098765432109'],
  ['012345670123', '1402433619'],
  ['12345678901', '12345678901'],
  ['1111_2222_3333', '111122223333'],
  ['"1111-2222-4444"', '1111-2222-4444'],
] as const
const aliases = ['prod', 'my-acct', 'Prod.EU', 'a b', 'x']
const patterns = [
  'aws-(?P<account>.*)-(?P<role>.*)',
  '^(?P<account>[a-z-]+?)-(?P<role>.*)$',
  '(?P<account>[^-]*)-(?P<role>[A-Za-z]+)|other',
  String.raw`aws-(?P<account>prod|x)-(?P<role>\w+)`,
]

const account = fc.record({
  alias: fc.constantFrom(...aliases),
  id: fc.constantFrom(...ids),
  file: fc.constantFrom('a.yaml', 'b.yaml'),
})
const installation = fc.record({
  accounts: fc.uniqueArray(account, { selector: one => one.alias, minLength: 2, maxLength: 5 }),
  pattern: fc.constantFrom(...patterns),
  groups: fc.array(
    fc
      .tuple(
        fc.constantFrom('aws-', 'aws-', '', 'x'),
        fc.constantFrom(...aliases),
        fc.constantFrom('-', '-', '--'),
        fc.constantFrom('Admin', 'Read', 'team-Read', ''),
        fc.constantFrom('', '', '-', '1'),
      )
      .map(parts => parts.join('')),
    { minLength: 30, maxLength: 30 },
  ),
})
type Installation = typeof installation extends fc.Arbitrary<infer T> ? T : never

/** The rule of the old program for one group; what has no id of twelve digits, AWS refused. */
function oldDecision({ pattern, accounts }: Installation, group: string): string | undefined {
  const begun = pattern.startsWith('^') ? pattern : `^${pattern}`
  const text = begun.endsWith('$') ? begun : `${begun}$`
  const found = new RegExp(text.replaceAll('(?P<', '(?<'), 'u').exec(group)?.groups
  const id = accounts.find(({ alias }) => alias === found?.account)?.id[1] ?? ''
  return /^\d{12}$/.test(id) && found?.role ? `${id}/${found.role}` : undefined
}

interface NewFile {
  readonly accounts?: Record<string, { readonly id: string }>
  readonly grants: readonly { readonly groupPattern: string }[]
}

function newDecision({ accounts, grants }: NewFile, group: string): string | undefined {
  for (const { groupPattern } of grants) {
    const found = new RegExp(`^(?:${groupPattern})$`, 'u').exec(group)?.groups
    const alias = found?.account ?? ''
    if (accounts === undefined || !Object.hasOwn(accounts, alias) || !found?.role) continue
    return `${accounts[alias]?.id}/${found.role}`
  }
  return undefined
}

test('whatever the accounts and the pattern, a group gives what it gave, or the report says why not', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-afp-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  let [run, yes] = [0, 0]
  await fc.assert(
    fc.asyncProperty(installation, async made => {
      run += 1
      const place = join(directory, String(run))
      for (const name of ['people', 'accounts']) mkdirSync(join(place, name), { recursive: true })
      const provider = 'aws_federation_proxy.provider.sssd_provider'
      writeFileSync(
        join(place, 'people', 'c.yaml'),
        `api: {user_identification: {environment_field: REMOTE_USER}}\nprovider:\n  module: ${provider}\n  regex: '${made.pattern}'\n`,
      )
      for (const file of ['a.yaml', 'b.yaml']) {
        const lines = made.accounts
          .filter(one => one.file === file)
          .map(({ alias, id }) => `"${alias}": {id: ${id[0]}}\n`)
        writeFileSync(join(place, 'accounts', file), lines.join(''))
      }
      const out = join(place, 'out.yaml')
      const imported = await inProcess(['import', 'afp', place, '--out', out, '--json'])
      const findings: { key: string; verdict: string }[] = JSON.parse(imported.out).findings
      const isTold = (key: string, verdicts: readonly string[]) =>
        findings.some(one => one.key === key && verdicts.includes(one.verdict))
      const file: NewFile = parse(readFileSync(out, 'utf8'))
      for (const group of made.groups) {
        const [old, now] = [oldDecision(made, group), newDecision(file, group)]
        if (now !== undefined) yes += 1
        if (old === now) continue
        const why = made.accounts.some(({ alias }) => isTold(`${alias}.id`, ['refused', 'changed']))
        const isStricter = now === undefined && isTold('provider.regex', ['changed'])
        // A new yes is that of an account whose digits were restored, and of nothing else.
        const restored = made.accounts.some(({ id }) => now?.startsWith(`${id[0]}/`) === true)
        expect([group, old, now, isStricter || (why && (now === undefined || restored))]).toEqual([
          group,
          old,
          now,
          true,
        ])
      }
    }),
    { numRuns: 40 },
  )
  expect(yes).toBeGreaterThan(20)
}, 60_000)
