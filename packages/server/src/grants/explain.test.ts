/** Why, and why not, in the words that people and the audit log get. */
import { describe, expect, test } from 'vitest'
import { grantRule, rolesOf } from '../../tests/support/grant-rules.ts'
import {
  catalogWith,
  knownRole,
  machine,
  monday,
  numbered,
  person,
} from '../../tests/support/grants-world.ts'
import type { GrantRule } from '../config/grant-rule.ts'
import type { Principal } from '../nouns.ts'
import { compileGrants, explanationLines, refusalReason } from './index.ts'

const prod = numbered('prod', 1)
const dev = numbered('dev', 2)
const catalog = catalogWith(
  [prod, dev],
  [[prod, [knownRole(prod, 'Admin'), knownRole(prod, 'Reader')]]],
)
const admin = { account: 'prod', role: 'Admin' }

function rule(name: string, over: Partial<GrantRule>): GrantRule {
  return grantRule({ name, line: 7, target: rolesOf('prod', 'Admin'), ...over })
}

const explain = (who: Principal, rules: readonly GrantRule[], asked: object = admin) =>
  compileGrants(rules, catalog).explain(who, asked, monday)
const lines = (who: Principal, rules: readonly GrantRule[], asked: object = admin) =>
  explanationLines(explain(who, rules, asked))

const pattern = {
  groupPattern: 'aws-(?<account>[a-z]+)-(?<role>[A-Za-z]+)',
  target: rolesOf('{account}', '{role}'),
}
const machines = { name: 'web\\d', preset: undefined, domains: ['rz'], networks: undefined }

describe('one rule', () => {
  test.each<[string, Principal, Partial<GrantRule>, string[]]>([
    [
      'gives',
      person(),
      { groups: ['admins'] },
      ['grant "g" (line 7) gives prod/Admin: group "admins"'],
    ],
    [
      'another source',
      person(),
      { sources: ['partner'] },
      ['grant "g" (line 7) does not hold: it is for the source "partner", not "corp"'],
    ],
    [
      'for machines',
      person(),
      { machines },
      ['grant "g" (line 7) does not hold: it is for machines'],
    ],
    ['for people', machine('web1.rz'), {}, ['grant "g" (line 7) does not hold: it is for people']],
    [
      'another name',
      machine('db1.rz'),
      { machines },
      [
        'grant "g" (line 7) does not hold: the host name "db1" does not match the pattern "web\\\\d"',
      ],
    ],
    [
      'another domain',
      machine('web1.dmz'),
      { machines },
      ['grant "g" (line 7) does not hold: the domain "dmz" is not "rz"'],
    ],
    [
      'a group in other letters',
      person({ groups: ['Ops '] }),
      { groups: ['ops', 'sre'], users: ['bob'] },
      [
        'grant "g" (line 7) does not hold: needs group "ops" or "sre", or to be a user that it names; there is 1 group, of which "Ops " differs only in case or blanks',
      ],
    ],
    [
      'a group that it also needs',
      person(),
      { groups: ['admins'], allGroups: ['mfa', 'staff'] },
      ['grant "g" (line 7) does not hold: not in the group "mfa", which it also needs'],
    ],
    [
      'no group of the pattern',
      person(),
      pattern,
      [
        'grant "g" (line 7) does not hold: there are 2 groups and none matches the pattern "aws-(?<account>[a-z]+)-(?<role>[A-Za-z]+)"',
      ],
    ],
    [
      'no tag',
      person(),
      { roleTags: { groups: 'who', users: undefined, separator: ' ' } },
      [
        'grant "g" (line 7) does not hold: the tag "who" of the role names neither the user nor a group',
      ],
    ],
    [
      'a false condition',
      person(),
      { when: "network.inside('10.0.0.0/8')" },
      [
        'grant "g" (line 7) does not give prod/Admin: its condition is false: "network.inside(\'10.0.0.0/8\')"',
      ],
    ],
    [
      'no answer',
      person(),
      { when: "principal.attributes.x[0] == ''" },
      ['grant "g" (line 7) does not give prod/Admin: its condition has no answer: No such key: x'],
    ],
    [
      'no value',
      person(),
      { tags: [{ key: 't', value: 'principal.attributes.x[0]' }] },
      [
        'grant "g" (line 7) does not give prod/Admin: the session tag "t" has no value: No such key: x',
      ],
    ],
  ])('%s', (_title, who, over, expected) => {
    expect(lines(who, [rule('g', over)])).toEqual(expected)
  })

  test('a near miss: the pattern matched, and there is no such account', () => {
    const who = person({ groups: ['aws-test-Admin', 'aws-prod-Writer'] })
    expect(lines(who, [rule('g', pattern)], {})).toEqual([
      'grant "g" (line 7) does not hold: group "aws-test-Admin" matches, but the account "test" is unknown',
      'grant "g" (line 7) does not hold: group "aws-prod-Writer" matches, but the account "prod" has no role "Writer"',
    ])
    expect(lines(who, [rule('g', pattern)], { account: 'prod', role: 'Writer' })).toEqual([
      'the account "prod" has no role "Writer", as of the last discovery',
      'grant "g" (line 7) does not hold: group "aws-prod-Writer" matches, but the account "prod" has no role "Writer"',
    ])
  })

  test('a rule that has nothing to do with it is not told', () => {
    const others = [
      rule('role', { target: rolesOf('prod', 'Reader') }),
      rule('account', { target: rolesOf('dev', 'Admin') }),
      rule('text', { ...pattern, target: rolesOf('prod', 'rz_{role}') }),
    ]
    expect(explain(person(), others)).toMatchObject({ offers: [], grants: [], omitted: 0 })
    expect(refusalReason(explain(person(), others))).toBe('no grant names this role')
  })

  test('an unknown account is told', () => {
    expect(lines(person(), [rule('g', {})], { account: 'tset' })).toEqual([
      'the account "tset" is unknown',
    ])
  })
})

