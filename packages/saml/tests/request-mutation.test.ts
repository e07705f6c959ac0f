import { generateKeyPairSync } from 'node:crypto'
import { type AuthnRequestInput, buildAuthnRequest, readAuthnRequest } from '@rolecall/saml'
import { expect, test } from 'vitest'
import { accepted, mutants } from './mutants.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const now = new Date('2026-11-21T01:00:00Z')
const ssoUrl = 'https://idp.example.test/sso'

function build(binding: 'redirect' | 'post') {
  return buildAuthnRequest({
    sp: { entityId: 'https://sp.example.test/', acsUrl: 'https://sp.example.test/acs' },
    idp: { ssoUrl },
    binding,
    now,
    relayState: binding === 'redirect' ? 'r 1' : undefined,
    sign: { key: privateKey },
  })
}

function receive(input: AuthnRequestInput) {
  const options = { keys: [publicKey], requireSignature: true, destination: ssoUrl, now }
  return readAuthnRequest(input, options)
}

test('no change of a signed redirect changes what is read', async () => {
  const { url } = build('redirect')
  const query = url.slice(url.indexOf('?') + 1)
  const read = (text: string) => receive({ binding: 'redirect', query: text })
  const original = await read(query)
  expect(await accepted([query], read, original)).toBe(1)
  // Empty parameters, and the case of the hex digits of Signature, are outside what is signed.
  expect(await accepted(mutants(query, '&=%+'), read, original)).toBeLessThan(60)
})

test('no change of a signed post changes what is read', async () => {
  const { xml } = build('post')
  const read = (text: string) =>
    receive({ binding: 'post', samlRequest: Buffer.from(text).toString('base64') })
  const original = await read(xml)
  expect(await accepted([xml], read, original)).toBe(1)
  // Blanks within tags and between the elements of the signature do not count.
  expect(await accepted(mutants(xml, '<>&- '), read, original)).toBeLessThan(500)
})
