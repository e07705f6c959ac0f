import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SamlError, type SamlErrorCode } from '../errors.ts'
import { canonicalize } from '../xml/canonicalize.ts'
import { parseXml } from '../xml/parse.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import { checkKey } from './keys.ts'
import { signXml } from './sign-xml.ts'
import { verifySignature } from './verify-signature.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' })
const text = '<a xmlns:p="urn:p" ID="_1" p:b="c"><d>e &amp; f</d><g ID="_2"/></a>'
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()

const codeOf = (run: () => unknown): SamlErrorCode | undefined => {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof SamlError) return error.code
    throw error
  }
}

test.each<
  [string, { privateKey: KeyObject; publicKey: KeyObject }, SignatureAlgorithm | undefined, string]
>([
  ['RSA', rsa, undefined, 'rsa-sha256'],
  ['RSA', rsa, 'rsa-sha256', 'rsa-sha256'],
  ['RSA', rsa, 'rsa-sha384', 'rsa-sha384'],
  ['RSA', rsa, 'rsa-sha512', 'rsa-sha512'],
  ['P-256', p256, undefined, 'ecdsa-sha256'],
  ['P-256', p256, 'ecdsa-sha512', 'ecdsa-sha512'],
  ['P-384', p384, undefined, 'ecdsa-sha384'],
  ['P-521', p521, undefined, 'ecdsa-sha512'],
])('%s signs and verifies with %#: %s', (_, { privateKey, publicKey }, algorithm, uri) => {
  const signed = signXml(text, {
    key: privateKey,
    ...(algorithm === undefined ? {} : { algorithm }),
  })
  expect(signed).toContain(`xmldsig-more#${uri}"`)
  const canonical = canonicalize(parseXml(text))
  expect(verifySignature(signed, publicKey)).toBe(canonical)
  expect(verifySignature(Buffer.from(signed), [pem(publicKey)])).toBe(canonical)
  expect(codeOf(() => verifySignature(signed.replace('e &amp;', 'x'), publicKey))).toBe(
    'signature.digest',
  )
})

describe('signXml', () => {
  test('signs the element with the given ID, and an empty one', () => {
    const signed = signXml(text, { key: p256.privateKey, id: '_2' })
    expect(verifySignature(signed, p256.publicKey)).toBe('<g ID="_2"></g>')
    expect(signed.replace(/<ds:Signature .*<\/ds:Signature>/, '')).toBe(
      text.replace('<g ID="_2"/>', '<g ID="_2"></g>'),
    )
  })

  test('leaves the rest of the text as it was', () => {
    const source = "<?xml version='1.0'?>\n<a  ID='_1'  ><!-- c -->\n <b/></a>"
    const signed = signXml(source, { key: p256.privateKey })
    expect(signed.replace(/<ds:Signature .*<\/ds:Signature>/, '')).toBe(source)
  })

  test('signs an element that holds text', () => {
    const signed = signXml('<a ID="_1">b<c/>d</a>', { key: p256.privateKey })
    expect(verifySignature(signed, p256.publicKey)).toBe('<a ID="_1">b<c></c>d</a>')
  })

  test('stands after the Issuer', () => {
    const issuer = '<s:Issuer xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion">i</s:Issuer>'
    const signed = signXml(`<a ID="_1">${issuer}<b/></a>`, { key: p256.privateKey })
    expect(signed).toContain(`${issuer}<ds:Signature `)
  })

  test.each<[SamlErrorCode, string, Parameters<typeof signXml>]>([
    ['signature.id', 'no ID', ['<a/>', { key: p256.privateKey }]],
    ['signature.id', 'an ID that is no name', ['<a ID="1"/>', { key: p256.privateKey }]],
    ['signature.id', 'an unknown ID', [text, { key: p256.privateKey, id: '_3' }]],
    [
      'signature.id',
      'an ID that occurs twice',
      ['<a ID="_1"><b Id="_1"/></a>', { key: p256.privateKey }],
    ],
    [
      'option.invalid',
      'a second signature',
      [signXml(text, { key: p256.privateKey }), { key: p256.privateKey }],
    ],
    ['option.invalid', 'a weak key', [text, { key: weak.privateKey }]],
    ['option.invalid', 'a public key', [text, { key: p256.publicKey }]],
    [
      'option.invalid',
      'an algorithm of another kind of key',
      [text, { key: p256.privateKey, algorithm: 'rsa-sha256' }],
    ],
    ['option.invalid', 'no key', [text, { key: 'x' }]],
    ['xml.malformed', 'broken XML', ['<a ID="_1">', { key: p256.privateKey }]],
  ])('%s: %s', (code, _, args) => {
    expect(codeOf(() => signXml(...args))).toBe(code)
  })
})

