import { createPublicKey, hash, sign, verify } from 'node:crypto'
import { canonicalize, parseXml, verifySignature, type XmlElement } from '@rolecall/saml'
import { certificate, key, tamper } from './documents.ts'

/** What cannot be done without: the signed octets and the signature over them, ready to be used. */
interface Octets {
  readonly assertion: Buffer
  readonly signedInfo: Buffer
  readonly signature: Buffer
}

const publicKey = createPublicKey(certificate)

/** The bare work of verifying a response: one RSA operation and two hashes, all input at hand. */
export function bareVerification(xml: string): () => boolean {
  const { assertion, signedInfo, signature } = octetsOf(xml)
  const digests = [assertion, signedInfo].map(octets => hash('sha256', octets, 'hex'))
  const holds = (octets: Buffer) =>
    hash('sha256', octets, 'hex') === digests[0] &&
    hash('sha256', signedInfo, 'hex') === digests[1] &&
    verify('sha256', signedInfo, publicKey, signature)
  const tampered = Buffer.from(tamper(assertion.toString()))
  if (!holds(assertion) || holds(tampered)) throw new Error('the bare work does not hold')
  return () => holds(assertion)
}

/** The bare work of issuing a response: one RSA operation. */
export function bareSignature(xml: string): () => Buffer {
  const { signedInfo, signature } = octetsOf(xml)
  const make = () => sign('sha256', signedInfo, key)
  if (!make().equals(signature)) throw new Error('the bare signature is not that of the response')
  return make
}

/** The same on the thread pool. */
export function pooledSignature(xml: string): () => Promise<Buffer> {
  const { signedInfo } = octetsOf(xml)
  return () =>
    new Promise((resolve, reject) => {
      sign('sha256', signedInfo, key, (error, made) => (error ? reject(error) : resolve(made)))
    })
}

function octetsOf(xml: string): Octets {
  const { root } = parseXml(xml)
  const signedInfo = elementOf(root, 'SignedInfo')
  const value = elementOf(root, 'SignatureValue')
  return {
    assertion: Buffer.from(verifySignature(xml, certificate)),
    signedInfo: Buffer.from(canonicalize(signedInfo)),
    signature: Buffer.from(canonicalize(value).replace(/<[^>]*>/g, ''), 'base64'),
  }
}

function elementOf(root: XmlElement, local: string): XmlElement {
  const search = (element: XmlElement): XmlElement | undefined => {
    if (element.local === local) return element
    for (const child of element.children) {
      const found = child.kind === 'element' ? search(child) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  const found = search(root)
  if (found === undefined) throw new Error(`no ${local}`)
  return found
}
