import { describe, expect, test } from 'vitest'
import { grantRule, rolesOf } from '../../tests/support/grant-rules.ts'
import { catalogWith, monday, numbered, person } from '../../tests/support/grants-world.ts'
import type { GrantRule } from '../config/grant-rule.ts'
import type { Principal } from '../nouns.ts'
import { compileGrants, explanationLines } from './index.ts'

const prod = numbered('prod', 1)
const alice = person()
const role = { account: 'prod', role: 'Admin' }

function grant(over: Partial<GrantRule> & { name: string }): GrantRule {
  return grantRule({ line: 7, target: rolesOf('prod', 'Admin'), ...over })
}

const compile = (...rules: GrantRule[]) => compileGrants(rules, catalogWith([prod]))
const offers = (principal: Principal, ...rules: GrantRule[]) =>
  compile(...rules).offersFor(principal, monday)

describe('offers', () => {
  test('no grant, no role', () => {
    expect(offers(alice)).toEqual([])
  })

  test.each([
    ['a group of several', { groups: ['x', 'admins'] }, 'group "admins" by grant "g" (line 7)'],
    ['the username', { users: ['alice'] }, 'user "alice" by grant "g" (line 7)'],
    ['nobody named', {}, 'everyone signed in by grant "g" (line 7)'],
    ['the source', { sources: ['corp'] }, 'everyone signed in by grant "g" (line 7)'],
    [
      'all groups',
      { allGroups: ['staff', 'admins'] },
      'groups "staff" and "admins" by grant "g" (line 7)',
    ],
  ])('holds by %s', (_name, over, reason) => {
    expect(offers(alice, grant({ name: 'g', ...over }))).toMatchObject([{ reason }])
  })

  test.each([
    ['another group', { groups: ['Admins'] }],
    ['a part of a group', { groups: ['admin', 'a', 'admins '] }],
    ['another user', { users: ['Alice'] }],
    ['another source', { groups: ['admins'], sources: ['partner'] }],
    ['everyone of another source', { sources: ['partner'] }],
    ['one of two groups that it needs', { allGroups: ['staff', 'mfa'] }],
    ['a group, without the one that it also needs', { groups: ['admins'], allGroups: ['mfa'] }],
    ['the user, without the group that it also needs', { users: ['alice'], allGroups: ['mfa'] }],
    ['an account that is unknown', { target: rolesOf('test', 'Admin') }],
  ])('does not hold by %s', (_name, over) => {
    expect(offers(alice, grant({ name: 'g', ...over }))).toEqual([])
  })

  test('a person in one group has it as a whole, not letter by letter', () => {
    const one = person({ groups: ['admins'] })
    expect(offers(one, grant({ name: 'g', groups: ['admins'] }))).toHaveLength(1)
    expect(offers(one, grant({ name: 'g', groups: ['a'] }))).toEqual([])
  })

  test('a machine is given nothing by a grant for people', () => {
    const host = person({ kind: 'machine', username: 'web1.example.com', groups: [] })
    expect(offers(host, grant({ name: 'g' }))).toEqual([])
    expect(offers(host, grant({ name: 'g', users: ['web1.example.com'] }))).toEqual([])
  })

  test('more groups than are counted give nothing', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => `group-${index}`)
    const who = person({ groups: many })
    expect(offers(who, grant({ name: 'g' }))).toEqual([])
    const { explanation } = { explanation: undefined, ...compile().decideRole(who, role, monday) }
    expect(explanation && explanationLines(explanation)).toEqual([
      '10001 groups are more than are counted',
    ])
  })

  test('an alias of twelve digits does not pass for the account of that id', () => {
    const usurper = numbered(prod.id, 2)
    const rules = [
      grant({ name: 'id', groups: ['admins'], target: rolesOf(prod.id, 'Admin') }),
      grant({ name: 'all', groups: ['ops'], target: rolesOf('*', 'Admin') }),
      grant({ name: 'never', effect: 'deny', groups: ['ops'], target: rolesOf(prod.id, '*') }),
    ]
    const grants = compileGrants(rules, catalogWith([usurper, prod]))
    const ids = (who: Principal) => grants.offersFor(who, monday).map(({ account }) => account.id)
    expect(ids(alice)).toEqual([prod.id])
    expect(ids(person({ groups: ['ops'] }))).toEqual([usurper.id])
  })
})

