/** Reads XML signatures of any kind, as far as the library's own parts go: for public vectors. */
import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { canonicalize, parseXml, type XmlElement } from '@rolecall/saml'
import { methodOf, noneAllowed } from '../src/signature/algorithms.ts'
import { verifyWithKeys } from '../src/signature/keys.ts'

const ds = 'http://www.w3.org/2000/09/xmldsig#'
const inclusive = [
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  'http://www.w3.org/2006/12/xml-c14n11',
] as const
const ds11 = 'http://www.w3.org/2009/xmldsig11#'

/** A Signature found in a document. */
export interface Vector {
  readonly root: XmlElement
  readonly elements: readonly XmlElement[]
  readonly signature: XmlElement
}

export const attributeOf = ({ attributes }: XmlElement, name: string) =>
  attributes.find(({ name: each }) => each === name)?.value

const elementsOf = ({ children }: XmlElement) => children.filter(each => each.kind === 'element')
export const childOf = (element: XmlElement | undefined, local: string) =>
  element === undefined ? undefined : elementsOf(element).find(each => each.local === local)
export const textOf = (element: XmlElement | undefined) =>
  (element?.children ?? []).map(each => (each.kind === 'text' ? each.value : '')).join('')
const bytesOf = (element: XmlElement | undefined) => Buffer.from(textOf(element), 'base64')
export const algorithmOf = (element: XmlElement | undefined) =>
  element === undefined ? '' : (attributeOf(element, 'Algorithm') ?? '')

export function readVector(text: Uint8Array): Vector | undefined {
  const { root } = parseXml(text, { instructions: 'keep' })
  const elements = allOf(root)
  const signature = elements.find(
    ({ local, namespace }) => local === 'Signature' && namespace === ds,
  )
  return signature === undefined ? undefined : { root, elements, signature }
}

export function allOf(root: XmlElement): XmlElement[] {
  const found = [root]
  for (const element of found) found.push(...elementsOf(element))
  return found
}

