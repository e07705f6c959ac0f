import { generateKeyPairSync } from 'node:crypto'
import {
  issueResponse,
  parseXml,
  type ResponseSigning,
  signXml,
  type VerifyResponseOptions,
  verifyResponse,
  type XmlElement,
} from '@rolecall/saml'

/** What the tests of the verifier share: an honest identity provider, and scissors. */
export const now = new Date('2026-11-21T01:00:00Z')
export const idp = { entityId: 'https://idp.example.test/metadata' }
export const sp = {
  entityId: 'https://sp.example.test/metadata',
  acsUrl: 'https://sp.example.test/acs',
}
export const honest = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** The element that a signature covers. */
export type Signed = 'assertion' | 'response'

export type Level = Signed | 'both'

/** A response about alice that is good at `now`. */
export function issue(sign: Level, signing: Partial<ResponseSigning> = {}): string {
  return issueResponse(
    {
      idp,
      sp,
      subject: { nameId: 'alice@corp.test' },
      attributes: { mail: 'alice@corp.test', groups: ['staff', 'ops & dev'] },
      now,
      inResponseTo: '_req-1',
      responseId: '_response',
      assertionId: '_assertion',
      sessionIndex: '_session',
    },
    { key: honest.privateKey, ...signing, sign },
  )
}

/** Verifies as the service provider would. */
export function verify(xml: string | Uint8Array, options: Partial<VerifyResponseOptions> = {}) {
  return verifyResponse(Buffer.from(xml).toString('base64'), {
    idp: { ...idp, signingKeys: [honest.publicKey] },
    sp,
    now,
    inResponseTo: '_req-1',
    replay: { seen: () => false },
    ...options,
  })
}

/** The change of a text that replaces one thing; where there is nothing to replace it fails. */
export const swap = (from: string | RegExp, to: string) => (text: string) => {
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`nothing to change: ${from}`)
  return changed
}

/** An honestly signed response whose text was changed before it was signed. */
export function issueChanged(level: Signed, change: (xml: string) => string): string {
  const { bare, replace } = cut(issue(level), level)
  return sign(change(replace(bare)), level)
}

/** Signs a response at one level, as the honest identity provider would. */
export function sign(unsigned: string, level: Signed): string {
  const id = level === 'assertion' ? { id: '_assertion' } : {}
  return signXml(unsigned, { key: honest.privateKey, ...id })
}

/** A signed element in the text of a response, cut into the pieces that forgeries are made of. */
export interface Pieces {
  /** The signed element with its signature. */
  readonly original: string
  /** The same without its signature. */
  readonly bare: string
  readonly signature: string
  readonly digestValue: string
  /** The bare element about the attacker's person, under an ID of its own. */
  readonly evil: string
  /** The document with something else where the signed element was. */
  replace(text: string): string
  /** An element with something put right after its Issuer. */
  insert(element: string, text: string): string
  /** An element with something put before its end. */
  append(element: string, text: string): string
}

/** Cuts the element that is signed at that level. */
export function cut(xml: string, level: Signed): Pieces {
  const { root, text } = parseXml(xml)
  const target = level === 'response' ? root : named(root, 'Assertion')
  const sign = named(target, 'Signature')
  const slice = ({ start, end }: XmlElement) => text.slice(start, end)
  const signature = slice(sign)
  const bare = text.slice(target.start, sign.start) + text.slice(sign.end, target.end)
  const issuerEnd = '</saml:Issuer>'
  return {
    original: slice(target),
    bare,
    signature,
    digestValue: /<ds:DigestValue>([^<]*)</.exec(signature)?.[1] ?? '',
    evil: bare
      .replaceAll('alice@corp.test', 'admin@corp.test')
      .replace(`ID="_${level}"`, 'ID="_evil"'),
    replace: other => text.slice(0, target.start) + other + text.slice(target.end),
    insert: (element, other) => element.replace(issuerEnd, () => issuerEnd + other),
    append: (element, other) => {
      const end = element.lastIndexOf('</')
      return element.slice(0, end) + other + element.slice(end)
    },
  }
}

function named(parent: XmlElement, local: string): XmlElement {
  for (const child of parent.children) {
    if (child.kind === 'element' && child.local === local) return child
  }
  throw new Error(`no ${local}`)
}
