import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bindings, nameIdFormats, namespaces } from '../names.ts'
import { canonicalize } from '../xml/canonicalize.ts'
import { parseXml } from '../xml/parse.ts'
import {
  buildMetadata,
  buildMetadataGroup,
  type MetadataGroupOptions,
  type MetadataOptions,
} from './build-metadata.ts'
import { readMetadata } from './read-metadata.ts'

const folder = new URL('../../tests/fixtures/saml-attacks/redirect-corpus/', import.meta.url)
const certificates = ['sp.crt', 'idp2.crt', 'attacker.crt'].map(name =>
  readFileSync(new URL(name, folder), 'utf8'),
)
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const sign = { key: privateKey }
const signingKeys = [publicKey]
const later = new Date('2100-01-01T00:00:00Z')

const mark = fc.constantFrom('\t', '\n', '\r', ' ', '"', '<', '&', ']]>')
const free = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), mark), { maxLength: 4 })
  .map(parts => parts.join(''))
/** Text around which white space does not count. */
const plain = fc.string({ unit: 'grapheme', maxLength: 20 }).map(each => `x${each}x`)
const text = free.map(each => `a${each}`)
const list = <T>(each: fc.Arbitrary<T>, minLength = 0) =>
  fc.array(each, { minLength, maxLength: 3 })
const distinct = <T>(each: fc.Arbitrary<T>) => fc.uniqueArray(each, { maxLength: 3 })
/** Records of which some facts may be absent. */
const facts = <T extends object, U extends object>(
  required: { [K in keyof T]: fc.Arbitrary<T[K]> },
  optional: { [K in keyof U]: fc.Arbitrary<U[K]> },
): fc.Arbitrary<T & Partial<U>> =>
  fc
    .tuple(fc.record(required), fc.record(optional, { requiredKeys: [] }))
    .map(([a, b]) => ({ ...a, ...b }) as T & Partial<U>)

const location = fc.webUrl({ withQueryParameters: true })
const binding = fc.constantFrom(...Object.values(bindings), 'urn:other')
const endpoint = fc.record({ binding, location })
const sloEndpoint = facts({ binding, location }, { responseLocation: location })
const indexed = fc.uniqueArray(
  facts({ binding, location, index: fc.nat(65_535) }, { isDefault: fc.boolean() }),
  { minLength: 1, maxLength: 3, selector: each => each.index },
)
const localized = fc.record({ lang: fc.constantFrom('en', 'de-CH', 'und'), value: plain })

