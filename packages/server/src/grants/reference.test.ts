/** The engine against the definition, on random rules, principals and catalogues. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grantRule, rolesOf } from '../../tests/support/grant-rules.ts'
import {
  catalogWith,
  knownRole,
  machine,
  numbered,
  person,
} from '../../tests/support/grants-world.ts'
import { type NaiveConditions, naiveOffers } from '../../tests/support/naive-grants.ts'
import type { GrantRule, GrantTarget } from '../config/grant-rule.ts'
import type { KnownRole } from '../nouns.ts'
import { compileGrants } from './index.ts'

const accounts = [
  numbered('dev', 1, { tags: { stage: 'dev' } }),
  numbered('prod', 2, { tags: { stage: 'prod', owner: 'a' } }),
  numbered('old', 3, { tags: undefined }),
]
const groupNames = [
  ...['aws-dev-Admin', 'aws-prod-Reader', 'aws-prod-Admin', 'aws-nowhere-Admin', 'aws-dev-a:b'],
  ...['ops', 'mfa', 'Ops', 'aws-dev-Admin\n', ''],
]
const roleNames = ['Admin', 'Reader', 'admin', 'rz_web']

const conditions: NaiveConditions = {
  "network.inside('10.0.0.0/8')": ({ address }) => address.startsWith('10.'),
  "account.alias == 'dev'": ({ account }) => account.alias === 'dev',
  "account.tags.owner == 'a' || role.name.startsWith('Re')": ({ account, role }) => {
    // In CEL a yes on one side outweighs that the other has no answer.
    if (role.startsWith('Re')) return true
    if (account.tags?.owner === undefined) throw new Error('no such key')
    return account.tags.owner === 'a'
  },
  "principal.attributes.team[0] == 'x'": ({ principal }) => {
    const [team] = principal.attributes.team ?? []
    if (team === undefined) throw new Error('no such key')
    return team === 'x'
  },
}

const some = <T>(values: readonly T[], most: number) =>
  fc.subarray([...values], { minLength: 0, maxLength: most })
const oneOrMore = (values: readonly string[]) =>
  fc.subarray([...values], { minLength: 1, maxLength: 2 })

const literal: fc.Arbitrary<GrantTarget> = fc
  .tuple(
    fc.oneof(fc.constant('*'), oneOrMore(['dev', 'prod', 'old', 'nowhere'])),
    fc.oneof(fc.constant('*'), oneOrMore([...roleNames, 'team/Admin'])),
  )
  .map(([account, role]) => rolesOf(account, role))
const tagged: fc.Arbitrary<GrantTarget> = fc.constantFrom('dev', 'prod', 'none').map(stage => ({
  ...{ kind: 'roles', accounts: { kind: 'tagged', tags: { stage } } },
  roles: { kind: 'all' },
}))
const filled: fc.Arbitrary<GrantTarget> = fc
  .tuple(
    fc.constantFrom('{account}', 'dev', '*'),
    fc.constantFrom('{role}', 'team/{role}', 'rz_{role}', 'Admin'),
  )
  .map(([account, role]) => rolesOf(account, role))

const who: fc.Arbitrary<Partial<GrantRule>> = fc.oneof(
  fc.record({ groups: some(groupNames, 2), users: some(['alice', 'bob'], 1) }),
  fc
    .constantFrom(
      ...[
        'aws-(?<account>[a-z]+)-(?<role>\\w+)',
        'ops|mfa',
        '.*-(?<role>.*)',
        '(?<account>dev)?.*',
      ],
    )
    .map(groupPattern => ({ groupPattern })),
  fc
    .constantFrom(' ', ':')
    .map(separator => ({ roleTags: { groups: 'for-groups', users: 'for-users', separator } })),
  fc
    .record({
      name: fc.constantFrom('(?<role>[a-z]{3})\\d+', '.*'),
      domains: fc.constantFrom(undefined, ['rz.example.com'], ['other.example.com']),
    })
    .map(one => ({ machines: { ...one, preset: undefined, networks: undefined } })),
)

const rule: fc.Arbitrary<GrantRule> = fc
  .record({
    who,
    target: fc.oneof(literal, tagged, filled),
    effect: fc.constantFrom('allow' as const, 'allow' as const, 'allow' as const, 'deny' as const),
    allGroups: fc.oneof(fc.constant([]), fc.constant([]), some(['mfa', 'ops'], 2)),
    sources: fc.constantFrom(undefined, undefined, ['corp'], ['machines', 'other']),
    when: fc.constantFrom(undefined, undefined, undefined, ...Object.keys(conditions)),
    durationSeconds: fc.constantFrom(900, 3600, 7200),
    forms: fc.constantFrom(
      ['console' as const],
      ['credentials' as const],
      ['console' as const, 'credentials' as const],
    ),
    policy: fc.constantFrom(undefined, undefined, '{"Statement":[]}'),
    denyAll: fc.boolean(),
  })
  .map(({ who: words, denyAll, ...rest }) => {
    const everything = rest.effect === 'deny' && denyAll
    return grantRule({
      name: 'unnamed',
      ...rest,
      ...words,
      target: everything ? { kind: 'everything' } : rest.target,
    })
  })

const roles = (index: number): fc.Arbitrary<readonly KnownRole[] | undefined> => {
  const [account = numbered('none', 9)] = accounts.slice(index)
  const role = fc.record({
    name: fc.constantFrom('Admin', 'Reader', 'rz_web'),
    path: fc.constantFrom('/', '/', '/team/'),
    maxSessionSeconds: fc.constantFrom(undefined, 3600),
    groups: fc.constantFrom('', 'ops', 'mfa ops', 'mfa:ops', 'Ops'),
    users: fc.constantFrom('', 'alice'),
    isRead: fc.constantFrom(true, true, true, false),
  })
  const list = fc.uniqueArray(role, { selector: ({ name }) => name, maxLength: 3 }).map(all =>
    all.map(({ name, path, maxSessionSeconds, groups, users, isRead }) => {
      const tags = isRead ? { 'for-groups': groups, 'for-users': users } : undefined
      return knownRole(account, name, { path, maxSessionSeconds, tags })
    }),
  )
  return fc.oneof(fc.constant(undefined), list, list)
}

const principal = fc.oneof(
  fc
    .record({
      groups: some(groupNames, 5),
      username: fc.constantFrom('alice', 'bob'),
      attributes: fc.constantFrom<Record<string, string[]>>({}, { team: ['x'] }, { team: ['y'] }),
      source: fc.constantFrom('corp', 'other'),
    })
    .map(person),
  fc
    .constantFrom('web1.rz.example.com', 'web1.other.example.com', 'db.rz.example.com')
    .map(name => machine(name)),
)

test('what the engine gives is what the definition gives', () => {
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 6 }),
      principal,
      fc.constantFrom('10.0.0.1', '192.0.2.1'),
      fc.tuple(roles(0), roles(1), roles(2)),
      (unnamed, who, address, lists) => {
        const rules = unnamed.map((one, index) => ({ ...one, name: `g${index}` }))
        const known = accounts.flatMap((account, index) => {
          const list = lists[index]
          return list === undefined ? [] : [[account, list] as const]
        })
        const catalog = catalogWith(accounts, known)
        const grants = compileGrants(rules, catalog)
        const at = { now: new Date('2026-01-05T10:00:00Z'), address }
        const given = grants
          .offersFor(who, at)
          .flatMap(({ roleArn, forms, grant, durationSeconds }) =>
            forms.map(form => `${roleArn} ${form} ${grant.name} ${durationSeconds}`),
          )
        const defined = naiveOffers(who, address, rules, catalog, conditions).map(
          ({ arn, form, grant, seconds }) => `${arn} ${form} ${grant} ${seconds}`,
        )
        expect(given.toSorted()).toEqual(defined.toSorted())
        for (const { account, roleName, forms } of grants.offersFor(who, at)) {
          for (const form of forms) {
            const asked = { account: account.alias, role: roleName, form }
            expect(grants.decideRole(who, asked, at).offer).toBeDefined()
          }
        }
      },
    ),
    { numRuns: 4000 },
  )
})
