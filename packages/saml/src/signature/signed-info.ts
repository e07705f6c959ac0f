import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { decodeLooseBase64 } from '../protocol/base64.ts'
import { isNcName } from '../xml/names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, elementsOf, isNamed, textOf } from '../xml/read.ts'
import { digestMethods, type Hash, methodOf, type SignatureMethod } from './algorithms.ts'

/**
 * Exclusive canonicalization with its parameters. `#WithComments` is taken and means the same: a
 * reference `#id` leaves comments out before any transform (xmldsig-core 4.4.3.2 and 4.4.3.3), and
 * in a SignedInfo none is taken.
 */
export interface Canonicalization {
  readonly prefixList: readonly string[]
}

/** What a SignedInfo says, in the only form that is accepted (R4, R6, R7). */
export interface SignedInfo {
  readonly method: SignatureMethod
  readonly uri: string
  readonly canonicalization: Canonicalization
  readonly hash: Hash
  readonly digest: Buffer
}

/** The parts of a Signature. */
export interface SignatureParts {
  readonly signedInfo: XmlElement
  /** How SignedInfo is canonicalized. */
  readonly canonicalization: Canonicalization
  readonly value: Buffer
}

const exclusive = namespaces.ec
const withComments = `${exclusive}WithComments`
const enveloped = `${namespaces.ds}enveloped-signature`
const maxPrefixes = 16

const hashesByUri: ReadonlyMap<string, Hash> = new Map([
  [digestMethods.sha256, 'sha256'],
  [digestMethods.sha384, 'sha384'],
  [digestMethods.sha512, 'sha512'],
])

/** Takes a Signature apart (R4): SignedInfo, SignatureValue, KeyInfo or none; KeyInfo is not read. */
export function readSignature(signature: XmlElement): SignatureParts {
  refuseHidden(signature)
  const [signedInfo, value, keyInfo, ...others] = elementsOf(signature)
  const isComplete =
    signedInfo !== undefined &&
    value !== undefined &&
    isNamed(signedInfo, namespaces.ds, 'SignedInfo') &&
    isNamed(value, namespaces.ds, 'SignatureValue') &&
    (keyInfo === undefined || isNamed(keyInfo, namespaces.ds, 'KeyInfo')) &&
    others.length === 0
  if (!isComplete) malformed(signature, 'SignedInfo, SignatureValue and at most one KeyInfo')
  allowAttributes(signature, ['Id'])
  const [method] = elementsOf(signedInfo)
  if (method === undefined) malformed(signedInfo, 'CanonicalizationMethod')
  return {
    signedInfo,
    canonicalization: readCanonicalization(method),
    value: readBase64(value, ['Id']),
  }
}

/** Reads a SignedInfo (R4): one method each and one Reference. */
export function readSignedInfo(signedInfo: XmlElement): SignedInfo {
  const [canonicalization, method, reference] = partsOf(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ])
  allowAttributes(signedInfo, ['Id'])
  readCanonicalization(canonicalization)
  const [transforms, digestMethod, digestValue] = partsOf(reference, [
    'Transforms',
    'DigestMethod',
    'DigestValue',
  ])
  allowAttributes(reference, ['Id', 'URI'])
  return {
    method: methodOf(algorithmOf(method)) ?? unsupported(method),
    uri: attribute(reference, 'URI') ?? '',
    canonicalization: readTransforms(transforms),
    hash: hashesByUri.get(algorithmOf(digestMethod)) ?? unsupported(digestMethod),
    digest: readBase64(digestValue, []),
  }
}

/** R6: the enveloped signature, then exclusive canonicalization, and nothing else. */
function readTransforms(transforms: XmlElement): Canonicalization {
  const list = elementsOf(transforms)
  const [first, second] = list
  const isExact =
    list.length === 2 &&
    list.every(each => isNamed(each, namespaces.ds, 'Transform')) &&
    first !== undefined &&
    second !== undefined &&
    attribute(first, 'Algorithm') === enveloped &&
    [exclusive, withComments].includes(attribute(second, 'Algorithm') ?? '')
  if (!isExact) {
    throw new SamlError('signature.transform', {
      check: 'Transforms',
      expected: 'enveloped-signature, then exclusive canonicalization',
      received: list
        .slice(0, 3)
        .map(each => attribute(each, 'Algorithm') ?? each.local)
        .join(', '),
    })
  }
  allowAttributes(transforms, [])
  algorithmOf(first)
  return readCanonicalization(second)
}

function readCanonicalization(method: XmlElement): Canonicalization {
  const algorithm = attribute(method, 'Algorithm')
  if (algorithm !== exclusive && algorithm !== withComments) unsupported(method)
  allowAttributes(method, ['Algorithm'])
  const [inclusive, ...others] = elementsOf(method)
  if (inclusive === undefined) return { prefixList: [] }
  if (others.length > 0 || !isNamed(inclusive, exclusive, 'InclusiveNamespaces')) {
    malformed(method, 'InclusiveNamespaces at most')
  }
  allowAttributes(inclusive, ['PrefixList'])
  const list = attribute(inclusive, 'PrefixList') ?? ''
  const prefixList = list.split(/[\t\n\r ]+/).filter(prefix => prefix !== '')
  const isSound =
    elementsOf(inclusive).length === 0 &&
    prefixList.length <= maxPrefixes &&
    prefixList.every(prefix => prefix === '#default' || isNcName(prefix))
  if (!isSound) malformed(inclusive, `at most ${maxPrefixes} prefixes`)
  return { prefixList }
}

/** The children, which must be exactly these in this order. */
function partsOf<const Names extends readonly string[]>(
  element: XmlElement,
  names: Names,
): { [Index in keyof Names]: XmlElement } {
  const parts = elementsOf(element)
  const isExact =
    parts.length === names.length &&
    parts.every((part, index) => isNamed(part, namespaces.ds, names[index] ?? ''))
  if (!isExact) malformed(element, names.join(', '))
  return parts as unknown as { [Index in keyof Names]: XmlElement }
}

/** The algorithm of a method without parameters. */
function algorithmOf(method: XmlElement): string {
  allowAttributes(method, ['Algorithm'])
  if (elementsOf(method).length > 0) malformed(method, 'no parameters')
  return attribute(method, 'Algorithm') ?? ''
}

function readBase64(leaf: XmlElement, attributes: readonly string[]): Buffer {
  allowAttributes(leaf, attributes)
  if (leaf.children.length !== 1) malformed(leaf, 'one run of text')
  return decodeLooseBase64(textOf(leaf), leaf.local)
}

function allowAttributes(element: XmlElement, allowed: readonly string[]): void {
  const isAllowed = element.attributes.every(
    ({ namespace, local }) => namespace === '' && allowed.includes(local),
  )
  if (!isAllowed) malformed(element, `attributes ${allowed.join(', ') || 'none'}`)
}

/** Refuses comments and instructions anywhere in a Signature: readers differ on the text around them. */
function refuseHidden(signature: XmlElement): void {
  const open = [signature]
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    for (const child of element.children) {
      if (child.kind === 'element') open.push(child)
      else if (child.kind !== 'text') malformed(element, 'no comment or instruction')
    }
  }
}

function unsupported(method: XmlElement): never {
  throw new SamlError('signature.algorithm', {
    check: method.local,
    expected: 'an allowed algorithm',
    received: attribute(method, 'Algorithm') ?? 'none',
  })
}

function malformed(element: XmlElement, expected: string): never {
  throw new SamlError('signature.structure', { check: `content of ${element.local}`, expected })
}
