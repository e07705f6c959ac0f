import { describe, expect, test } from 'vitest'
import type { Account, Grant, Principal } from '../nouns.ts'
import { decideRole, decideTarget, describeGrant, offersFor } from './index.ts'

const prod: Account = {
  alias: 'prod',
  id: '111122223333',
  partition: 'aws',
  name: 'Production',
  tags: {},
}

function grant(over: Partial<Grant> & { name: string }): Grant {
  return {
    account: prod,
    roleArn: 'arn:aws:iam::111122223333:role/Admin',
    roleName: 'Admin',
    groups: [],
    users: [],
    sources: undefined,
    durationSeconds: 3600,
    path: undefined,
    destination: undefined,
    line: 7,
    ...over,
  }
}

const alice: Principal = {
  kind: 'person',
  id: 'corp:alice',
  source: 'corp',
  username: 'alice',
  displayName: 'Alice',
  email: undefined,
  groups: ['admins', 'staff'],
  attributes: {},
  amr: [],
  authenticatedAt: new Date('2026-01-01T00:00:00Z'),
  address: '192.0.2.1',
  notAfter: undefined,
}

describe('offers', () => {
  test('no grant, no role', () => {
    expect(offersFor(alice, [])).toEqual([])
  })

  test.each([
    ['a group of several', { groups: ['x', 'admins'] }, 'group "admins" by grant "g" (line 7)'],
    ['the username', { users: ['alice'] }, 'user "alice" by grant "g" (line 7)'],
    ['nobody named', {}, 'everyone signed in by grant "g" (line 7)'],
    ['the source', { sources: ['corp'] }, 'everyone signed in by grant "g" (line 7)'],
  ])('holds by %s', (_name, over, reason) => {
    expect(offersFor(alice, [grant({ name: 'g', ...over })])).toMatchObject([{ reason }])
  })

  test.each([
    ['another group', { groups: ['Admins'] }],
    ['a part of a group', { groups: ['admin', 'a', 'admins '] }],
    ['another user', { users: ['Alice'] }],
    ['another source', { groups: ['admins'], sources: ['partner'] }],
    ['everyone of another source', { sources: ['partner'] }],
  ])('does not hold by %s', (_name, over) => {
    expect(offersFor(alice, [grant({ name: 'g', ...over })])).toEqual([])
  })

  test('a person in one group has it as a whole, not letter by letter', () => {
    const one = { ...alice, groups: ['admins'] }
    expect(offersFor(one, [grant({ name: 'g', groups: ['admins'] })])).toHaveLength(1)
    expect(offersFor(one, [grant({ name: 'g', groups: ['a'] })])).toEqual([])
  })

  test('of several grants for one role the longest wins, then the first', () => {
    const grants = [
      grant({ name: 'short', durationSeconds: 900 }),
      grant({ name: 'long', durationSeconds: 7200 }),
      grant({ name: 'as-long', durationSeconds: 7200 }),
    ]
    expect(offersFor(alice, grants).map(offer => offer.grant.name)).toEqual(['long'])
  })

  test('a longer grant for others changes nothing', () => {
    const grants = [
      grant({ name: 'mine', groups: ['staff'], durationSeconds: 900 }),
      grant({ name: 'theirs', groups: ['ops'], durationSeconds: 43_200 }),
    ]
    expect(offersFor(alice, grants)).toMatchObject([{ durationSeconds: 900 }])
  })
})

describe('decisions', () => {
  const grants = [grant({ name: 'ops-admin', groups: ['ops'], path: 'prod' })]

  test('a refusal names the grants that would have given the role', () => {
    const decision = decideRole(alice, grants, { account: 'prod', role: 'Admin' })
    expect(decision).toEqual({ offer: undefined, wouldNeed: grants })
    expect(grants.map(describeGrant)).toEqual(['grant "ops-admin" (line 7): group "ops"'])
  })

  test('an unknown role or target has none', () => {
    expect(decideRole(alice, grants, { account: 'prod', role: 'admin' })).toEqual({
      offer: undefined,
      wouldNeed: [],
    })
    expect(decideTarget(alice, grants, 'nowhere')).toEqual({ offer: undefined, wouldNeed: [] })
  })

  test('a target takes the grant of its path only', () => {
    const both = [
      grant({ name: 'direct', groups: ['staff'], durationSeconds: 43_200 }),
      grant({ name: 'short-way', groups: ['staff'], path: 'prod', durationSeconds: 900 }),
    ]
    expect(decideTarget(alice, both, 'prod').offer?.grant.name).toBe('short-way')
  })
})
