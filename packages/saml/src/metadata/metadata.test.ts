import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { SamlError } from '../errors.ts'
import { bindings, nameIdFormats, namespaces } from '../names.ts'
import { buildMetadata, buildMetadataGroup, type MetadataOptions } from './build-metadata.ts'
import { readMetadata } from './read-metadata.ts'

const folder = new URL('../../tests/fixtures/saml-attacks/redirect-corpus/', import.meta.url)
const certificates = ['sp.crt', 'idp2.crt', 'attacker.crt'].map(name =>
  readFileSync(new URL(name, folder), 'utf8'),
)
const [certificate = ''] = certificates
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { privateKey: stranger } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const now = new Date('2026-11-21T01:00:00Z')
const sso = { binding: bindings.redirect, location: 'https://idp.example.test/sso?a=1&b=2' }
const idpOnly: MetadataOptions = {
  entityId: 'https://idp.example.test/',
  idp: { ssoEndpoints: [sso], signingCertificates: [certificate] },
}

function code(value: string) {
  return expect.objectContaining({ code: value })
}

function document(inner: string, attributes = ''): string {
  return `<md:EntityDescriptor xmlns:md="${namespaces.md}" xmlns:ds="${namespaces.ds}" entityID="e"${attributes}>${inner}</md:EntityDescriptor>`
}

function idpRole(inner: string, attributes = ''): string {
  const endpoint = `<md:SingleSignOnService Binding="b" Location="https://i.test/"/>`
  return `<md:IDPSSODescriptor protocolSupportEnumeration="${namespaces.samlp}"${attributes}>${inner}${endpoint}</md:IDPSSODescriptor>`
}

function keyDescriptor(base64: string, use = ''): string {
  return `<md:KeyDescriptor${use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
}

const der = certificate.replace(/-----[A-Z ]+-----|\s/g, '')

test('an IdP with defaults', () => {
  expect(readMetadata(buildMetadata(idpOnly)).entities).toEqual([
    {
      entityId: idpOnly.entityId,
      idp: {
        ssoEndpoints: [sso],
        sloEndpoints: [],
        signingCertificates: [certificate],
        encryptionCertificates: [],
        wantAuthnRequestsSigned: false,
        nameIdFormats: [],
        attributes: [],
      },
    },
  ])
})

test('a key without use serves both uses; a key for encryption does not sign', () => {
  const [first = '', second = '', third = ''] = certificates.map(pem =>
    pem.replace(/-----[A-Z ]+-----|\s/g, ''),
  )
  const { entities } = readMetadata(
    document(
      idpRole(
        keyDescriptor(first) +
          keyDescriptor(second, ' use="signing"') +
          keyDescriptor(third, ' use="encryption"'),
      ),
    ),
  )
  const [both, signing, encryption] = certificates
  expect(entities[0]?.idp?.signingCertificates).toEqual([both, signing])
  expect(entities[0]?.idp?.encryptionCertificates).toEqual([both, encryption])
})

test('white space in a certificate and around a format is no part of it', () => {
  const spaced = `\n  ${der.replace(/.{64}/g, line => `${line}\n\t`)}  \n`
  const format = `<md:NameIDFormat>\n ${nameIdFormats.persistent}\n </md:NameIDFormat>`
  const { entities } = readMetadata(document(idpRole(keyDescriptor(spaced) + format)))
  expect(entities[0]?.idp?.signingCertificates).toEqual([certificate])
  expect(entities[0]?.idp?.nameIdFormats).toEqual([nameIdFormats.persistent])
})

test.each([
  '',
  'x',
  der.slice(0, -4),
  `${der.slice(0, -4)}!!!!`,
  der.replaceAll('+', '-'),
  `${der}\u00A0`,
  Buffer.concat([Buffer.from(der, 'base64'), Buffer.from('more')]).toString('base64'),
  Buffer.from(certificate).toString('base64'),
])('passes over a certificate that is not the canonical base64 of one: %#', base64 => {
  const certificatesOf = (inner: string) =>
    readMetadata(document(idpRole(inner))).entities[0]?.idp?.signingCertificates
  expect(certificatesOf(keyDescriptor(base64))).toEqual([])
  expect(certificatesOf(keyDescriptor(base64) + keyDescriptor(der))).toEqual([certificate])
})

test.each(['/sso', 'javascript:x', ' https://i.test/', 'https:///x', 'https://i.test/"', ''])(
  'passes over an endpoint at %j',
  location => {
    const bad = `<md:SingleSignOnService Binding="b" Location="${location.replace('"', '&quot;')}"/>`
    const endpointsOf = (role: string) =>
      readMetadata(document(role)).entities[0]?.idp?.ssoEndpoints
    const good = { binding: 'b', location: 'https://i.test/' }
    expect(endpointsOf(idpRole(bad))).toEqual([good])
    expect(endpointsOf(idpRole('').replace(/<md:SingleSignOnService [^>]*>/, bad))).toEqual([])
    const acs = (at: string) =>
      `<md:AssertionConsumerService index="1" Binding="b" Location="${at.replace('"', '&quot;')}"/>`
    const sp = `<md:SPSSODescriptor protocolSupportEnumeration="${namespaces.samlp}">${acs(location)}${acs('https://i.test/')}</md:SPSSODescriptor>`
    expect(readMetadata(document(sp)).entities[0]?.sp?.acsEndpoints).toEqual([
      { ...good, index: 1 },
    ])
  },
)

