import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  bindings,
  buildMetadata,
  issueResponse,
  readMetadata,
  type VerifiedResponse,
  verifyResponse,
} from '@rolecall/saml'
import { expect, test } from 'vitest'
import { now, sp } from './forge.ts'

// The golden-key drill of an identity provider, with no more than a user of this library has.
const folder = new URL('fixtures/', import.meta.url)
const pem = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const old = { key: pem('throw-away.key'), certificate: pem('throw-away.crt') }
const next = { key: pem('next.key'), certificate: pem('next.crt') }
/** Of another kind than both: of a device that was given up before. */
const retired = pem('saml-attacks/redirect-corpus/idp2.crt')
const publisher = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const entityId = 'https://idp.example.test/metadata'
const ssoEndpoints = [{ binding: bindings.redirect, location: 'https://idp.example.test/sso' }]

/** What the identity provider publishes, signed by who publishes it. */
function publish(signingCertificates: string[]): string {
  return buildMetadata({
    entityId,
    cacheDurationSeconds: 3600,
    idp: { ssoEndpoints, signingCertificates },
    sign: { key: publisher.privateKey },
  })
}

/** The keys that a service provider takes from it. */
function trusted(metadata: string): readonly string[] {
  const { entities } = readMetadata(metadata, { now, signingKeys: [publisher.publicKey] })
  return entities[0]?.idp?.signingCertificates ?? []
}

function issue(signing: typeof old): string {
  const xml = issueResponse(
    { idp: { entityId }, sp, subject: { nameId: 'alice' }, attributes: {}, now },
    { ...signing, sign: 'assertion' },
  )
  return Buffer.from(xml).toString('base64')
}

function verify(response: string, signingKeys: readonly string[]): Promise<VerifiedResponse> {
  const idp = { entityId, signingKeys }
  return verifyResponse(response, {
    idp,
    sp,
    now,
    inResponseTo: null,
    replay: { seen: () => false },
  })
}

test('a key is rolled over without a gap, and refused once it is retired', async () => {
  const before = trusted(publish([old.certificate]))
  const both = trusted(publish([next.certificate, old.certificate, retired]))
  const after = trusted(publish([next.certificate]))
  expect(both).toEqual([next.certificate, old.certificate, retired])

  // The next key is published but not used: whoever still has the old document takes what comes.
  await verify(issue(old), before)
  await verify(issue(old), both)
  // Used too early, it would lock out those whose copy is old.
  await expect(verify(issue(next), before)).rejects.toMatchObject({ code: 'signature.value' })
  // Once every copy is new, it signs; both are taken, in whatever order they stand.
  await verify(issue(next), both)
  await verify(issue(next), [...both].reverse())
  // Retired: what the old key signed counts no more, also what it signed before, nor with its certificate along.
  await verify(issue(next), after)
  await expect(verify(issue(old), after)).rejects.toMatchObject({ code: 'signature.value' })
})

test('who stole the old key of the publisher cannot bring a retired key back', () => {
  const stolen = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const forged = buildMetadata({
    entityId,
    idp: { ssoEndpoints, signingCertificates: [old.certificate] },
    sign: { key: stolen.privateKey },
  })
  const read = (...signingKeys: (typeof stolen.publicKey)[]) =>
    readMetadata(forged, { signingKeys }).entities.length
  expect(read(stolen.publicKey, publisher.publicKey)).toBe(1)
  expect(() => read(publisher.publicKey)).toThrow(
    expect.objectContaining({ code: 'signature.value' }),
  )
})
