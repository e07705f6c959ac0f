/**
 * Public vectors of other implementations. None of the signed files in the manifest keeps the SAML
 * profile, so each must refuse; and each is taken apart as far as the library's own parts go: the
 * value of SignedInfo by `verifyWithKeys`, the octets of each Reference by `canonicalize`. What is out
 * of scope is counted by its reason.
 */
import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  canonicalize,
  parseXml,
  SamlError,
  type SamlErrorCode,
  verifySignature,
  type WeakAlgorithm,
} from '../src/index.ts'
import {
  allOf,
  childOf,
  digestVerdict,
  keyIn,
  readVector,
  referenceOctets,
  type Vector,
  valueVerdict,
} from './dsig-vector.ts'
import { honest } from './forge.ts'

const folder = new URL('./fixtures/xmldsig-vectors/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, folder))
const manifest: { file: string; xmlsec1: string }[] = JSON.parse(read('manifest.json').toString())
const tests = 'santuario/src/test/resources/'

/** The signature in a file, or the code for which the file does not parse. */
function vectorOf(file: string): Vector | string {
  try {
    return readVector(read(file)) ?? 'no signature'
  } catch (error) {
    if (error instanceof SamlError) return error.code
    throw error
  }
}

const vectors = manifest.map(each => ({ ...each, vector: vectorOf(each.file) }))
const signed = vectors.flatMap(({ vector, ...each }) =>
  typeof vector === 'string' ? [] : [{ ...each, vector }],
)

/** How many files, or references, came to each verdict. */
function counted(verdicts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const verdict of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1
  return counts
}

test('every file of the manifest is taken apart, or listed with its reason', () => {
  const unread = vectors.flatMap(({ vector }) => (typeof vector === 'string' ? [vector] : []))
  // A DTD, and base64 of a document that another file refers to.
  expect(counted(unread)).toEqual({ 'xml.doctype': 14, 'xml.malformed': 1 })
  expect(signed.length + unread.length).toBe(manifest.length)
  expect(manifest.length).toBe(412)
  expect(new Set(manifest.map(({ file }) => file)).size).toBe(412)
})

test('no signature outside the SAML profile is taken, whoever made it', () => {
  const codes = signed.map(({ file, vector }) => {
    const keys = [honest.publicKey, keyIn(vector)].filter(each => each !== undefined)
    try {
      verifySignature(read(file), keys)
    } catch (error) {
      if (error instanceof SamlError) return error.code
      throw error
    }
    return expect.unreachable(file)
  })
  // Without ID on the parent; as the root or not first in it; an instruction in the document.
  expect(Object.keys(counted(codes)).sort()).toEqual(['signature.id', 'signature.position'])
})

describe('SignatureValue over the canonical SignedInfo', () => {
  const verdicts = signed.map(({ file, xmlsec1, vector }) => ({
    file,
    xmlsec1,
    verdict: valueVerdict(vector),
  }))
  const withVerdict = (verdict: string) => verdicts.filter(each => each.verdict === verdict)

  test('holds, refuses, or is out of scope for a reason', () => {
    const algorithms = verdicts.map(({ verdict }) =>
      verdict.replace(/scope: (?:dsa|hmac|eddsa|sha|rsa|ecdsa).*/, 'scope: algorithm'),
    )
    expect(counted(algorithms)).toEqual({
      holds: 81,
      'signature.key': 27,
      'signature.value': 2,
      'out of scope: algorithm': 268,
      'out of scope: no public key in the message': 18,
      'out of scope: no SignedInfo': 1,
    })
  })

  test('where xmlsec1 verified with a key that is long enough, so does this', () => {
    const differing = verdicts.filter(
      ({ xmlsec1, verdict }) => xmlsec1 === 'OK' && verdict === 'signature.value',
    )
    // r and s are not of the length of the curve, by a fault of some Java: RFC 9231 asks for that.
    expect(differing.map(({ file }) => file)).toEqual([
      'xmlsec/tests/aleksey-xmldsig-01/enveloped-ecdsa-java-bug.xml',
    ])
    expect(verdicts.filter(each => each.xmlsec1 === 'FAIL' && each.verdict === 'holds')).toEqual([])
  })

  test('what refuses is DER in place of r||s, or a key that is too short', () => {
    const refused = withVerdict('signature.value').map(({ file }) => file.replace(/.*\//, ''))
    expect(refused).toEqual([
      'enveloped-ecdsa-java-bug.xml',
      'enveloping-sha512-ecdsa-sha512-with-asn1.xml',
    ])
    for (const { file } of withVerdict('signature.key')) {
      const vector = vectorOf(file)
      const key = typeof vector === 'string' ? undefined : keyIn(vector)
      const { modulusLength = 0, namedCurve = '' } = key?.asymmetricKeyDetails ?? {}
      expect(modulusLength, file).toBeLessThan(2048)
      expect(['prime256v1', 'secp384r1', 'secp521r1'], file).not.toContain(namedCurve)
    }
  })
})

test('each Reference within its document has the digest that its signer made', () => {
  const verdicts = signed.flatMap(({ vector }) =>
    references(vector).map(reference => digestVerdict(vector, reference)),
  )
  const reasons = verdicts.map(verdict => verdict.replace(/(transform|digest) .*/, '$1'))
  expect(counted(reasons)).toEqual({
    holds: 196,
    'out of scope: another document': 164,
    'out of scope: several transforms': 94,
    'out of scope: transform': 94,
    'out of scope: digest': 10,
  })
})

function references({ signature }: Vector) {
  const info = childOf(signature, 'SignedInfo')
  return allOf(signature).filter(({ local, parent }) => local === 'Reference' && parent === info)
}

test.each([`${tests}interop/c14n/Y1`, `${tests}ie/baltimore/merlin-examples/merlin-exc-c14n-one`])(
  'the octets before the digest are those that %s publishes',
  path => {
    const vector = vectorOf(`${path}/exc-signature.xml`)
    if (typeof vector === 'string') return expect.unreachable(vector)
    const all = references(vector)
    expect(all).toHaveLength(4)
    for (const [at, reference] of all.entries()) {
      expect(referenceOctets(vector, reference)).toEqual({
        octets: read(`${path}/c14n-${at}.txt`).toString(),
      })
    }
    const info = childOf(vector.signature, 'SignedInfo')
    expect(info === undefined ? '' : canonicalize(info)).toBe(read(`${path}/c14n-4.txt`).toString())
  },
)

test.each([
  ['example2_2_1.xml', 'elem2', 'example2_2_c14nized_exclusive.xml'],
  ['example2_2_2.xml', 'elem2', 'example2_2_c14nized_exclusive.xml'],
  ['example2_2_3.xml', 'p', 'example2_2_3_c14nized_exclusive.xml'],
  ['example2_4.xml', 'elem2', 'example2_4_c14nized.xml'],
  ['plain-soap-1.1.xml', 'Body', 'plain-soap-c14nized.xml'],
])('Santuario: %s, %s in exclusive form', (file, local, result) => {
  const path = `${tests}org/apache/xml/security/c14n/inExcl/`
  const { root } = parseXml(read(path + file), { instructions: 'keep' })
  const target = allOf(root).find(each => each.local === local)
  expect(target === undefined ? '' : canonicalize(target)).toBe(read(path + result).toString())
})

describe('libxml2, exclusive form', () => {
  const path = 'libxml2/test/c14n/exc-without-comments/'
  const names = readdirSync(new URL(path, folder)).filter(name => name.endsWith('.xml'))
  // Those whose node set is an element with all below it; the others leave nodes out by XPath.
  const subtrees: Readonly<Record<string, string>> = {
    'merlin-c14n-two-09': 'Something',
    'merlin-c14n-two-18': 'Something',
    'test-0': 'e6',
    'test-1': 'e6',
    'test-2': 'SignedInfo',
  }

  test('the files are these', () => {
    expect(names).toHaveLength(21)
    const others = names
      .map(name => name.replace('.xml', ''))
      .filter(name => !Object.hasOwn(subtrees, name))
    for (const name of others)
      expect(read(`${path}${name}.xpath`).toString()).toMatch(/\band\b|only namespace/)
  })

  test.each(Object.entries(subtrees))('%s: %s', (name, local) => {
    const text = read(`${path}${name}.xml`).toString()
    if (text.includes('<!DOCTYPE')) {
      expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'xml.doctype' }))
    }
    // Without its DTD the document is the same where that gives no defaults to what is written.
    const { root } = parseXml(text.replace(/<!DOCTYPE [^[]*\[.*?\]>/s, ''), {
      instructions: 'keep',
    })
    const target = allOf(root).find(each => each.local === local)
    const list = readdirSync(new URL(path, folder)).includes(`${name}.ns`)
    const prefixList = list ? read(`${path}${name}.ns`).toString().trim().split(/\s+/) : []
    // What a DTD adds is not there for a reader that takes none.
    const result = read(`libxml2/result/c14n/exc-without-comments/${name}`)
      .toString()
      .replace(' attr="default"', '')
    expect(target === undefined ? '' : canonicalize(target, { prefixList })).toBe(result)
  })
})

describe('OpenSAML: requests that its signature profile takes and refuses', () => {
  const path = 'opensaml/opensaml-saml-impl/src/test/resources/org/opensaml/saml/'
  const stronger = (text: string) =>
    text
      .replace(
        /http:\/\/www\.w3\.org\/2000\/09\/xmldsig#rsa-sha1/g,
        'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      )
      .replace(
        /http:\/\/www\.w3\.org\/2000\/09\/xmldsig#sha1/g,
        'http://www.w3.org/2001/04/xmlenc#sha256',
      )
  const requests: readonly (readonly [string, SamlErrorCode])[] = [
    ['security/Signed-AuthnRequest-Valid.xml', 'signature.algorithm'],
    ['security/Signed-AuthnRequest-BadTransform.xml', 'signature.transform'],
    ['security/Signed-AuthnRequest-TooManyTransforms.xml', 'signature.transform'],
    ['security/Signed-AuthnRequest-MissingEnvelopedTransform.xml', 'signature.transform'],
    ['security/Signed-AuthnRequest-BadURIValue.xml', 'signature.reference'],
    ['security/Signed-AuthnRequest-NonLocalURI.xml', 'signature.reference'],
    ['security/Signed-AuthnRequest-DuplicateIDs.xml', 'signature.id'],
    ['security/Signed-AuthnRequest-MissingID.xml', 'signature.id'],
    ['security/Signed-AuthnRequest-TooManyReferences.xml', 'signature.structure'],
    ['common/binding/security/Signed-AuthnRequest.xml', 'signature.algorithm'],
    ['common/binding/security/Signed-AuthnRequest-InvalidSignature.xml', 'signature.algorithm'],
    ['saml2/binding/AuthnRequest-Signed.xml', 'signature.algorithm'],
  ]

  test.each(requests)('%s: %s', (file, code) => {
    const text = read(path + file).toString()
    const codes = (xml: string) => {
      try {
        return verifySignature(xml, honest.publicKey)
      } catch (error) {
        return error instanceof SamlError ? error.code : error
      }
    }
    // As it stands each is signed with SHA-1; by a better name its own fault comes to light.
    expect(['signature.algorithm', 'signature.id', 'signature.structure']).toContain(codes(text))
    expect(codes(stronger(text))).toBe(code)
  })

  test('a signature by SHA-1 holds where both its algorithms are allowed by name', () => {
    const text = read(`${path}common/binding/security/Signed-AuthnRequest.xml`).toString()
    const base64 = /<ds:X509Certificate>([^<]*)</.exec(text)?.[1] ?? ''
    const key = new X509Certificate(Buffer.from(base64, 'base64')).publicKey
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    const needed: WeakAlgorithm[] = ['rsa-sha1', 'sha1']
    if (bits < 2048) needed.push('rsa-1024')
    expect(verifySignature(text, key, { allow: needed })).toContain('AuthnRequest')
    for (const missing of needed) {
      const allow = needed.filter(each => each !== missing)
      expect(() => verifySignature(text, key, { allow })).toThrow(SamlError)
    }
    const changed = text.replace('IssueInstant="2', 'IssueInstant="1')
    expect(changed).not.toBe(text)
    expect(() => verifySignature(changed, key, { allow: needed })).toThrow(
      expect.objectContaining({ code: 'signature.digest' }),
    )
  })

  // The files of the profile's own tests carry digests of other texts: only their shape is judged.
  test.each([
    ['common/binding/security/Signed-AuthnRequest.xml', 'holds'],
    ['common/binding/security/Signed-AuthnRequest-InvalidSignature.xml', 'differs'],
    ['saml2/binding/AuthnRequest-Signed.xml', 'differs'],
    ['security/Signed-AuthnRequest-Valid.xml', 'differs'],
  ])('%s: the digest %s', (file, expected) => {
    const vector = readVector(read(path + file))
    const [reference] = vector === undefined ? [] : references(vector)
    if (vector === undefined || reference === undefined) return expect.unreachable(file)
    expect(digestVerdict(vector, reference)).toBe(expected)
  })

  test('no other file is there', () => {
    const files = readdirSync(new URL(path, folder), { recursive: true, encoding: 'utf8' })
    const saml1 = /^saml1\/core\/Signed(?:Request|Response|Assertion)\.xml$/
    expect(
      files
        .filter(name => name.endsWith('.xml') && !requests.some(([file]) => file === name))
        .sort(),
    ).toEqual(
      files
        .filter(
          name => saml1.test(name) || name === 'saml2/binding/Metadata-AuthnRequestsSigned.xml',
        )
        .sort(),
    )
    for (const name of files.filter(each => saml1.test(each))) {
      // SAML 1.1 names its IDs otherwise and puts the Signature elsewhere.
      expect(() => verifySignature(read(path + name), honest.publicKey)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^signature\.(?:id|position)$/) }),
      )
    }
  })
})
