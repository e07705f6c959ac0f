import { generateKeyPairSync } from 'node:crypto'
import {
  type AuthnRequestInput,
  buildAuthnRequest,
  readAuthnRequest,
  SamlError,
} from '@rolecall/saml'
import { expect, test } from 'vitest'

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

/** Every text that differs from the given one by one changed, removed, doubled or inserted character. */
function* mutants(text: string, inserted: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    const [before, after] = [text.slice(0, at), text.slice(at + 1)]
    const unit = text.charCodeAt(at)
    yield before + String.fromCharCode(unit ^ 1) + after
    yield before + String.fromCharCode(unit ^ 0x20) + after
    yield before + after
    yield before + text.charAt(at) + text.charAt(at) + after
    for (const character of inserted) yield before + character + text.slice(at)
  }
}

/** How many mutants were accepted; each of them must say the same as the original. */
function accepted(
  texts: Iterable<string>,
  inputOf: (text: string) => AuthnRequestInput,
  original: unknown,
) {
  let count = 0
  for (const text of texts) {
    let request: unknown
    try {
      request = receive(inputOf(text))
    } catch (error) {
      if (!(error instanceof SamlError)) throw error
      continue
    }
    expect(request).toEqual(original)
    count += 1
  }
  return count
}

test('no change of a signed redirect changes what is read', () => {
  const { url } = build('redirect')
  const query = url.slice(url.indexOf('?') + 1)
  const inputOf = (text: string): AuthnRequestInput => ({ binding: 'redirect', query: text })
  const original = receive(inputOf(query))
  expect(accepted([query], inputOf, original)).toBe(1)
  // Empty parameters, and the case of the hex digits of Signature, are outside what is signed.
  expect(accepted(mutants(query, '&=%+'), inputOf, original)).toBeLessThan(60)
})

test('no change of a signed post changes what is read', () => {
  const { xml } = build('post')
  const inputOf = (text: string): AuthnRequestInput => ({
    binding: 'post',
    samlRequest: Buffer.from(text).toString('base64'),
  })
  const original = receive(inputOf(xml))
  expect(accepted([xml], inputOf, original)).toBe(1)
  // Blanks within tags and between the elements of the signature do not count.
  expect(accepted(mutants(xml, '<>&- '), inputOf, original)).toBeLessThan(500)
})
