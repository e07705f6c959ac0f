import { readdirSync, readFileSync } from 'node:fs'
import {
  bindings,
  buildMetadata,
  buildMetadataGroup,
  chooseAcs,
  defaultOf,
  type Metadata,
  type MetadataEntity,
  nameIdFormats,
  parseXml,
  readMetadata,
  type XmlElement,
} from '@rolecall/saml'
import { describe, expect, test } from 'vitest'
import { honest } from './forge.ts'

const folder = new URL('fixtures/metadata/', import.meta.url)
const names = readdirSync(folder).filter(name => name.endsWith('.xml'))
const now = new Date('2026-11-21T01:00:00Z')
const sign = { key: honest.privateKey }
const signingKeys = [honest.publicKey]

function document(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}

function entityOf(name: string): MetadataEntity {
  const [entity] = readMetadata(document(name), { now }).entities
  return entity ?? expect.unreachable('no entity')
}

function rebuilt({ group, entities: [entity] }: Metadata, signing: object): string {
  if (group !== undefined) return buildMetadataGroup({ ...group, ...signing })
  return buildMetadata({ ...(entity ?? { entityId: '' }), ...signing })
}

/** The leaves of a document, attributes and text, with the names around them. */
function leaves(xml: string): string[] {
  const found: string[] = []
  const open: [XmlElement, string][] = [[parseXml(xml).root, '']]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [element, above] = next
    const path = `${above}/{${element.namespace}}${element.local}`
    for (const { local, value } of element.attributes) found.push(`${path}@${local}=${value}`)
    let text = ''
    for (const child of element.children) {
      if (child.kind === 'element') open.push([child, path])
      if (child.kind === 'text') text += child.value.replace(/\s+/g, '')
    }
    if (text !== '') found.push(`${path}=${text}`)
  }
  return found.sort()
}

test('the documents are there', () => {
  expect(names.length).toBeGreaterThanOrEqual(11)
})

describe.each(names)('%s', name => {
  const read = readMetadata(document(name), { now })

  test('what is written of it reads the same, signed or not', () => {
    expect(readMetadata(rebuilt(read, {}), { now })).toEqual(read)
    expect(readMetadata(rebuilt(read, { sign }), { now, signingKeys })).toEqual(read)
  })

  test('what is written of it says what the document says, the listed exceptions apart', () => {
    const dropped = [
      // What no reader acts on, and what is written in one way though it can be in several.
      /@ID=|KeyName=|X509SubjectName=|@cacheDuration=|@validUntil=/,
      /@(?:isDefault|isRequired|AuthnRequestsSigned|WantAuthnRequestsSigned|WantAssertionsSigned)=/,
      /AttributeValue@type=xs:string$/,
      // A KeyDescriptor for both uses is written as one for each.
      /KeyDescriptor/,
      // Attributes of other vocabularies on endpoints.
      /@supportsRequestedAttributes=/,
    ]
    const kept = (xml: string) => leaves(xml).filter(each => !dropped.some(rule => rule.test(each)))
    const before = kept(document(name))
    expect(before.length).toBeGreaterThan(3)
    expect(kept(rebuilt(read, {}))).toEqual(before)
  })
})

describe('AWS', () => {
  const aws = entityOf('aws.xml')
  const issuer = 'urn:amazon:webservices'

  test('is read whole', () => {
    expect(aws.entityId).toBe(issuer)
    expect(aws.validUntil).toEqual(new Date('2027-01-12T00:00:00Z'))
    expect(aws.organization?.displayNames).toEqual([{ lang: 'en', value: 'AWS' }])
    expect(aws.idp).toBeUndefined()
    const { sp } = aws
    expect(sp?.wantAssertionsSigned).toBe(true)
    expect(sp?.authnRequestsSigned).toBe(false)
    expect(sp?.signingCertificates.length).toBe(1)
    expect(sp?.encryptionCertificates).toEqual([])
    expect(sp?.sloEndpoints).toEqual([])
    expect(sp?.nameIdFormats.length).toBe(8)
    expect(sp?.nameIdFormats.slice(0, 2)).toEqual([
      nameIdFormats.transient,
      nameIdFormats.persistent,
    ])
    expect(sp?.acsEndpoints.map(({ index }) => index)).toEqual(
      Array.from({ length: 27 }, (_, at) => at + 1),
    )
    const service = defaultOf(sp?.attributeServices ?? [])
    expect(service?.names).toEqual([{ lang: 'en', value: 'AWS Management Console Single Sign-On' }])
    expect(service?.attributes.length).toBe(19)
    expect(service?.attributes.filter(({ isRequired }) => isRequired === true)).toEqual([
      {
        name: 'https://aws.amazon.com/SAML/Attributes/Role',
        friendlyName: 'RoleEntitlement',
        isRequired: true,
      },
      {
        name: 'https://aws.amazon.com/SAML/Attributes/RoleSessionName',
        friendlyName: 'RoleSessionName',
        isRequired: true,
      },
    ])
  })

  test('is answered at its default, at a region by URL, at a region by index', () => {
    const at = (asked: { acsUrl?: string; acsIndex?: number }) =>
      chooseAcs({ issuer, ...asked }, aws).location
    expect(at({})).toBe('https://signin.aws.amazon.com/saml')
    const frankfurt = 'https://eu-central-1.signin.aws.amazon.com/saml'
    expect(at({ acsUrl: frankfurt })).toBe(frankfurt)
    expect(at({ acsIndex: 10 })).toBe(frankfurt)
    const elsewhere = 'https://eu-central-1.signin.aws.amazon.com.evil.test/saml'
    expect(() => at({ acsUrl: elsewhere })).toThrow(
      expect.objectContaining({ code: 'request.acs' }),
    )
    expect(() => at({ acsIndex: 28 })).toThrow(expect.objectContaining({ code: 'request.acs' }))
  })

  test('Identity Center has the consumers of each region and stack', () => {
    const center = entityOf('aws-identity-center.xml')
    expect(center.sp?.nameIdFormats).toEqual([nameIdFormats.emailAddress])
    expect(center.sp?.signingCertificates).toEqual([])
    const at = (acsIndex?: number) =>
      new URL(
        chooseAcs(
          acsIndex === undefined
            ? { issuer: center.entityId }
            : { issuer: center.entityId, acsIndex },
          center,
        ).location,
      ).host
    expect(at()).toBe('us-west-2.signin.aws')
    expect(at(4)).toBe('eu-west-1.sso.signin.aws')
  })
})