test('an endpoint for logout whose responses cannot go anywhere is passed over', () => {
  const slo = (at: string) =>
    `<md:SingleLogoutService Binding="b" Location="https://i.test/slo" ResponseLocation="${at}"/>`
  const { entities } = readMetadata(
    document(idpRole(slo('javascript:x') + slo('') + slo('https://i.test/done'))),
  )
  expect(entities[0]?.idp?.sloEndpoints).toEqual([
    { binding: 'b', location: 'https://i.test/slo', responseLocation: 'https://i.test/done' },
  ])
})

test('a role past its validUntil is absent; one before it ends the entity with it', () => {
  const sp = `<md:SPSSODescriptor protocolSupportEnumeration="${namespaces.samlp}" cacheDuration="PT1H"/>`
  const old = idpRole('', ' validUntil="2026-11-21T01:00:00Z"')
  const fresh = idpRole('', ' validUntil="2027-01-01T00:00:00Z" cacheDuration="PT2H"')
  const read = (inner: string, attributes = '', options = { now }) => {
    const [entity] = readMetadata(document(inner, attributes), options).entities
    const { validUntil, cacheDurationSeconds, idp, sp: second } = entity ?? {}
    return [
      validUntil?.toISOString().slice(0, 10),
      cacheDurationSeconds,
      idp !== undefined,
      second !== undefined,
    ]
  }
  expect(read(old)).toEqual([undefined, undefined, false, false])
  expect(read(old + sp)).toEqual([undefined, 3600, false, true])
  expect(read(old + fresh)).toEqual(['2027-01-01', 7200, true, false])
  expect(read(fresh + sp)).toEqual(['2027-01-01', 3600, true, true])
  expect(read(fresh, ' validUntil="2026-12-01T00:00:00Z"')).toEqual([
    '2026-12-01',
    7200,
    true,
    false,
  ])
  expect(readMetadata(document(old)).entities[0]?.validUntil).toEqual(now)
})

test('a logo of 140 KB in a data URI, and the declaration of xml, do no harm', () => {
  const ui = `<md:Extensions><Logo xmlns="urn:oasis:names:tc:SAML:metadata:ui">data:image/png;base64,${'A'.repeat(140_000)}</Logo></md:Extensions>`
  const xml = document(idpRole(''), ' xmlns:xml="http://www.w3.org/XML/1998/namespace"')
  expect(readMetadata(xml.replace('<md:IDP', `${ui}<md:IDP`)).entities[0]?.idp).toBeDefined()
})

