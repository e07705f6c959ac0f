import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SamlError, verifySignature, type WeakAlgorithm, weakAlgorithms } from '../src/index.ts'
import { digest, digestMethods, type Hash } from '../src/signature/algorithms.ts'
import { canonicalize } from '../src/xml/canonicalize.ts'
import { parseXml } from '../src/xml/parse.ts'
import { honest, idp, issue, verify } from './forge.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
const shortest = generateKeyPairSync('rsa', { modulusLength: 512 })
const dsa = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 })
const ds = 'http://www.w3.org/2000/09/xmldsig#'
const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const body = '<a ID="_1"><b>x</b></a>'

/** A signature that this library does not make. */
function signed(uri: string, key: KeyObject, signHash: Hash, hash: Hash): string {
  const info =
    `<ds:SignedInfo xmlns:ds="${ds}"><ds:CanonicalizationMethod Algorithm="${exclusive}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${uri}"></ds:SignatureMethod><ds:Reference URI="#_1"><ds:Transforms>` +
    `<ds:Transform Algorithm="${ds}enveloped-signature"></ds:Transform><ds:Transform Algorithm="${exclusive}"></ds:Transform></ds:Transforms>` +
    `<ds:DigestMethod Algorithm="${digestMethods[hash]}"></ds:DigestMethod><ds:DigestValue>${digest(hash, canonicalize(parseXml(body))).toString('base64')}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
  const value = sign(signHash, Buffer.from(info), { key, dsaEncoding: 'ieee-p1363' })
  return `<a ID="_1"><ds:Signature xmlns:ds="${ds}">${info}<ds:SignatureValue>${value.toString('base64')}</ds:SignatureValue></ds:Signature><b>x</b></a>`
}

const cases: [string, string, KeyObject, WeakAlgorithm[]][] = [
  [
    'RSA-SHA1',
    signed(`${ds}rsa-sha1`, rsa.privateKey, 'sha1', 'sha256'),
    rsa.publicKey,
    ['rsa-sha1'],
  ],
  [
    'ECDSA-SHA1',
    signed(`${more}ecdsa-sha1`, honest.privateKey, 'sha1', 'sha256'),
    honest.publicKey,
    ['ecdsa-sha1'],
  ],
  [
    'DSA-SHA1',
    signed(`${ds}dsa-sha1`, dsa.privateKey, 'sha1', 'sha256'),
    dsa.publicKey,
    ['dsa-sha1'],
  ],
  [
    'DSA-SHA256',
    signed('http://www.w3.org/2009/xmldsig11#dsa-sha256', dsa.privateKey, 'sha256', 'sha256'),
    dsa.publicKey,
    ['dsa-sha256'],
  ],
  [
    'a SHA-1 digest',
    signed(`${more}rsa-sha256`, rsa.privateKey, 'sha256', 'sha1'),
    rsa.publicKey,
    ['sha1'],
  ],
  [
    'a key of 1024 bits',
    signed(`${more}rsa-sha256`, short.privateKey, 'sha256', 'sha256'),
    short.publicKey,
    ['rsa-1024'],
  ],
  [
    'all of it',
    signed(`${ds}rsa-sha1`, short.privateKey, 'sha1', 'sha1'),
    short.publicKey,
    ['rsa-sha1', 'sha1', 'rsa-1024'],
  ],
]
describe.each(cases)('%s', (_, xml, key, needed) => {
  test('counts where it is allowed by name, and only so', () => {
    expect(verifySignature(xml, key, { allow: needed })).toBe(body)
    for (const missing of needed) {
      const allow = weakAlgorithms.filter(each => each !== missing)
      expect(() => verifySignature(xml, key, { allow })).toThrow(SamlError)
    }
    expect(() => verifySignature(xml, key)).toThrow(SamlError)
    expect(() =>
      verifySignature(xml.replace('<b>x', '<b>y'), key, { allow: weakAlgorithms }),
    ).toThrow(expect.objectContaining({ code: 'signature.digest' }))
  })
})

test('nothing makes HMAC, MD5 or a key of 512 bits count', () => {
  const xml = signed(`${more}rsa-sha256`, rsa.privateKey, 'sha256', 'sha256')
  for (const uri of [`${ds}hmac-sha1`, `${more}hmac-sha256`, `${more}rsa-md5`]) {
    const changed = xml.replace(`${more}rsa-sha256`, uri)
    expect(() => verifySignature(changed, rsa.publicKey, { allow: weakAlgorithms })).toThrow(
      expect.objectContaining({ code: 'signature.algorithm' }),
    )
  }
  const tiny = signed(`${more}rsa-sha256`, shortest.privateKey, 'sha256', 'sha256')
  expect(() => verifySignature(tiny, shortest.publicKey, { allow: weakAlgorithms })).toThrow(
    expect.objectContaining({ code: 'signature.key' }),
  )
})

test.each([['rsa-md5'], ['__proto__'], [''], [1]])('refuses %j as a name', async name => {
  const allow = [name] as never
  expect(() => verifySignature('<a/>', rsa.publicKey, { allow })).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
  await expect(
    verify(issue('assertion'), { idp: { ...idp, signingKeys: [honest.publicKey], allow } }),
  ).rejects.toMatchObject({ code: 'option.invalid' })
})