test('Shibboleth: algorithms of a key, an error page, roles and scopes that are only kept', () => {
  const { sp, extensions } = entityOf('shibboleth-sp.xml')
  expect(sp?.signingCertificates).toEqual(sp?.encryptionCertificates)
  const [forKey] = sp?.encryptionMethods ?? []
  expect(forKey?.certificate).toBe(sp?.encryptionCertificates[0])
  expect(forKey?.methods.at(-1)).toEqual({
    algorithm: 'http://www.w3.org/2009/xmlenc11#rsa-oaep',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
    mgf: 'http://www.w3.org/2009/xmlenc11#mgf1sha256',
  })
  expect(extensions).toHaveLength(4)
  const { idp, otherRoles } = entityOf('shibboleth-idp.xml')
  expect(idp?.signingCertificates).toHaveLength(2)
  expect(idp?.errorUrl).toBe('https://idp.example.org/error?code=ERRORURL_CODE&ts=ERRORURL_TS')
  expect(idp?.extensions?.[0]).toBe(
    '<shibmd:Scope xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" regexp="false">example.org</shibmd:Scope>',
  )
  expect(otherRoles).toEqual([expect.stringContaining('<AttributeAuthorityDescriptor ')])
})

test('SimpleSAMLphp: where to log out, attribute values, and the contact for security', () => {
  const { idp, contacts } = entityOf('simplesamlphp.xml')
  expect(idp?.sloEndpoints).toEqual([
    {
      binding: bindings.redirect,
      location: 'https://ssp.example.org/saml2/idp/SingleLogoutService.php',
      responseLocation: 'https://ssp.example.org/saml2/idp/LogoutResponse.php',
    },
  ])
  expect(idp?.attributes[0]?.values).toEqual(['member', 'staff'])
  expect(contacts?.[1]).toMatchObject({
    type: 'other',
    refedsType: 'http://refeds.org/metadata/contactType/security',
    emails: ['mailto:security@example.org', 'mailto:abuse@example.org'],
  })
})

test('ADFS: a role of WS-Federation keeps the meaning of its xsi:type', () => {
  const { otherRoles, idp, sp } = entityOf('adfs.xml')
  expect(otherRoles).toHaveLength(2)
  for (const role of otherRoles ?? []) {
    expect(role).toContain('xsi:type="fed:')
    expect(parseXml(role).root.namespaces).toContainEqual({
      prefix: 'fed',
      uri: 'http://docs.oasis-open.org/wsfed/federation/200706',
    })
  }
  expect(idp?.attributes).toHaveLength(2)
  expect(sp?.acsEndpoints).toHaveLength(3)
})

test('a federation: groups by name, validity handed down, the default service', () => {
  const { group, entities } = readMetadata(document('federation.xml'), { now })
  expect(group?.name).toBe('https://federation.example.org')
  expect(group?.extensions).toHaveLength(1)
  expect(group?.members[0]).toMatchObject({
    name: 'https://federation.example.org/services',
    cacheDurationSeconds: 6 * 3600,
  })
  const [wiki, idp] = entities
  expect(wiki?.validUntil).toEqual(new Date('2026-12-01T00:00:00Z'))
  expect(idp?.validUntil).toEqual(new Date('2026-12-05T00:00:00Z'))
  expect(idp?.idp?.encryptionCertificates).toEqual(idp?.idp?.signingCertificates)
  const service = defaultOf(wiki?.sp?.attributeServices ?? [])
  expect(service?.names.map(({ value }) => value)).toEqual(['Writing', 'Schreiben'])
  expect(service?.descriptions).toEqual([{ lang: 'en', value: 'Who may change pages' }])
  expect(service?.attributes[0]?.values).toHaveLength(2)
})
