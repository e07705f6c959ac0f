import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalogWith, monday, person } from '../../tests/support/grants-world.ts'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { loadConfig } from '../config/index.ts'
import type { Principal } from '../nouns.ts'
import { compileGrants } from './index.ts'

const head = `publicUrl: https://aws.example.com
accounts: {prod: {id: "111111111111"}}
grants:
`

async function grantsOf(list: string) {
  const result = await loadConfig(join(temporaryDirectory({ 'c.yaml': head + list }), 'c.yaml'))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  let looked = 0
  const onRule = () => {
    looked += 1
  }
  const grants = compileGrants(result.config.grants, catalogWith(result.config.accounts), {
    onRule,
  })
  return {
    looked: () => looked,
    decide: (who: Principal, at = monday, role = 'Admin') =>
      grants.decideRole(who, { account: 'prod', role, form: 'credentials' }, at).offer,
  }
}

/** As browser sessions keep people. */
const kept = (...groups: string[]) => Object.freeze(person({ groups: Object.freeze(groups) }))
const later = { now: new Date(monday.now.getTime() + 86_400_000), address: '203.0.113.7' }
const inside = { ...monday, address: '10.0.0.1' }
const admins = '  - {name: a, groups: [admins], account: prod, role: Admin'

test('what rests on the principal alone is decided once', async () => {
  const { decide, looked } = await grantsOf(`${admins}}\n`)
  const who = kept('admins')
  const first = decide(who)
  const once = looked()
  expect(first?.roleName).toBe('Admin')
  expect(decide(who, later)).toBe(first)
  expect(looked()).toBe(once)
  expect(decide(kept('staff'))).toBeUndefined()
  expect(decide(who, monday, 'Other')).toBeUndefined()
})

test.each([
  ['an address of a grant', `${admins}, when: "network.inside('10.0.0.0/8')"}\n`],
  ['a time of a grant', `${admins}, when: "time < timestamp('${later.now.toISOString()}')"}\n`],
  [
    'an address of a denial',
    `${admins}}\n  - {name: d, effect: deny, groups: [admins], when: "!network.inside('10.0.0.0/8')"}\n`,
  ],
])('%s counts each time', async (_what, list) => {
  const { decide } = await grantsOf(list)
  const who = kept('admins')
  expect(decide(who, inside)?.roleName).toBe('Admin')
  expect(decide(who, later)).toBeUndefined()
  expect(decide(who, inside)?.roleName).toBe('Admin')
})

test('a tag is made of the values of now', async () => {
  const { decide } = await grantsOf(
    `${admins}, tags: {at: "network.inside('10.0.0.0/8') ? 'in' : 'out'"}}\n`,
  )
  const who = kept('admins')
  expect(decide(who, inside)?.tags).not.toEqual(decide(who, later)?.tags)
})

test('a principal that can change is decided on anew', async () => {
  const { decide } = await grantsOf(`${admins}}\n`)
  const groups = ['admins']
  const who = Object.freeze(person({ groups }))
  expect(decide(who)?.roleName).toBe('Admin')
  groups.pop()
  expect(decide(who)).toBeUndefined()
})

test('a refusal is not remembered, nor more than a bounded number of roles', async () => {
  const list = Array.from({ length: 200 }, (_, i) => `R${i}`)
  const { decide } = await grantsOf(
    `  - {name: a, groups: [admins], account: prod, role: [${list.join(', ')}]}\n`,
  )
  const who = kept('admins')
  const first = decide(who, monday, 'R0')
  for (const role of list) expect(decide(who, monday, role)?.roleName).toBe(role)
  const again = decide(who, monday, 'R0')
  expect(again).toEqual(first)
  expect(again).not.toBe(first)
})