describe('several rules', () => {
  const rules = [
    rule('unmet', { groups: ['ops'] }),
    rule('short', { durationSeconds: 900 }),
    rule('long', { durationSeconds: 7200, line: 9 }),
    rule('narrow', { allGroups: ['mfa', 'staff'] }),
  ]

  test('those that came furthest are first', () => {
    const found = explain(person(), rules)
    expect(found.offers).toHaveLength(1)
    expect(found.grants.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'long given',
      'short outdone',
      'narrow refused',
      'unmet refused',
    ])
    expect(found.grants[1]?.reason).toBe('grant "long" (line 9) can do more')
  })

  test('a denial is named, by what it denies and by what', () => {
    const deny = rule('never', { effect: 'deny', groups: ['staff'], line: 3 })
    expect(lines(person(), [...rules, deny]).slice(0, 2)).toEqual([
      'grant "never" (line 3) denies prod/Admin: group "staff"',
      'grant "short" (line 7) would give prod/Admin, which is denied: by grant "never" (line 3)',
    ])
    const unanswered = { ...deny, when: "principal.attributes.x[0] == ''" }
    expect(lines(person(), [unanswered])).toEqual([
      'grant "never" (line 3) denies prod/Admin: group "staff"; its condition has no answer: No such key: x',
    ])
  })

  test('a denial of another account or role is not told', () => {
    const deny = rule('never', { effect: 'deny', groups: ['staff'], line: 3 })
    const told = (asked: object, one: GrantRule = deny) => lines(person(), [one], asked)
    expect(told({ account: 'nowhere', role: 'Admin' })).toEqual([
      'the account "nowhere" is unknown',
    ])
    expect(told({ account: 'dev' })).toEqual([])
    expect(told({})).toEqual(['grant "never" (line 3) denies: group "staff"; not everything'])
    const everything = { ...deny, target: { kind: 'everything' } as const }
    expect(told({}, everything)).toEqual(['grant "never" (line 3) denies: group "staff"'])
  })

  test('many are bounded, and so are the roles of one', () => {
    const many = Array.from({ length: 80 }, (_, index) =>
      rule(`g${index}`, { groups: [`x${index}`] }),
    )
    expect(explain(person(), many)).toMatchObject({ grants: { length: 50 }, omitted: 30 })
    const accounts = Array.from({ length: 30 }, (_, index) => numbered(`a${index}`, index))
    const all = rule('all', { target: rolesOf('*', 'Admin') })
    const [only] = compileGrants([all], catalogWith(accounts)).explain(person(), {}, monday).grants
    expect(only).toMatchObject({ verdict: 'given', roles: { length: 10 }, roleCount: 30 })
  })

  test('names of others cannot break the lines', () => {
    const who = person({ groups: ['aws-test-A', 'x'.repeat(500), 'ops\nfake line'] })
    const found = lines(who, [rule('g', { groups: ['OPS\nfake line'] })])
    expect(found.join('')).not.toContain('\n')
  })
})
