import { roleSessionName } from '@rolecall/aws'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AccountVia } from '../nouns.ts'
import { createShapes, keyOf, type SessionShape, shapeOf } from './session-shape.ts'

const text = fc.string({
  maxLength: 6,
  unit: fc.constantFrom('a', 'b', ',', '"', '[', ']', '\\', ' '),
})
const via: fc.Arbitrary<AccountVia> = fc.oneof(
  fc.constant<AccountVia>({ kind: 'assume-role' }),
  text.map((providerArn): AccountVia => ({ kind: 'saml', providerArn })),
  text.map((roleArn): AccountVia => ({ kind: 'role', roleArn })),
)
const shape: fc.Arbitrary<SessionShape> = fc.record({
  principalId: text,
  source: text,
  roleArn: text,
  via,
  sessionName: text,
  sourceIdentity: fc.option(text, { nil: undefined }),
  durationSeconds: fc.integer({ min: 900, max: 903 }),
  policy: fc.option(text, { nil: undefined }),
  policyArns: fc.array(text, { maxLength: 3 }),
  tags: fc.array(fc.record({ key: text, value: text }), { maxLength: 3 }),
  transitiveTagKeys: fc.array(text, { maxLength: 3 }),
})

test('two shapes have the same key only when they are the same', () => {
  fc.assert(
    fc.property(shape, shape, fc.boolean(), (one, other, isMixed) => {
      // A mixture differs in few fields, which random shapes hardly do.
      const second = isMixed ? { ...one, policy: other.policy, tags: other.tags } : other
      const isSame = JSON.stringify(plain(one)) === JSON.stringify(plain(second))
      expect(keyOf(one) === keyOf(second)).toBe(isSame)
    }),
  )
})

function plain(one: SessionShape): unknown[] {
  const entries = Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))
  return [entries, one.policy === undefined, one.sourceIdentity === undefined]
}

const alice = {
  kind: 'person',
  id: 'corp:alice',
  source: 'corp',
  username: 'alice',
  displayName: 'Alice',
  email: undefined,
  groups: [],
  attributes: {},
  amr: [],
  authenticatedAt: new Date(0),
  address: '192.0.2.1',
  notAfter: undefined,
} as const
const offer = {
  grant: { name: 'g', line: 1, path: undefined },
  account: { alias: 'a', id: '111122223333', partition: 'aws', name: 'a', tags: {} },
  roleArn: 'arn:aws:iam::111122223333:role/R',
  roleName: 'R',
  durationSeconds: 7200,
  maxSessionSeconds: undefined,
  forms: ['console'],
  policy: undefined,
  policyArns: ['b', 'a'],
  tags: [
    { key: 'two', value: '2' },
    { key: 'one', value: '1' },
  ],
  transitiveTagKeys: ['two', 'one'],
  sourceIdentity: undefined,
  destination: undefined,
  region: undefined,
  reason: 'r',
  notes: [],
} as const
const rules = { name: roleSessionName('alice'), sourceIdentity: true }
const key = (over: object = {}, who: object = {}, how: object = {}) =>
  keyOf(shapeOf({ ...alice, ...who }, { ...offer, ...over }, { ...rules, ...how }))

test.each<[string, object, object?, object?]>([
  ['the role', { roleArn: 'arn:aws:iam::111122223333:role/S' }],
  ['the duration', { durationSeconds: 3600 }],
  ['the policy', { policy: '{}' }],
  ['a policy ARN', { policyArns: ['a'] }],
  ['a tag', { tags: [{ key: 'one', value: '1' }] }],
  [
    'the value of a tag',
    {
      tags: [
        { key: 'two', value: '2' },
        { key: 'one', value: '3' },
      ],
    },
  ],
  ['what is passed on', { transitiveTagKeys: ['one'] }],
  ['the source identity', { sourceIdentity: 'someone' }],
  ['no source identity', {}, {}, { sourceIdentity: false }],
  ['the way', { account: { ...offer.account, via: { kind: 'role', roleArn: 'x' } } }],
  ['the person', {}, { id: 'corp:bob' }],
  ['the source of the person', {}, { source: 'partner' }],
  ['the session name', {}, {}, { name: roleSessionName('bob') }],
])('%s makes another key', (_name, over, who, how) => {
  expect(key(over, who, how)).not.toBe(key())
})

test('the order of lists, the form and the place in the file make no other key', () => {
  expect(
    key({
      policyArns: ['a', 'b'],
      tags: offer.tags.toReversed(),
      transitiveTagKeys: ['one', 'two'],
      forms: ['credentials'],
      grant: { name: 'h', line: 2, path: 'p' },
      reason: 'another',
      maxSessionSeconds: 43_200,
    }),
  ).toBe(key())
})

test('a source identity that AWS does not take is written as a session name is', () => {
  const shape = shapeOf(alice, { ...offer, sourceIdentity: 'Zoë' }, rules)
  expect(shape.sourceIdentity).toBe('Zo=C3=AB')
})

test('what is kept of an offer is not given to another person, nor under another rule', () => {
  const shapes = createShapes()
  const frozen = Object.freeze({ ...offer })
  const people = ['alice', 'bob'].flatMap(username =>
    ['corp', 'partner'].map(source => ({
      ...alice,
      username,
      source,
      id: `${source}:${username}`,
    })),
  )
  for (const who of [...people, ...people]) {
    for (const sourceIdentity of [true, false]) {
      const name = roleSessionName(who.username)
      const fresh = shapeOf(who, frozen, { name, sourceIdentity })
      const kept = shapes(who, frozen, { sourceIdentity })
      expect(kept).toMatchObject({ shape: fresh, key: keyOf(fresh), note: name.explanation })
      expect(shapes(who, frozen, { sourceIdentity })).toBe(kept)
    }
  }
})

test('nothing is kept of an offer that can change', () => {
  const shapes = createShapes()
  const changing = { ...offer, durationSeconds: 7200 }
  const before = shapes(alice, changing, rules).key
  changing.durationSeconds = 900
  expect(shapes(alice, changing, rules).key).not.toBe(before)
})
