import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRedirect, encodeRedirect } from './redirect-binding.ts'

const endpoint = 'https://idp.example.test/sso'

function encoded(bytes: Uint8Array): string {
  return encodeURIComponent(Buffer.from(bytes).toString('base64'))
}

function messageOf(text: string): string {
  return encoded(deflateRawSync(text))
}

const refusal = expect.objectContaining({ code: 'redirect.invalid' })

test('any message and RelayState come back equal', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 500 })
  fc.assert(
    fc.property(text, fc.option(text, { nil: undefined }), (xml, relayState) => {
      const url = encodeRedirect(endpoint, 'SAMLResponse', { xml, relayState })
      const received = decodeRedirect(url.slice(endpoint.length + 1), 'SAMLResponse')
      expect(received.xml.toString('utf8')).toBe(xml)
      expect(received.relayState).toBe(relayState)
      expect(received.signature).toBeUndefined()
    }),
  )
})

test('passes over parameters of others, and their strange encodings', () => {
  const query = `a=%zz&b&=&SAMLRequest=${messageOf('x')}&%E9=1&samlrequest=2`
  expect(decodeRedirect(query, 'SAMLRequest').xml.toString()).toBe('x')
})

test.each([
  ['nothing', ''],
  ['another name', `samlRequest=${messageOf('x')}`],
  ['an encoded name', `SAMLReques%74=${messageOf('x')}`],
  ['an encoded name beside a plain one', `SAMLRequest=${messageOf('x')}&%53igAlg=a&Signature=AA==`],
  ['two requests', `SAMLRequest=${messageOf('x')}&SAMLRequest=${messageOf('x')}`],
  ['two RelayStates', `SAMLRequest=${messageOf('x')}&RelayState=a&RelayState=a`],
  ['a response too', `SAMLRequest=${messageOf('x')}&SAMLResponse=`],
  ['a response instead', `SAMLResponse=${messageOf('x')}`],
  ['a signature alone', `SAMLRequest=${messageOf('x')}&Signature=AAAA`],
  ['another encoding', `SAMLRequest=${messageOf('x')}&SAMLEncoding=urn%3Ax`],
  ['bad UTF-8', `SAMLRequest=${messageOf('x')}&RelayState=%C3`],
  ['a broken percent code', `SAMLRequest=${messageOf('x')}&RelayState=%4`],
  ['raw characters beyond ASCII', `SAMLRequest=${messageOf('x')}&RelayState=é`],
  [
    'bytes after the message',
    `SAMLRequest=${encoded(Buffer.concat([deflateRawSync('x'), Buffer.from('y')]))}`,
  ],
  ['a message cut short', `SAMLRequest=${encoded(deflateRawSync('x'.repeat(99)).subarray(0, -2))}`],
  ['more than 1 MiB', `SAMLRequest=${messageOf(randomBytes(40_000).toString('hex').repeat(20))}`],
  ['a ratio over 100', `SAMLRequest=${messageOf('a'.repeat(500_000))}`],
  ['a long query', `SAMLRequest=${messageOf('x')}&x=${'y'.repeat(140_000)}`],
])('refuses %s', (_, query) => {
  expect(() => decodeRedirect(query, 'SAMLRequest')).toThrow(refusal)
})

test.each(['', '====', 'a+b', messageOf('x').slice(0, -3), `${messageOf('x')}%0A`, '_-__'])(
  'refuses %j, which is not canonical base64',
  message => {
    expect(() => decodeRedirect(`SAMLRequest=${message}`, 'SAMLRequest')).toThrow(
      expect.objectContaining({ code: 'base64.invalid' }),
    )
  },
)

test('takes the DEFLATE encoding by its name', () => {
  const encoding = encodeURIComponent('urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE')
  const query = `SAMLEncoding=${encoding}&SAMLRequest=${messageOf('x')}`
  expect(decodeRedirect(query, 'SAMLRequest').xml.toString()).toBe('x')
})

test('a plus is a space', () => {
  const query = `SAMLRequest=${messageOf('x')}&RelayState=a+b%2B`
  expect(decodeRedirect(query, 'SAMLRequest').relayState).toBe('a b+')
})