/** Canonical XML by an identifier; inclusive form as exclusive form with every prefix in its list. */
export function canonicalBy(
  uri: string,
  element: XmlElement,
  {
    prefixes = '',
    omit,
    isBare = false,
  }: { prefixes?: string; omit?: XmlElement; isBare?: boolean } = {},
): string | undefined {
  const withComments = uri.endsWith('WithComments') && !isBare
  const name = uri.replace(/#?WithComments$/, '').replace(/#$/, '')
  const isInclusive = inclusive.some(each => each === name)
  if (!isInclusive && name !== 'http://www.w3.org/2001/10/xml-exc-c14n') return undefined
  return canonicalize(element, {
    withComments,
    inclusive: isInclusive,
    prefixList: prefixes.split(/\s+/).filter(each => each !== ''),
    ...(omit === undefined ? {} : { omit }),
  })
}

/** The public key that a message carries. */
export function keyIn({ signature }: Vector): KeyObject | undefined {
  const info = childOf(signature, 'KeyInfo')
  if (info === undefined) return undefined
  const parts = allOf(info)
  const named = (local: string) => parts.find(each => each.local === local)
  const rsa = named('RSAKeyValue')
  const ec = named('ECKeyValue')
  const der = named('DEREncodedKeyValue')
  const certificate = named('X509Certificate')
  try {
    if (rsa !== undefined) {
      const [n = '', e = ''] = ['Modulus', 'Exponent'].map(local =>
        bytesOf(childOf(rsa, local)).toString('base64url'),
      )
      return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' })
    }
    if (ec !== undefined) {
      const point = bytesOf(childOf(ec, 'PublicKey')).subarray(1)
      const half = point.length / 2
      return ecKey(
        attributeOf(named('NamedCurve') ?? ec, 'URI'),
        point.subarray(0, half),
        point.subarray(half),
      )
    }
    if (named('ECDSAKeyValue') !== undefined) {
      // RFC 4050: the coordinates in decimals.
      const [x, y] = ['X', 'Y'].map(local =>
        BigInt(attributeOf(named(local) ?? info, 'Value') ?? 0).toString(16),
      )
      const [first, second] = [x, y].map(each =>
        Buffer.from((each ?? '').padStart(132, '0'), 'hex'),
      )
      return ecKey(attributeOf(named('NamedCurve') ?? info, 'URN'), first, second)
    }
    if (der?.namespace === ds11)
      return createPublicKey({ key: bytesOf(der), format: 'der', type: 'spki' })
    if (certificate !== undefined) return new X509Certificate(bytesOf(certificate)).publicKey
  } catch {
    return undefined
  }
  return undefined
}

const curves: ReadonlyMap<string, readonly [name: string, bytes: number]> = new Map([
  ['urn:oid:1.2.840.10045.3.1.7', ['P-256', 32]],
  ['urn:oid:1.3.132.0.34', ['P-384', 48]],
  ['urn:oid:1.3.132.0.35', ['P-521', 66]],
])

function ecKey(oid = '', ...coordinates: readonly (Buffer | undefined)[]): KeyObject | undefined {
  const curve = curves.get(oid)
  if (curve === undefined) return undefined
  const [crv, bytes] = curve
  const [x = '', y = ''] = coordinates.map(each => each?.subarray(-bytes).toString('base64url'))
  return createPublicKey({ key: { kty: 'EC', crv, x, y }, format: 'jwk' })
}

/** What can be said about the SignatureValue with the key in the message. */
export function valueVerdict(vector: Vector): string {
  const { signature } = vector
  const info = childOf(signature, 'SignedInfo')
  const method = methodOf(algorithmOf(childOf(info, 'SignatureMethod')), noneAllowed)
  if (info === undefined) return 'out of scope: no SignedInfo'
  if (method === undefined)
    return `out of scope: ${algorithmOf(childOf(info, 'SignatureMethod')).replace(/.*[/#]/, '')}`
  const canonicalization = childOf(info, 'CanonicalizationMethod')
  const octets = canonicalBy(algorithmOf(canonicalization), info, {
    prefixes: prefixListOf(canonicalization),
  })
  if (octets === undefined) return 'out of scope: canonicalization'
  const key = keyIn(vector)
  if (key === undefined) return 'out of scope: no public key in the message'
  try {
    verifyWithKeys(
      octets,
      bytesOf(childOf(signature, 'SignatureValue')),
      method,
      [key],
      noneAllowed,
    )
    return 'holds'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'error'
  }
}

function prefixListOf(method: XmlElement | undefined): string {
  const list = childOf(method, 'InclusiveNamespaces')
  return list === undefined ? '' : (attributeOf(list, 'PrefixList') ?? '')
}

/** What a Reference within the document covers as canonical XML, or why that cannot be said. */
export function referenceOctets(
  { root, elements, signature }: Vector,
  reference: XmlElement,
): { readonly octets: string } | string {
  const uri = attributeOf(reference, 'URI')
  const id = /^#xpointer\(id\('([^']+)'\)\)$/.exec(uri ?? '') ?? /^#([^(]+)$/.exec(uri ?? '')
  const isWanted = (each: XmlElement) =>
    id !== null && ['Id', 'ID', 'id'].some(name => attributeOf(each, name) === id[1])
  const target = uri === '' || uri === '#xpointer(/)' ? root : elements.find(isWanted)
  if (target === undefined) return 'another document'
  let canonicalization: XmlElement | undefined
  let omit: XmlElement | undefined
  for (const transform of elementsOf(childOf(reference, 'Transforms') ?? signature)) {
    if (transform.local !== 'Transform') continue
    if (algorithmOf(transform) === `${ds}enveloped-signature`) omit = signature
    else if (canonicalization === undefined) canonicalization = transform
    else return 'several transforms'
  }
  const how = canonicalization === undefined ? inclusive[0] : algorithmOf(canonicalization)
  const octets = canonicalBy(how, target, {
    prefixes: prefixListOf(canonicalization),
    isBare: uri?.startsWith('#xpointer') !== true,
    ...(omit === undefined ? {} : { omit }),
  })
  return octets === undefined ? `transform ${how.replace(/.*\//, '')}` : { octets }
}

/** What can be said about the digest of one Reference within the document. */
export function digestVerdict(vector: Vector, reference: XmlElement): string {
  const covered = referenceOctets(vector, reference)
  if (typeof covered === 'string') return `out of scope: ${covered}`
  const hash = algorithmOf(childOf(reference, 'DigestMethod')).replace(/.*[#/]/, '')
  if (!['sha1', 'sha224', 'sha256', 'sha384', 'sha512'].includes(hash)) {
    return `out of scope: digest ${hash}`
  }
  const digest = createHash(hash).update(covered.octets).digest()
  return digest.equals(bytesOf(childOf(reference, 'DigestValue'))) ? 'holds' : 'differs'
}
