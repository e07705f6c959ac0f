import { expect, test } from 'vitest'
import type { IndexedEndpoint } from '../metadata/model.ts'
import { bindings } from '../names.ts'
import { type AcsOwner, chooseAcs } from './choose-acs.ts'

const issuer = 'https://sp.example.test/metadata'

function entityWith(acsEndpoints: readonly IndexedEndpoint[]): AcsOwner {
  return { entityId: issuer, sp: { acsEndpoints } }
}

function post(index: number, isDefault?: boolean): IndexedEndpoint {
  const endpoint = { binding: bindings.post, location: `https://sp.example.test/${index}`, index }
  return isDefault === undefined ? endpoint : { ...endpoint, isDefault }
}

const artifact = {
  binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact',
  location: 'https://sp.example.test/artifact',
  index: 9,
  isDefault: true,
}
const entity = entityWith([artifact, post(0), post(1, true), post(2)])

test('takes a URL and an index that are registered', () => {
  expect(chooseAcs({ issuer, acsUrl: 'https://sp.example.test/2' }, entity).index).toBe(2)
  expect(chooseAcs({ issuer, acsIndex: 0 }, entity).location).toBe('https://sp.example.test/0')
})

test.each([
  { acsUrl: 'https://sp.example.test/2/' },
  { acsUrl: 'https://sp.example.test/2?x' },
  { acsUrl: 'https://SP.example.test/2' },
  { acsUrl: 'https://sp.example.test/2.evil.test' },
  { acsUrl: artifact.location },
  { acsUrl: '' },
  { acsIndex: 3 },
  { acsIndex: 9 },
  { protocolBinding: artifact.binding },
  { acsUrl: 'https://sp.example.test/2', protocolBinding: bindings.redirect },
])('refuses %j', asked => {
  expect(() => chooseAcs({ issuer, ...asked }, entity)).toThrow(
    expect.objectContaining({ code: 'request.acs' }),
  )
})

test.each<[string, IndexedEndpoint[], number]>([
  ['the one marked as default', [post(0), post(1, true), post(2, true)], 1],
  ['the first without mark', [post(0, false), post(1), post(2)], 1],
  ['the first when all say they are not', [post(4, false), post(3, false)], 4],
])('by default takes %s', (_, endpoints, index) => {
  expect(chooseAcs({ issuer }, entityWith(endpoints)).index).toBe(index)
})

test('refuses an entity without POST endpoint, without SP role, or of another name', () => {
  const refusal = expect.objectContaining({ code: 'request.acs' })
  expect(() => chooseAcs({ issuer }, entityWith([artifact]))).toThrow(refusal)
  expect(() => chooseAcs({ issuer }, { entityId: issuer })).toThrow(refusal)
  expect(() => chooseAcs({ issuer: `${issuer}/` }, entity)).toThrow(
    expect.objectContaining({ code: 'request.issuer' }),
  )
})