test.each<[string, string, string]>([
  ['another root', `<x xmlns="${namespaces.samlp}"/>`, 'metadata.malformed'],
  ['no entity ID', document(idpRole('')).replace(' entityID="e"', ''), 'metadata.malformed'],
  ['two roles of a kind', document(idpRole('') + idpRole('')), 'metadata.malformed'],
  ['another use', document(idpRole(keyDescriptor(der, ' use="x"'))), 'metadata.malformed'],
  [
    'a flag that is none',
    document(idpRole('', ' WantAuthnRequestsSigned="yes"')),
    'metadata.malformed',
  ],
  ['a duration that is none', document(idpRole(''), ' cacheDuration="1h"'), 'metadata.malformed'],
  ['a negative duration', document(idpRole(''), ' cacheDuration="-PT1H"'), 'metadata.malformed'],
  ['a local time', document(idpRole(''), ' validUntil="2030-01-01T00:00:00"'), 'xml.time'],
  ['no binding', document(idpRole('').replace(' Binding="b"', '')), 'metadata.malformed'],
  ['a doctype', `<!DOCTYPE md [<!ENTITY a "b">]>${document(idpRole(''))}`, 'xml.doctype'],
  ['an entity', document(idpRole('<md:NameIDFormat>&a;</md:NameIDFormat>')), 'xml.entity'],
])('refuses %s', (_, xml, expected) => {
  expect(() => readMetadata(xml)).toThrow(code(expected))
})

test('reads entities in groups in groups, with the earliest validity, in document order', () => {
  const entity = (id: string, attributes = '') =>
    document(idpRole(''), attributes).replace('entityID="e"', `entityID="${id}"`)
  const group = (inner: string, attributes = '') =>
    `<md:EntitiesDescriptor xmlns:md="${namespaces.md}"${attributes}>${inner}</md:EntitiesDescriptor>`
  const xml = group(
    entity('a') +
      group(
        entity('b', ' validUntil="2028-01-01T00:00:00Z" cacheDuration="P1DT1H"') + entity('c'),
        ' validUntil="2027-01-01T00:00:00Z" cacheDuration="PT2H"',
      ) +
      entity('d', ' validUntil="2026-01-01T00:00:00Z"'),
    ' validUntil="2029-01-01T00:00:00Z"',
  )
  const facts = readMetadata(xml, { now }).entities.map(each => [
    each.entityId,
    each.validUntil?.getUTCFullYear(),
    each.cacheDurationSeconds,
  ])
  expect(facts).toEqual([
    ['a', 2029, undefined],
    ['b', 2027, 7200],
    ['c', 2027, 7200],
  ])
  expect(readMetadata(xml).entities.map(each => each.entityId)).toEqual(['a', 'b', 'c', 'd'])
  const later = { now: new Date('2029-01-01T00:00:00Z') }
  expect(() => readMetadata(xml, later)).toThrow(code('metadata.expired'))
  expect(() => readMetadata(group(''))).toThrow(code('metadata.expired'))
  expect(() => readMetadata(group(entity('a') + entity('a')))).toThrow(code('metadata.malformed'))
})

test('refuses a hostile number of empty entities as it does one', () => {
  const many = '<md:EntityDescriptor/>'.repeat(250_000)
  const xml = `<md:EntitiesDescriptor xmlns:md="${namespaces.md}">${many}</md:EntitiesDescriptor>`
  expect(() => readMetadata(xml)).toThrow(code('metadata.malformed'))
})

test('a role for another protocol alone does not count', () => {
  const old = idpRole('').replace(namespaces.samlp, 'urn:oasis:names:tc:SAML:1.1:protocol')
  const [entity] = readMetadata(document(old)).entities
  expect(entity?.idp).toBeUndefined()
  expect(entity?.otherRoles).toEqual([expect.stringContaining('SAML:1.1:protocol')])
  expect(readMetadata(document(old + idpRole(''))).entities[0]?.idp).toBeDefined()
})

test('pinned keys must have signed the root', () => {
  const signed = buildMetadata({ ...idpOnly, sign: { key: privateKey } })
  const signingKeys = [publicKey]
  expect(readMetadata(signed, { signingKeys }).entities[0]?.entityId).toBe(idpOnly.entityId)
  expect(readMetadata(signed).entities[0]?.entityId).toBe(idpOnly.entityId)
  expect(() => readMetadata(signed, { signingKeys: [certificate] })).toThrow(SamlError)
  expect(() => readMetadata(signed.replace('/sso', '/evil'), { signingKeys })).toThrow(
    code('signature.digest'),
  )
  expect(() => readMetadata(buildMetadata(idpOnly), { signingKeys })).toThrow(
    code('metadata.signature'),
  )
  const wrapped = `<md:EntitiesDescriptor xmlns:md="${namespaces.md}">${document(idpRole(''))}${signed}</md:EntitiesDescriptor>`
  expect(() => readMetadata(wrapped, { signingKeys })).toThrow(code('metadata.signature'))
})

