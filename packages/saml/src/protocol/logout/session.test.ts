import { expect, test } from 'vitest'
import { nameIdFormats } from '../../names.ts'
import { isEndedBy } from './session.ts'

const nameId = { value: 'alice', format: nameIdFormats.persistent, nameQualifier: 'idp' }
const session = { peer: 'urn:idp', nameId, sessionIndex: '_1' }
const request = { issuer: 'urn:idp', nameId, sessionIndexes: ['_1'] }

test('the same peer, name and index', () => {
  expect(isEndedBy(session, request)).toBe(true)
  expect(isEndedBy(session, { ...request, sessionIndexes: ['_0', '_1'] })).toBe(true)
})

test('no index means every session of the person', () => {
  expect(isEndedBy(session, { ...request, sessionIndexes: [] })).toBe(true)
  expect(isEndedBy({ peer: 'urn:idp', nameId }, { ...request, sessionIndexes: [] })).toBe(true)
})

test('a format that is left out is unspecified', () => {
  const named = { ...request, nameId: { value: 'alice', format: nameIdFormats.unspecified } }
  expect(isEndedBy({ ...session, nameId: { value: 'alice' } }, named)).toBe(true)
})

test.each<[string, object, object]>([
  ['another peer', { peer: 'urn:other' }, {}],
  ['another value', {}, { nameId: { ...nameId, value: 'Alice' } }],
  ['a value with a blank', {}, { nameId: { ...nameId, value: 'alice ' } }],
  ['another format', {}, { nameId: { ...nameId, format: nameIdFormats.transient } }],
  ['no qualifier', {}, { nameId: { value: 'alice', format: nameIdFormats.persistent } }],
  ['another qualifier', {}, { nameId: { ...nameId, nameQualifier: 'x' } }],
  ['an SP qualifier', {}, { nameId: { ...nameId, spNameQualifier: 'x' } }],
  ['another index', {}, { sessionIndexes: ['_2'] }],
  ['a session without index', { sessionIndex: undefined }, {}],
])('%s ends nothing', (_, ofSession, ofRequest) => {
  expect(isEndedBy({ ...session, ...ofSession }, { ...request, ...ofRequest })).toBe(false)
})
