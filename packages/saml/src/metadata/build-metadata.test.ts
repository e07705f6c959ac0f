import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bindings } from '../names.ts'
import { buildMetadata, type MetadataOptions } from './build-metadata.ts'

const folder = new URL('../../tests/fixtures/saml-attacks/redirect-corpus/', import.meta.url)
const certificate = readFileSync(new URL('sp.crt', folder), 'utf8')
const sso = { binding: bindings.redirect, location: 'https://idp.example.test/sso' }
const acs = { binding: bindings.post, location: 'https://sp.example.test/acs', index: 0 }
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
    'attributes without service',
    { entityId: 'e', sp: { acsEndpoints: [acs], attributes: [{ name: 'a' }] } },
  ],
  [
    'text as certificate',
    { entityId: 'e', idp: { ssoEndpoints: [sso], signingCertificates: ['x'] } },
  ],
  ['a broken duration', { ...idpOnly, cacheDurationSeconds: -1 }],
])('does not build %s', (_, options) => {
  expect(() => buildMetadata(options)).toThrow(expect.objectContaining({ code: 'option.invalid' }))
})