describe('an EntitiesDescriptor that is not signed itself', () => {
  const sign = { key: privateKey }
  const signingKeys = [publicKey]
  const one = { ...idpOnly, sign }
  const two = { ...idpOnly, entityId: 'https://two.example.test/', sign }
  const extensions = ['<a xmlns="u:v"></a>']
  const group = buildMetadataGroup({ name: 'g', extensions, members: [one, { members: [two] }] })
  const read = (xml: string) => readMetadata(xml, { signingKeys, signed: 'members' })

  test('is refused by default, and without keys nothing is asked of it', () => {
    expect(() => readMetadata(group, { signingKeys })).toThrow(code('metadata.signature'))
    expect(() => readMetadata(group, { signingKeys, signed: 'root' })).toThrow(
      code('metadata.signature'),
    )
    expect(readMetadata(group).group?.name).toBe('g')
  })

  test('is read when each of its members is signed, but not what it says itself', () => {
    const { entities, group: found } = read(group)
    expect(entities.map(({ entityId }) => entityId)).toEqual([one.entityId, two.entityId])
    expect(found?.name).toBeUndefined()
    expect(found?.extensions).toBeUndefined()
    expect(read(buildMetadataGroup({ name: 'g', members: [one], sign })).group?.name).toBe('g')
  })

  test.each<[string, string, string]>([
    ['an unsigned one', buildMetadataGroup({ members: [one, idpOnly2()] }), 'metadata.signature'],
    [
      'an unsigned one in a group in it',
      buildMetadataGroup({ members: [one, { members: [idpOnly2()] }] }),
      'metadata.signature',
    ],
    ['a changed one', group.replace('https://two.', 'https://evil.'), 'signature.digest'],
    [
      'one by another key',
      buildMetadataGroup({ members: [{ ...two, sign: { key: stranger } }] }),
      'signature.value',
    ],
    ['an entity alone', buildMetadata(idpOnly), 'metadata.signature'],
    [
      'a signed one inside an unsigned one',
      group.replace(
        /(<md:EntitiesDescriptor><md:EntityDescriptor)(.*?<\/md:EntityDescriptor>)/s,
        '$1 entityID="evil"><md:Extensions>$1$2</md:EntitiesDescriptor></md:Extensions></md:EntityDescriptor>',
      ),
      'metadata.signature',
    ],
    [
      'a signature moved to another',
      group.replace(
        /(<ds:Signature .*?<\/ds:Signature>)(.*)(<ds:Signature .*?<\/ds:Signature>)/s,
        '$3$2$1',
      ),
      'signature.reference',
    ],
  ])('is refused with %s', (_, xml, expected) => {
    expect(() => read(xml)).toThrow(code(expected))
  })

  test('what an unsigned group declares gives no meaning to a value in a signed member', () => {
    const inner = '<a xmlns="u:v">q:x</a>'
    const member = buildMetadata({ ...one, extensions: [inner] })
    const [start = '', ...rest] = buildMetadataGroup({ members: [idpOnly] }).split('<md:EntityD')
    expect(rest).toHaveLength(1)
    const xml = `${start.replace('>', ' xmlns:q="u:evil">')}${member}</md:EntitiesDescriptor>`
    expect(readMetadata(xml).entities[0]?.extensions?.[0]).toContain('u:evil')
    expect(read(xml).entities[0]?.extensions).toEqual([inner])
  })

  test('a member is over when its group says so, whoever wrote that', () => {
    const over = group.replace('Name="g"', 'validUntil="2020-01-01T00:00:00Z"')
    expect(() => readMetadata(over, { now, signingKeys, signed: 'members' })).toThrow(
      code('metadata.expired'),
    )
  })

  function idpOnly2(): MetadataOptions {
    return { ...idpOnly, entityId: 'https://unsigned.example.test/' }
  }
})