describe('of several grants for one role', () => {
  const names = (...rules: GrantRule[]) =>
    offers(alice, ...rules).map(({ grant: { name }, forms }) => [name, ...forms].join(' '))
  const policy = '{"Statement":[]}'

  test('the longest wins, then the first', () => {
    const found = names(
      grant({ name: 'short', durationSeconds: 900 }),
      grant({ name: 'long', durationSeconds: 7200 }),
      grant({ name: 'as-long', durationSeconds: 7200 }),
    )
    expect(found).toEqual(['long console credentials'])
  })

  test('one without a session policy wins over a longer one with it', () => {
    const full = grant({ name: 'full', durationSeconds: 900 })
    expect(names(grant({ name: 'narrow', policy, durationSeconds: 7200 }), full)).toEqual([
      'full console credentials',
    ])
    const arns = ['arn:aws:iam::aws:policy/ReadOnlyAccess']
    expect(names(grant({ name: 'narrow', policyArns: arns, durationSeconds: 7200 }), full)).toEqual(
      ['full console credentials'],
    )
  })

  test('each form is decided for itself', () => {
    const found = names(
      grant({ name: 'keys', policy, forms: ['credentials'] }),
      grant({ name: 'console', forms: ['console'], durationSeconds: 7200 }),
    )
    expect(found).toEqual(['console console', 'keys credentials'])
  })

  test('a longer grant for others changes nothing', () => {
    const found = offers(
      alice,
      grant({ name: 'mine', groups: ['staff'], durationSeconds: 900 }),
      grant({ name: 'theirs', groups: ['ops'], durationSeconds: 43_200 }),
    )
    expect(found).toMatchObject([{ durationSeconds: 900 }])
  })
})

describe('decisions', () => {
  const grants = compile(
    grant({ name: 'ops-admin', groups: ['ops'], path: 'prod', forms: ['console'] }),
  )

  test('a refusal tells which grant would have given the role, and what it needs', () => {
    const decision = grants.decideRole(alice, { account: 'prod', role: 'Admin' }, monday)
    if (decision.offer !== undefined) throw new Error('an offer')
    expect(decision.isNamed).toBe(true)
    expect(explanationLines(decision.explanation)).toEqual([
      'grant "ops-admin" (line 7) does not hold: needs group "ops"; there are 2 groups',
    ])
  })

  test.each([
    [{ account: 'prod', role: 'admin' }],
    [{ account: 'Prod', role: 'Admin' }],
    [{ account: 'toString', role: 'Admin' }],
  ])('nothing knows %j', asked => {
    expect(grants.decideRole(alice, asked, monday)).toMatchObject({ isNamed: false })
  })

  test('the form counts', () => {
    const ops = person({ groups: ['ops'] })
    expect(grants.decideRole(ops, role, monday).offer).toBeDefined()
    expect(grants.decideRole(ops, { ...role, form: 'console' }, monday).offer).toBeDefined()
    const keys = grants.decideRole(ops, { ...role, form: 'credentials' }, monday)
    expect(keys).toMatchObject({ offer: undefined, isNamed: true })
  })

  test('a target takes the grant of its path only', () => {
    const both = compile(
      grant({ name: 'direct', groups: ['staff'], durationSeconds: 43_200 }),
      grant({ name: 'short-way', groups: ['staff'], path: 'prod', durationSeconds: 900 }),
    )
    expect(both.decideTarget(alice, 'prod', monday).offer?.grant.name).toBe('short-way')
    expect(both.decideTarget(alice, 'nowhere', monday)).toMatchObject({
      isNamed: false,
      explanation: { grants: [], remark: 'no grant has the path "nowhere"' },
    })
  })

  test('the refusal of a target names the role behind it', () => {
    const refused = grants.decideTarget(alice, 'prod', monday)
    expect(refused).toMatchObject({ isNamed: true, asked: { account: 'prod', role: 'Admin' } })
  })
})
