/** The examples of docs/grants.md are files that load, and mean what the page says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  catalogWith,
  knownRole,
  machine,
  monday,
  person,
} from '../../tests/support/grants-world.ts'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { loadConfig } from '../config/index.ts'
import type { Principal } from '../nouns.ts'
import { type At, compileGrants } from './index.ts'

const page = readFileSync(new URL('../../../../docs/grants.md', import.meta.url), 'utf8')
const [head = '', ...examples] = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(
  ([, text = '']) => text,
)

async function rulesOf(text: string) {
  const file = join(temporaryDirectory({ 'c.yaml': text }), 'c.yaml')
  const result = await loadConfig(file, { env: {} })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.config
}

test('every example loads', async () => {
  expect(examples.length).toBeGreaterThanOrEqual(7)
  for (const example of examples) {
    expect((await rulesOf(head + example)).grants.length).toBeGreaterThan(0)
  }
})

const inside: At = { ...monday, address: '10.0.0.1' }
const groups = (...names: string[]) => person({ groups: names })

test.each<[string, Principal, At, string[]]>([
  ['admins', person({ source: 'local', groups: ['mfa-enrolled'] }), monday, ['prod/Admin']],
  ['admins', person({ source: 'local', groups: ['on-call'] }), monday, []],
  [
    'by-group-name',
    groups('aws-prod-Reader', 'team-net'),
    monday,
    ['dev/net', 'prod/Reader', 'prod/net'],
  ],
  ['by-role-tag', groups('on-call'), monday, ['dev/Tagged']],
  ['web-servers', machine('webber1.rz.example.com'), monday, ['prod/rz_webber']],
  ['web-servers', machine('berweb01.old.example.com'), monday, ['prod/rz_proweb']],
  ['office-hours', groups('developers'), inside, ['prod/Reader']],
  ['office-hours', groups('developers'), monday, []],
  [
    'limited',
    person({ groups: ['contractors'], attributes: { team: ['x'] } }),
    monday,
    ['dev/Developer'],
  ],
  ['limited', groups('contractors'), monday, []],
])('%s', async (name, who, at, expected) => {
  const example = examples.find(text => text.includes(`name: ${name}\n`)) ?? ''
  const { accounts, grants } = await rulesOf(head + example)
  const tags = { 'rolecall:groups': 'developers on-call' }
  const roles = accounts.map(account => {
    const found = ['Admin', 'Reader', 'Developer', 'rz_webber', 'rz_proweb']
      .map(role => knownRole(account, role, role === 'Admin' ? { path: '/team/' } : {}))
      .concat(
        knownRole(account, 'net', { path: '/teams/' }),
        knownRole(account, 'Tagged', { tags }),
      )
    return [account, found] as const
  })
  const offers = compileGrants(grants, catalogWith(accounts, roles)).offersFor(who, at)
  expect(offers.map(({ account, roleName }) => `${account.alias}/${roleName}`).toSorted()).toEqual(
    expected,
  )
})

test('denials: contractors are no admins, and keys are for the inside', async () => {
  const denials = examples.find(text => text.includes('contractors-are-no-admins')) ?? ''
  const open = '  - { name: open, account: prod, role: [Admin, Reader] }\n'
  const { accounts, grants } = await rulesOf(head + denials + open)
  const compiled = compileGrants(grants, catalogWith(accounts))
  const forms = (who: Principal, at: At) =>
    compiled.offersFor(who, at).map(({ roleName, forms: all }) => `${roleName} ${all.join()}`)
  expect(forms(groups('contractors'), inside)).toEqual(['Reader console,credentials'])
  expect(forms(groups('staff'), monday)).toEqual(['Admin console', 'Reader console'])
})