describe('verifySignature', () => {
  const inner = signXml(text, { key: p256.privateKey, id: '_2' })
  const both = signXml(inner, { key: p256.privateKey })

  test('the root when it is signed, else the only signed element, or the one asked for', () => {
    expect(verifySignature(both, p256.publicKey)).toMatch(/^<a /)
    expect(verifySignature(inner, p256.publicKey)).toMatch(/^<g /)
    expect(verifySignature(both, p256.publicKey, { id: '_2' })).toMatch(/^<g /)
    expect(codeOf(() => verifySignature(both, p256.publicKey, { id: '_3' }))).toBe(
      'signature.missing',
    )
    expect(codeOf(() => verifySignature(text, p256.publicKey))).toBe('signature.missing')
  })

  test('two signed elements below the root leave open which is meant', () => {
    const two = '<a><b ID="_1"/><b ID="_2"/></a>'
    const once = signXml(two, { key: p256.privateKey, id: '_1' })
    const signed = signXml(once, { key: p256.privateKey, id: '_2' })
    expect(codeOf(() => verifySignature(signed, p256.publicKey))).toBe('signature.structure')
  })

  test('what lies outside the signed element is not answered', () => {
    const around = inner.replace('<d>e', '<d>evil')
    expect(verifySignature(around, p256.publicKey)).toBe('<g ID="_2"></g>')
  })

  test('a signature by another key, or of another kind of key', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(codeOf(() => verifySignature(both, publicKey))).toBe('signature.value')
    expect(codeOf(() => verifySignature(both, p384.publicKey))).toBe('signature.value')
    expect(codeOf(() => verifySignature(both, rsa.publicKey))).toBe('signature.algorithm')
    expect(verifySignature(both, [rsa.publicKey, publicKey, p256.publicKey])).toMatch(/^<a /)
  })

  test('an unusable key beside usable ones is passed over', () => {
    const ed25519 = generateKeyPairSync('ed25519').publicKey
    const unusable = [weak.publicKey, pem(weak.publicKey), ed25519, pem(ed25519), 'x']
    const others = Array.from({ length: 7 }, () => rsa.publicKey)
    const keys = [...unusable, ...others, p256.publicKey]
    expect(verifySignature(both, keys)).toMatch(/^<a /)
    expect(verifySignature(both, keys)).toMatch(/^<a /)
    expect(codeOf(() => verifySignature(both, unusable))).toBe('signature.key')
    expect(codeOf(() => verifySignature(both, [...keys, rsa.publicKey]))).toBe('option.invalid')
    expect(codeOf(() => verifySignature(both, []))).toBe('option.invalid')
    for (const key of unusable) expect(codeOf(() => checkKey(key))).toBe('signature.key')
  })

  test('limits are those of the caller', () => {
    expect(codeOf(() => verifySignature(both, p256.publicKey, { limits: { nodes: 5 } }))).toBe(
      'xml.limit',
    )
  })
})

test('a reference by ID leaves comments out, whatever the canonicalization says', () => {
  const signed = signXml('<a ID="_1"><!-- c --><d/></a>', { key: p256.privateKey })
  const [, digestValue = ''] = /<ds:DigestValue>(.*?)</.exec(signed) ?? []
  /** Signs anew after the Transform was changed to one with comments, and the digest to another. */
  const resigned = (digest: string) => {
    const changed = signed
      .replace(/(<ds:Transform Algorithm="[^"]*xml-exc-c14n#)"/, '$1WithComments"')
      .replace(digestValue, digest)
    const { root, text: all } = parseXml(changed)
    const [signature] = root.children
    if (signature?.kind !== 'element') return expect.unreachable()
    const [info] = signature.children
    if (info?.kind !== 'element') return expect.unreachable()
    const octets = Buffer.from(canonicalize(info))
    const value = sign('sha256', octets, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' })
    return all.replace(/(<ds:SignatureValue>)[^<]*/, `$1${value.toString('base64')}`)
  }
  const withComments = createHash('sha256').update('<a ID="_1"><!-- c --><d></d></a>')
  expect(resigned(digestValue)).toContain('#WithComments')
  expect(verifySignature(resigned(digestValue), p256.publicKey)).toBe('<a ID="_1"><d></d></a>')
  expect(
    codeOf(() => verifySignature(resigned(withComments.digest('base64')), p256.publicKey)),
  ).toBe('signature.digest')
})

describe('checkKey', () => {
  const privatePem = p256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

  test.each<[string, string | KeyObject]>([
    ['a weak RSA key', weak.publicKey],
    ['another curve', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey],
    ['Ed25519', generateKeyPairSync('ed25519').publicKey],
    ['a private key', p256.privateKey],
    ['a private key in PEM', privatePem],
    ['a secret', createSecretKey(Buffer.from('secret'))],
    ['no PEM', 'x'],
    ['two blocks', pem(p256.publicKey) + pem(p256.publicKey)],
    ['a certificate that is none', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey],
  ])('refuses %s', (_, key) => {
    expect(codeOf(() => checkKey(key))).toBe('signature.key')
  })

  test.each([rsa, p256, p384, p521])('takes a key that may verify', ({ publicKey }) => {
    checkKey(publicKey)
    checkKey(pem(publicKey))
    expect(createPublicKey(pem(publicKey)).equals(publicKey)).toBe(true)
  })

  test('a private PEM is no way to verify', () => {
    const signed = signXml(text, { key: createPrivateKey(privatePem) })
    expect(codeOf(() => verifySignature(signed, privatePem))).toBe('signature.key')
  })
})