const logo = 'data:image/png;base64,iVBORw0KGgo='
const fragment = fc.constantFrom(
  `<mdui:UIInfo xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui"><mdui:DisplayName xml:lang="en">A &amp; B</mdui:DisplayName>\n<mdui:Logo height="16" width="16">${logo}</mdui:Logo></mdui:UIInfo>`,
  '<shibmd:Scope xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" regexp="false">example.org</shibmd:Scope>',
  `<mdattr:EntityAttributes xmlns:mdattr="urn:oasis:names:tc:SAML:metadata:attribute"><saml:Attribute xmlns:saml="${namespaces.saml}" Name="a"><saml:AttributeValue xmlns:xs="${namespaces.xs}" xmlns:xsi="${namespaces.xsi}" xsi:type="xs:string">v</saml:AttributeValue></saml:Attribute></mdattr:EntityAttributes>`,
  '<SigningMethod xmlns="urn:oasis:names:tc:SAML:metadata:algsupport" Algorithm="a"></SigningMethod>',
  // Prefixes of our own vocabulary with another meaning, and one that only a value uses.
  '<md:x xmlns:ds="u:ds" xmlns:md="u:v" md:a="ds:b"><x xmlns="u:w"><y xmlns=""></y></x>&#xD;</md:x>',
)
const otherRole = fc.constantFrom(
  `<md:AttributeAuthorityDescriptor xmlns:md="${namespaces.md}" protocolSupportEnumeration="${namespaces.samlp}"><md:AttributeService Binding="b" Location="l"></md:AttributeService></md:AttributeAuthorityDescriptor>`,
  `<RoleDescriptor xmlns="${namespaces.md}" xmlns:fed="u:fed" xmlns:xsi="${namespaces.xsi}" protocolSupportEnumeration="u:fed" xsi:type="fed:T"></RoleDescriptor>`,
  `<md:IDPSSODescriptor xmlns:md="${namespaces.md}" protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"></md:IDPSSODescriptor>`,
)
const value = fc.oneof(
  free,
  fc.constantFrom(
    {
      xml: `<saml:AttributeValue xmlns:saml="${namespaces.saml}"><saml:NameID>x</saml:NameID></saml:AttributeValue>`,
    },
    {
      xml: `<saml:AttributeValue xmlns:saml="${namespaces.saml}" xmlns:xs="${namespaces.xs}" xmlns:xsi="${namespaces.xsi}" xsi:type="xs:integer">7</saml:AttributeValue>`,
    },
  ),
)
const attributeFacts = { nameFormat: text, friendlyName: text, values: list(value, 1) }
const attribute = facts({ name: text }, attributeFacts)
const services = fc.uniqueArray(
  facts(
    {
      index: fc.nat(65_535),
      names: list(localized, 1),
      attributes: list(facts({ name: text }, { ...attributeFacts, isRequired: fc.boolean() }), 1),
    },
    { isDefault: fc.boolean(), descriptions: list(localized, 1) },
  ),
  { maxLength: 3, selector: each => each.index },
)
const organization = facts(
  {
    names: list(localized, 1),
    displayNames: list(localized, 1),
    urls: list(fc.record({ lang: fc.constant('en'), value: location }), 1),
  },
  { extensions: list(fragment, 1) },
)
const contact = facts(
  {
    type: fc.constantFrom(
      ...(['technical', 'support', 'administrative', 'billing', 'other'] as const),
    ),
    emails: list(plain),
    phones: list(plain),
  },
  {
    refedsType: text,
    company: plain,
    givenName: plain,
    surname: plain,
    extensions: list(fragment, 1),
  },
)
const method = facts(
  { algorithm: text },
  { keySize: fc.integer({ min: 1, max: 4096 }), oaepParams: plain, digest: text, mgf: text },
)
const keys = fc
  .record({
    signingCertificates: distinct(fc.constantFrom(...certificates)),
    encryptionCertificates: distinct(fc.constantFrom(...certificates)),
    methods: fc.array(list(method, 1), { minLength: 3, maxLength: 3 }),
    count: fc.nat(3),
  })
  .map(({ signingCertificates, encryptionCertificates, methods, count }) => {
    const encryptionMethods = encryptionCertificates
      .slice(0, count)
      .map((certificate, at) => ({ certificate, methods: methods[at] ?? [] }))
    return encryptionMethods.length === 0
      ? { signingCertificates, encryptionCertificates }
      : { signingCertificates, encryptionCertificates, encryptionMethods }
  })
const common = fc
  .tuple(
    keys,
    facts(
      {
        sloEndpoints: list(sloEndpoint),
        nameIdFormats: list(fc.constantFrom(...Object.values(nameIdFormats))),
      },
      {
        validUntil: fc.constant(later),
        cacheDurationSeconds: fc.integer({ min: 1_000_000, max: 2_000_000 }),
        artifactResolutionEndpoints: indexed,
        manageNameIdEndpoints: list(sloEndpoint, 1),
        otherProtocols: fc.uniqueArray(fc.constantFrom('u:a', 'u:b'), { minLength: 1 }),
        errorUrl: location,
        organization,
        contacts: list(contact, 1),
        extensions: list(fragment, 1),
      },
    ),
  )
  .map(([a, b]) => ({ ...a, ...b }))
const idp = fc
  .tuple(
    common,
    facts(
      {
        ssoEndpoints: list(endpoint, 1),
        wantAuthnRequestsSigned: fc.boolean(),
        attributes: list(attribute),
      },
      {
        nameIdMappingEndpoints: list(endpoint, 1),
        assertionIdRequestEndpoints: list(endpoint, 1),
        attributeProfiles: list(plain, 1),
      },
    ),
  )
  .map(([a, b]) => ({ ...a, ...b }))
const sp = fc
  .tuple(
    common,
    fc.record({
      acsEndpoints: indexed,
      authnRequestsSigned: fc.boolean(),
      wantAssertionsSigned: fc.boolean(),
      attributeServices: services,
    }),
  )
  .map(([a, b]) => ({ ...a, ...b }))
