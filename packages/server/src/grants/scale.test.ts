/** A decision's work is that of the rules that may hold, however long the list is. */
import { expect, test } from 'vitest'
import { grantRule, rolesOf } from '../../tests/support/grant-rules.ts'
import {
  catalogWith,
  knownRole,
  machine,
  monday,
  numbered,
  person,
} from '../../tests/support/grants-world.ts'
import type { Principal } from '../nouns.ts'
import { compileGrants } from './index.ts'

const prod = numbered('prod', 1)
const tags = { who: 'tagged' }
const roles = Array.from({ length: 50 }, (_, index) => knownRole(prod, `Role${index}`, { tags }))

/** How many rules are looked at, once the names of groups are known. */
function workFor(who: Principal, rules: number): number {
  let looked = 0
  const list = Array.from({ length: rules }, (_, index) => index).flatMap(index => [
    grantRule({ name: `g${index}`, groups: [`group-${index}`], target: rolesOf('prod', 'A') }),
    grantRule({ name: `u${index}`, users: [`user-${index}`], target: rolesOf('prod', 'A') }),
    grantRule({
      ...{ name: `d${index}`, effect: 'deny', groups: [`denied-${index}`] },
      target: rolesOf('prod', 'A'),
    }),
    grantRule({
      name: `m${index}`,
      machines: {
        ...{ name: undefined, preset: undefined, networks: undefined },
        domains: [`domain-${index}.example.com`],
      },
      target: rolesOf('prod', 'A'),
    }),
  ])
  const special = [
    grantRule({
      ...{ name: 'pattern', groupPattern: 'aws-(?<role>[a-z]+)' },
      target: rolesOf('prod', '{role}'),
    }),
    grantRule({
      ...{ name: 'tag', roleTags: { groups: 'who', users: undefined, separator: ' ' } },
      target: rolesOf('prod', '*'),
    }),
  ]
  const catalog = catalogWith([prod], [[prod, roles]])
  const grants = compileGrants([...list, ...special], catalog, { onRule: () => (looked += 1) })
  grants.offersFor(who, monday)
  looked = 0
  grants.offersFor(who, monday)
  grants.decideRole(who, { account: 'prod', role: 'A' }, monday)
  return looked
}

test.each([
  ['a person in groups of grants', person({ groups: ['group-1', 'group-2', 'denied-3', 'other'] })],
  ['a person by name', person({ username: 'user-3', groups: [] })],
  ['a person by patterns and tags', person({ groups: ['aws-x', 'tagged'] })],
  ['nobody', person({ groups: [] })],
  ['a machine', machine('web1.domain-2.example.com')],
])('%s', (_title, who) => {
  const few = workFor(who, 10)
  expect(few).toBeLessThanOrEqual(6)
  expect(workFor(who, 1000)).toBe(few)
})

test('a pattern is tried once for each name', () => {
  let looked = 0
  const rule = grantRule({ name: 'p', groupPattern: 'a.*', target: rolesOf('prod', 'A') })
  const grants = compileGrants([rule], catalogWith([prod]), { onRule: () => (looked += 1) })
  for (let index = 0; index < 100; index += 1) {
    grants.offersFor(person({ username: `user-${index}`, groups: ['a', 'b', 'c'] }), monday)
  }
  expect(looked).toBe(3)
})

test('nor is it tried again for a refusal', () => {
  const target = rolesOf('prod', 'A')
  const slow = `(?:[a-z0-9]+-)*${'(?:a?b?)'.repeat(40)}!`
  const rules = Array.from({ length: 20 }, (_, index) =>
    grantRule({ name: `p${index}`, groupPattern: `${slow}${index}`, target }),
  )
  const grants = compileGrants(rules, catalogWith([prod]))
  const who = person({ groups: Array.from({ length: 100 }, (_, index) => `ab-ab-ab-${index}`) })
  const workOf = () => {
    const before = process.cpuUsage()
    const { offer } = grants.decideRole(who, { account: 'prod', role: 'A' }, monday)
    const { user, system } = process.cpuUsage(before)
    return { offer, time: user + system }
  }
  const first = workOf()
  const again = workOf()
  expect([first.offer, again.offer]).toEqual([undefined, undefined])
  expect(again.time).toBeLessThan(first.time / 3)
})
