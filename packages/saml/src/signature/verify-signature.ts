import { timingSafeEqual } from 'node:crypto'
import { SamlError } from '../errors.ts'
import { allowOption, objectOption } from '../protocol/check-option.ts'
import { canonicalForm } from '../xml/canonicalize.ts'
import { resolveLimits, type XmlLimits } from '../xml/limits.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { parseXml, type XmlOptions } from '../xml/parse.ts'
import { attribute } from '../xml/read.ts'
import { type Allowed, digest, type KeyInput, type WeakAlgorithm } from './algorithms.ts'
import { treeOf } from './believed.ts'
import { verifyWithKeys } from './keys.ts'
import { readSignature, readSignedInfo, type SignedInfo } from './signed-info.ts'
import { type Survey, survey, targetOf } from './survey.ts'

declare const verified: unique symbol

/** An element of a tree parsed from signed octets: the only kind of element that is believed. */
export type VerifiedElement = XmlElement & { readonly [verified]: true }

/** The element that a signature covers: its canonical XML as digested, and the tree read from that. */
export interface Verified {
  readonly xml: string
  readonly root: VerifiedElement
}

/** Limits of the document, and which signature is meant when several elements are signed. */
export interface VerifySignatureOptions {
  readonly limits?: XmlOptions
  /** ID of the signed element. Default: the root when it is signed, else the only signed element. */
  readonly id?: string
  /** Weak algorithms that count all the same. */
  readonly allow?: readonly WeakAlgorithm[]
}

/** Whose signatures count, made in which ways. */
export interface Trust {
  readonly keys: readonly KeyInput[]
  readonly allowed: Allowed
}

// Canonical form repeats namespace declarations and escapes text: longer, but not without bound.
const maxGrowth = 4

/**
 * Verifies an enveloped XML signature of the SAML profile (saml-core 5.4, R4 to R10) with pinned
 * keys and answers the canonical XML of the one element that it covers. Read facts from that text
 * alone: whatever else the document holds is not signed. KeyInfo is ignored.
 * Throws `SamlError` with an `xml.*`, `signature.*` or `base64.invalid` code.
 */
export function verifySignature(
  text: string | Uint8Array,
  keys: KeyInput | readonly KeyInput[],
  options: VerifySignatureOptions = {},
): string {
  const { limits = {}, id, allow } = objectOption('options', options)
  const trust = { keys: isList(keys) ? keys : [keys], allowed: allowOption(allow) }
  const document = parseXml(text, limits)
  const found = survey(document)
  const signature = chosen(document.root, found, id)
  return verifyEnveloped(signature, found, trust, resolveLimits(limits)).xml
}

/** Verifies one Signature of a surveyed document (R9): what it covers, or an exception. */
export function verifyEnveloped(
  signature: XmlElement,
  document: Survey,
  { keys, allowed }: Trust,
  limits: XmlLimits,
): Verified {
  const { target, id } = targetOf(signature, document)
  const { signedInfo, canonicalization, value } = readSignature(signature)
  // Anybody can send a SignedInfo: one that is not small and plain costs nothing more than this.
  checkReference(readSignedInfo(signedInfo, allowed), id)
  const maxLength = limits.bytes * maxGrowth
  const { prefixList } = canonicalization
  const canonicalInfo = canonicalForm(signedInfo, { prefixList, maxLength })
  // From here on SignedInfo is what its signed octets say, not what stood in the document.
  const info = readSignedInfo(treeOf(canonicalInfo, signedInfo, undefined, limits), allowed)
  checkReference(info, id)
  verifyWithKeys(canonicalInfo.text, value, info.method, keys, allowed)
  const form = canonicalForm(target, { ...info.canonicalization, omit: signature, maxLength })
  const xml = form.text
  const computed = digest(info.hash, xml)
  // R10: nothing but `true` lets a digest pass, as with a signature value.
  const isSame =
    computed.length === info.digest.length && timingSafeEqual(computed, info.digest) === true
  if (!isSame) {
    throw new SamlError('signature.digest', {
      check: `digest of ${target.local}`,
      expected: info.digest.toString('base64'),
      received: computed.toString('base64'),
    })
  }
  return { xml, root: treeOf(form, target, signature, limits) as VerifiedElement }
}

/** The one Reference must name the element in which the signature stands (R5). */
function checkReference({ uri }: SignedInfo, id: string): void {
  if (uri === `#${id}`) return
  throw new SamlError('signature.reference', {
    check: 'Reference URI',
    expected: `#${id}`,
    received: uri,
  })
}

function chosen(root: XmlElement, { signatures }: Survey, id: string | undefined): XmlElement {
  const ofRoot = signatures.filter(each => each.parent === root)
  const candidates =
    id !== undefined
      ? signatures.filter(({ parent }) => parent !== undefined && attribute(parent, 'ID') === id)
      : ofRoot.length > 0
        ? ofRoot
        : signatures
  const [signature, ...others] = candidates
  if (signature === undefined) {
    throw new SamlError('signature.missing', { check: 'ds:Signature', expected: 'one' })
  }
  if (others.length > 0) {
    throw new SamlError('signature.structure', {
      check: 'ds:Signature',
      expected: 'one',
      received: String(candidates.length),
    })
  }
  return signature
}

function isList(keys: KeyInput | readonly KeyInput[]): keys is readonly KeyInput[] {
  return Array.isArray(keys)
}
