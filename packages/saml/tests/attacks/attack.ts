import { sign as signWithKey } from 'node:crypto'
import {
  canonicalize,
  parseXml,
  type SamlErrorCode,
  type VerifyResponseOptions,
} from '@rolecall/saml'
import { honest, type Pieces, type Signed } from '../forge.ts'

/** An honest response about to be forged: the pieces of the element that is signed at `level`. */
export interface Target extends Pieces {
  readonly level: Signed
  /** The response without any signature. */
  readonly unsigned: string
  /** Signs a response as the identity provider does: for odd shapes that it sends. */
  sign(unsigned: string): string
}

/** A mutation of a valid response, by its name. */
export interface Attack {
  readonly name: string
  readonly forge: (target: Target) => string | Uint8Array
  /** The refusals that name the right check. */
  readonly codes: readonly SamlErrorCode[]
  /** Taking it is as good as refusing it, as long as every fact stays what it was. */
  readonly isHarmless?: boolean
  /** The same, where the assertion in the ciphertext has a signature of its own. */
  readonly isHarmlessOutside?: boolean
  /** The level at which the attack makes sense; default both. */
  readonly level?: Signed
  /** What the service provider is configured with in place of the usual. */
  readonly options?: Partial<VerifyResponseOptions>
}

type Change = (text: string) => string

/** The namespaces that attacks write. */
export const ns = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  more: 'http://www.w3.org/2001/04/xmldsig-more#',
  enc: 'http://www.w3.org/2001/04/xmlenc#',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  samlp: 'urn:oasis:names:tc:SAML:2.0:protocol',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
} as const

export const signatureEnd = '</ds:Signature>'

/** Replaces the first occurrence, taking the new text as it stands. */
export const put = (from: string | RegExp, to: string): Change => {
  return text => text.replace(from, () => to)
}

/** The whole message changed after it was signed. */
export function sent(name: string, codes: readonly SamlErrorCode[], change: Change): Attack {
  return { name, codes, forge: target => change(target.replace(target.original)) }
}

/** The signed element changed after it was signed. */
export function edited(name: string, codes: readonly SamlErrorCode[], change: Change): Attack {
  return { name, codes, forge: target => target.replace(change(target.original)) }
}

/** The Signature changed, its SignatureValue left as it was. */
export function inSignature(name: string, codes: readonly SamlErrorCode[], change: Change): Attack {
  return { name, codes, forge: target => withSignature(target, change(target.signature)) }
}

/** The whole message changed before the identity provider signed it. */
export function issued(name: string, codes: readonly SamlErrorCode[], change: Change): Attack {
  return { name, codes, forge: target => target.sign(change(target.unsigned)) }
}

/** SignedInfo changed and signed anew by the honest key: the value holds, the shape must refuse. */
export function inSignedInfo(
  name: string,
  codes: readonly SamlErrorCode[],
  change: Change,
  signOctets: (octets: string) => Buffer = signHonestly,
): Attack {
  const forge = (target: Target) =>
    withSignature(target, resigned(target.signature, change, signOctets))
  return { name, codes, forge }
}

/** The document with another signature on the same element. */
export function withSignature(target: Target, signature: string): string {
  return target.replace(target.insert(target.bare, signature))
}

/** A Signature with its SignedInfo changed and a SignatureValue over what came of it. */
export function resigned(
  signature: string,
  change: Change,
  signOctets: (octets: string) => Buffer = signHonestly,
): string {
  const info = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s
  const changed = signature.replace(info, change)
  const alone = info.exec(changed)?.[0].replace('<ds:SignedInfo', `$& xmlns:ds="${ns.ds}"`) ?? ''
  const value = signOctets(canonicalize(parseXml(alone).root)).toString('base64')
  return changed.replace(/(<ds:SignatureValue>)[^<]*/, (_, tag: string) => tag + value)
}

export function signHonestly(octets: string): Buffer {
  return signWithKey('sha256', Buffer.from(octets), {
    key: honest.privateKey,
    dsaEncoding: 'ieee-p1363',
  })
}

/** The evil element under the ID of the original. */
export function underSameId({ evil, bare }: Target): string {
  return evil.replace('ID="_evil"', () => / ID="\w+"/.exec(bare)?.[0].trim() ?? '')
}

/** The evil element carrying something inside its Signature-like place, right after the Issuer. */
export function evilWith(target: Target, text: string): string {
  return target.replace(target.insert(target.evil, text))
}
