import { createPublicKey } from 'node:crypto'
import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { canonicalize } from '../xml/canonicalize.ts'
import { isNcName } from '../xml/names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { parseXml, type XmlOptions } from '../xml/parse.ts'
import { attribute, elementsAmid, isNamed } from '../xml/read.ts'
import type { SigningKey } from './algorithms.ts'
import { readySigner } from './octets.ts'
import { runSigning, signatureSteps } from './sign-output.ts'
import { verifySignature } from './verify-signature.ts'

/** The key to sign with, and which element: that with the attribute `ID="id"`, else the root. */
export interface SignXmlOptions extends SigningKey {
  readonly id?: string
  readonly limits?: XmlOptions
}

/**
 * The text with an enveloped signature of the SAML profile (saml-core 5.4) over one element, put
 * right after its Issuer, or first where it has none. All other characters stay as they are, line
 * ends apart. The result is verified before it is answered (R16).
 * Throws `SamlError`: `xml.*`, `option.invalid`, `signature.id`.
 */
export function signXml(text: string, options: SignXmlOptions): string {
  const { id, limits = {}, ...signing } = options
  const { key } = readySigner(signing)
  const document = parseXml(text, limits)
  const target = id === undefined ? document.root : elementOf(document.root, id)
  const targetId = attribute(target, 'ID') ?? ''
  if (!isNcName(targetId)) {
    throw new SamlError('signature.id', {
      check: `ID of ${target.local}`,
      expected: 'an XML name',
      received: targetId,
    })
  }
  const elements = elementsAmid(target)
  const [first] = elements
  if (elements.some(each => isNamed(each, namespaces.ds, 'Signature'))) {
    throw new SamlError('option.invalid', {
      check: 'text',
      expected: `${target.local} without a signature`,
      received: 'a signed one',
    })
  }
  const { text: signature } = runSigning(
    signatureSteps(targetId, canonicalize(target), [], { ...signing, key }),
  )
  const follows =
    first !== undefined && isNamed(first, namespaces.saml, 'Issuer') ? first : undefined
  const signed = insert(document.text, target, follows?.end ?? target.contentStart, signature)
  verifySignature(signed, createPublicKey(key), { limits, id: targetId })
  return signed
}

function insert(text: string, target: XmlElement, at: number, signature: string): string {
  if (target.contentStart < target.end) return text.slice(0, at) + signature + text.slice(at)
  // `<empty/>` has no content to put anything into.
  const open = text.slice(0, target.end - 2)
  return `${open}>${signature}</${target.name}>${text.slice(target.end)}`
}

function elementOf(root: XmlElement, id: string): XmlElement {
  const found: XmlElement[] = []
  const open = [root]
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    if (attribute(element, 'ID') === id) found.push(element)
    for (const child of element.children) if (child.kind === 'element') open.push(child)
  }
  const [target] = found
  if (target !== undefined && found.length === 1) return target
  throw new SamlError('signature.id', {
    check: 'ID',
    expected: `one element with ID ${id}`,
    received: String(found.length),
  })
}
