import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bindings, namespaces } from '../names.ts'
import {
  buildMetadata,
  buildMetadataGroup,
  type MetadataGroupOptions,
  type MetadataOptions,
} from './build-metadata.ts'

const folder = new URL('../../tests/fixtures/saml-attacks/redirect-corpus/', import.meta.url)
const certificate = readFileSync(new URL('sp.crt', folder), 'utf8')
const sso = { binding: bindings.redirect, location: 'https://idp.example.test/sso' }
const acs = { binding: bindings.post, location: 'https://sp.example.test/acs', index: 0 }
const name = { lang: 'en', value: 'x' }
const service = { index: 1, names: [name], attributes: [{ name: 'a' }] }
const idpOnly: MetadataOptions = {
  entityId: 'https://idp.example.test/',
  idp: { ssoEndpoints: [sso], signingCertificates: [certificate] },
}

test.each<[string, MetadataOptions]>([
  ['no role', { entityId: 'e' }],
  ['no entity ID', { ...idpOnly, entityId: '' }],
  ['a long entity ID', { ...idpOnly, entityId: 'e'.repeat(1025) }],
  ['no endpoint', { entityId: 'e', idp: { ssoEndpoints: [], signingCertificates: [] } }],
  ['no ACS', { entityId: 'e', sp: { acsEndpoints: [] } }],
  [
    'a script as endpoint',
    { entityId: 'e', sp: { acsEndpoints: [{ ...acs, location: 'javascript:alert(1)' }] } },
  ],
  ['a repeated index', { entityId: 'e', sp: { acsEndpoints: [acs, acs] } }],
  ['a broken index', { entityId: 'e', sp: { acsEndpoints: [{ ...acs, index: 0.5 }] } }],
  [
    'a service without name',
    { entityId: 'e', sp: { acsEndpoints: [acs], attributeServices: [{ ...service, names: [] }] } },
  ],
  [
    'a service without attributes',
    {
      entityId: 'e',
      sp: { acsEndpoints: [acs], attributeServices: [{ ...service, attributes: [] }] },
    },
  ],
  [
    'two services of one index',
    { entityId: 'e', sp: { acsEndpoints: [acs], attributeServices: [service, service] } },
  ],
  [
    'an attribute without name',
    { entityId: 'e', idp: { ssoEndpoints: [sso], attributes: [{ name: '' }] } },
  ],
  [
    'a language that is none',
    {
      entityId: 'e',
      sp: {
        acsEndpoints: [acs],
        attributeServices: [{ ...service, names: [{ lang: 'e n', value: 'x' }] }],
      },
    },
  ],
  [
    'methods of an unknown key',
    {
      entityId: 'e',
      idp: { ssoEndpoints: [sso], encryptionMethods: [{ certificate, methods: [] }] },
    },
  ],
  [
    'a key size that is none',
    {
      entityId: 'e',
      idp: {
        ssoEndpoints: [sso],
        encryptionCertificates: [certificate],
        encryptionMethods: [{ certificate, methods: [{ algorithm: 'a', keySize: 0 }] }],
      },
    },
  ],
  [
    'a script as error page',
    { entityId: 'e', idp: { ssoEndpoints: [sso], errorUrl: 'javascript:alert(1)' } },
  ],
  [
    'a script as address of an organization',
    {
      ...idpOnly,
      organization: {
        names: [name],
        displayNames: [name],
        urls: [{ lang: 'en', value: 'javascript:alert(1)' }],
      },
    },
  ],
  [
    'an organization without address',
    { ...idpOnly, organization: { names: [name], displayNames: [name], urls: [] } },
  ],
  [
    'a protocol that is two',
    { entityId: 'e', idp: { ssoEndpoints: [sso], otherProtocols: ['a b'] } },
  ],
  [
    'an extension of the vocabulary itself',
    { ...idpOnly, extensions: [`<md:Extensions xmlns:md="${namespaces.md}"/>`] },
  ],
  ['an extension without namespace', { ...idpOnly, extensions: ['<x/>'] }],
  [
    'a second role for SAML 2.0',
    {
      ...idpOnly,
      otherRoles: [
        `<md:IDPSSODescriptor xmlns:md="${namespaces.md}" protocolSupportEnumeration="a ${namespaces.samlp}"/>`,
      ],
    },
  ],
  [
    'a role that is none',
    { ...idpOnly, otherRoles: [`<md:Organization xmlns:md="${namespaces.md}"/>`] },
  ],
  [
    'text as certificate',
    { entityId: 'e', idp: { ssoEndpoints: [sso], signingCertificates: ['x'] } },
  ],
  ['a broken duration', { ...idpOnly, cacheDurationSeconds: -1 }],
  ['a duration beyond reason', { ...idpOnly, cacheDurationSeconds: 1e12 }],
])('does not build %s', (_, options) => {
  expect(() => buildMetadata(options)).toThrow(expect.objectContaining({ code: 'option.invalid' }))
})