test('what a schema forbids is passed over where it does no harm, so that the rest can be written', () => {
  const xml = document(
    `<md:Extensions><x/><md:x/><y xmlns="u:v"/></md:Extensions>${idpRole('', ' errorURL="javascript:x"')}
    <md:RoleDescriptor validUntil="soon"/>
    <md:Organization><md:OrganizationName xml:lang="en_US">a</md:OrganizationName><md:OrganizationDisplayName>b</md:OrganizationDisplayName>
    <md:OrganizationURL xml:lang="en">www.example.org</md:OrganizationURL><md:OrganizationURL xml:lang="">https://i.test/</md:OrganizationURL></md:Organization>
    <md:ContactPerson contactType="boss"><md:GivenName/><md:EmailAddress/></md:ContactPerson>`,
  )
  const { entities } = readMetadata(xml, { now })
  const [entity] = entities
  expect(entity).toMatchObject({
    extensions: ['<y xmlns="u:v"></y>'],
    organization: {
      names: [{ lang: 'und', value: 'a' }],
      displayNames: [{ lang: 'und', value: 'b' }],
      urls: [{ lang: 'und', value: 'https://i.test/' }],
    },
    contacts: [{ type: 'other', emails: [], phones: [] }],
  })
  expect(entity?.idp?.errorUrl).toBeUndefined()
  expect(entity?.contacts?.[0]?.givenName).toBeUndefined()
  expect(readMetadata(buildMetadata({ ...entity, entityId: 'e' }), { now }).entities).toEqual(
    entities,
  )
})

test('two signatures of one element refuse', () => {
  const signed = buildMetadata({ ...idpOnly, sign: { key: privateKey } })
  const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(signed) ?? []
  const twice = signed.replace(signature, signature + signature)
  expect(() => readMetadata(twice, { signingKeys: [publicKey] })).toThrow(code('xml.structure'))
})

test.each<[string, object]>([
  ['another word for signed', { signed: 'some', signingKeys: [publicKey] }],
  ['signed without keys', { signed: 'members' }],
  ['a key instead of a list', { signingKeys: publicKey }],
])('does not read with %s', (_, options) => {
  expect(() => readMetadata(buildMetadata(idpOnly), options)).toThrow(code('option.invalid'))
})

test('what is kept as XML is bounded: declarations cannot multiply a document', () => {
  const inner = '<p:x/>'.repeat(200_000)
  const extensions = `<md:Extensions xmlns:p="u:${'x'.repeat(900)}"><a xmlns="u:v">${inner}</a></md:Extensions>`
  expect(() => readMetadata(document(extensions))).toThrow(code('xml.limit'))
})

test('prefixes in values cost no more for what is declared around them', () => {
  const declared = Array.from({ length: 31 }, (_, at) => ` xmlns:p${at}="u:${at}"`).join('')
  const inner = '<x xmlns="u:v" a="q:y"/>'.repeat(30_000)
  const entity = document(`<md:Extensions>${inner}</md:Extensions>`)
  const within = (depth: number) => {
    const outer = `<md:EntitiesDescriptor xmlns:md="${namespaces.md}" xmlns:q="u:q">`
    const open = `<md:EntitiesDescriptor xmlns:md="${namespaces.md}"${declared}>`
    const close = '</md:EntitiesDescriptor>'.repeat(depth + 1)
    return outer + open.repeat(depth) + entity + close
  }
  const timeOf = (xml: string) => {
    const started = performance.now()
    const [read] = readMetadata(xml).entities
    expect(read?.extensions).toHaveLength(30_000)
    expect(read?.extensions?.[0]).toBe('<x xmlns="u:v" xmlns:q="u:q" a="q:y"></x>')
    return performance.now() - started
  }
  const flat = Math.max(timeOf(within(1)), timeOf(within(1)))
  // Looked for anew in 40 ancestors of 31 declarations each, it would be some tenfold.
  expect(Math.min(timeOf(within(40)), timeOf(within(40)))).toBeLessThan(3 * flat)
})

test('reads a federation of some thousand entities, and nothing beyond 10 MiB', () => {
  const role = idpRole(keyDescriptor(der))
  const entity = (index: number) =>
    document(role).replace('entityID="e"', `entityID="https://e${index}.test"`)
  const many = Array.from({ length: 3000 }, (_, index) => entity(index)).join('')
  const xml = `<md:EntitiesDescriptor xmlns:md="${namespaces.md}">${many}</md:EntitiesDescriptor>`
  expect(readMetadata(Buffer.from(xml)).entities.length).toBe(3000)
  expect(() => readMetadata(`${xml}${' '.repeat(10 * 1024 * 1024)}`)).toThrow(code('xml.limit'))
})