const entity: fc.Arbitrary<MetadataOptions> = facts(
  {
    entityId: text,
    // An entity is good for no longer than its roles.
    validUntil: fc.date({
      min: new Date('2000-01-01T00:00:00Z'),
      max: later,
      noInvalidDate: true,
    }),
    cacheDurationSeconds: fc.nat(1_000_000),
  },
  {
    idp,
    sp,
    otherRoles: list(otherRole, 1),
    organization,
    contacts: list(contact, 1),
    additionalLocations: list(fc.record({ namespace: text, location: plain }), 1),
    extensions: list(fragment, 1),
  },
).filter(each => (each.idp ?? each.sp ?? each.otherRoles) !== undefined)

test('everything that can be built is read back equal, signed or not', () => {
  fc.assert(
    fc.property(entity, options => {
      expect(readMetadata(buildMetadata(options)).entities).toEqual([options])
      const signed = buildMetadata({ ...options, sign })
      expect(readMetadata(signed, { signingKeys }).entities).toEqual([options])
      expect(readMetadata(signed).entities).toEqual([options])
    }),
    { numRuns: 60 },
  )
})

const bounds = fc.record(
  { validUntil: fc.date({ min: new Date(0), max: later, noInvalidDate: true }) },
  { requiredKeys: [] },
)
const members = fc.uniqueArray(entity, {
  minLength: 1,
  maxLength: 4,
  selector: each => each.entityId,
})

test('groups in groups are read back equal, signed at the root, by each member, or not', () => {
  const group = fc
    .tuple(members, bounds, bounds, fc.record({ name: text }, { requiredKeys: [] }), fragment)
    .map(([[first, ...others], outer, inner, name, extension]): MetadataGroupOptions => {
      const nested = { members: others, ...name, ...inner }
      const all = [first, others.length === 0 ? undefined : nested].filter(
        each => each !== undefined,
      )
      return { members: all, ...name, ...outer, extensions: [extension] }
    })
  fc.assert(
    fc.property(group, options => {
      const once = readMetadata(buildMetadataGroup(options))
      const { group: read } = once
      if (read === undefined) return expect.unreachable('no group')
      expect(read.name).toBe(options.name)
      expect(read.extensions).toEqual(options.extensions)
      expect(readMetadata(buildMetadataGroup(read))).toEqual(once)
      const signed = buildMetadataGroup({ ...read, sign })
      expect(readMetadata(signed, { signingKeys })).toEqual(once)
      const each = buildMetadataGroup({ members: once.entities.map(one => ({ ...one, sign })) })
      expect(readMetadata(each, { signingKeys, signed: 'members' }).entities).toEqual(once.entities)
      return undefined
    }),
    { numRuns: 15 },
  )
})

test('any element of another vocabulary is kept as it is', () => {
  const prefix = fc.constantFrom('a', 'b', 'md', 'saml', 'xs')
  const content = fc.constantFrom(
    ...['', ' ', 'a:b', ' xs:string ', 'c:d', 'md:<!-- c -->b', '<![CDATA[<&]]>', '&#13;'],
  )
  const inner = fc
    .tuple(prefix, prefix, prefix, content)
    .map(([p, q, r, t]) => `<${p}:x ${q}:y="${r}:z" xmlns:${r}="u:r" z=" ">${t}</${p}:x>${t}`)
  const tree = fc.tuple(prefix, fc.array(inner, { maxLength: 6 })).map(([root, parts]) => {
    const declared = ['a', 'b', 'md', 'saml', 'xs'].map(each => ` xmlns:${each}="u:${each}"`)
    return `<${root}:root xmlns="u:default"${declared.join('')}>${parts.join('')}</${root}:root>`
  })
  const idpOnly = { ssoEndpoints: [{ binding: bindings.post, location: 'https://i.test/' }] }
  fc.assert(
    fc.property(tree, xml => {
      const document = buildMetadata({ entityId: 'e', extensions: [xml], idp: idpOnly, sign })
      const [read] = readMetadata(document, { signingKeys }).entities
      const [kept = ''] = read?.extensions ?? []
      expect(canonicalize(parseXml(kept))).toBe(canonicalize(parseXml(xml)))
      for (const used of xml.match(/(?<=>|" ?)(?:a|b|md|saml|xs)(?=:(?:b|z|string)["<])/g) ?? []) {
        expect(kept).toContain(` xmlns:${used}="u:`)
      }
      expect(readMetadata(buildMetadata({ ...read, entityId: 'e' })).entities).toEqual([read])
    }),
    { numRuns: 150 },
  )
})