test.each<[string, string, string]>([
  ['two elements', '<a xmlns="u:v"/><b xmlns="u:v"/>', 'xml.malformed'],
  ['what closes its parent', '<a xmlns="u:v"></md:Extensions><a/>', 'xml.malformed'],
  ['a doctype', '<!DOCTYPE a><a xmlns="u:v"/>', 'xml.doctype'],
  ['an entity', '<a xmlns="u:v">&e;</a>', 'xml.entity'],
  ['an instruction', '<a xmlns="u:v"><?php echo 1?></a>', 'xml.instruction'],
  ['a prefix of its surroundings', '<md:a/>', 'xml.namespace'],
  ['no element', 'text', 'xml.malformed'],
])('does not build a fragment with %s', (_, xml, code) => {
  expect(() => buildMetadata({ ...idpOnly, extensions: [xml] })).toThrow(
    expect.objectContaining({ code }),
  )
})

test.each<[string, MetadataGroupOptions]>([
  ['without members', { members: [] }],
  ['with a group without members', { members: [idpOnly, { members: [] }] }],
  ['with an entity twice', { members: [idpOnly, { members: [idpOnly] }] }],
  ['in itself', inItself()],
])('does not build a group %s', (_, options) => {
  expect(() => buildMetadataGroup(options)).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
})

function inItself(): MetadataGroupOptions {
  const members: MetadataGroupOptions[] = []
  const group = { members }
  members.push(group)
  return group
}

test('does not build what nobody would read: more than 10 MiB', () => {
  const filler = `<a xmlns="u:v">${'x'.repeat(1000 * 1000)}</a>`
  const extensions = Array.from({ length: 11 }, () => filler)
  expect(() => buildMetadata({ ...idpOnly, extensions })).toThrow(
    expect.objectContaining({ code: 'xml.limit' }),
  )
})

test('signs no more prefixes in values than a verifier takes', () => {
  const using = (from: number, count: number) => {
    const prefixes = Array.from({ length: count }, (_, at) => `p${from + at}`)
    const declared = prefixes.map(each => ` xmlns:${each}="u:v"`).join('')
    return `<a xmlns="u:v"${declared}>${prefixes.map(each => `<b>${each}:x</b>`).join('')}</a>`
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const sign = { key: privateKey }
  const extensions = [using(0, 16), using(16, 1)]
  expect(buildMetadata({ ...idpOnly, extensions })).toContain('xmlns:p16=')
  expect(buildMetadata({ ...idpOnly, extensions: [using(0, 16)], sign })).toContain('PrefixList=')
  expect(() => buildMetadata({ ...idpOnly, extensions, sign })).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
  expect(() => buildMetadata({ ...idpOnly, extensions: [using(0, 17)] })).toThrow(
    expect.objectContaining({ code: 'xml.limit' }),
  )
})
