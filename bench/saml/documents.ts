import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  type AssertionOptions,
  issueResponse,
  type VerifyResponseOptions,
  verifyResponse,
} from '@rolecall/saml'
import { selfSignedCertificate } from '@rolecall/simulator'
import { mustRefuse } from '../check.ts'

export const idp = { entityId: 'https://idp.example/saml', ssoUrl: 'https://idp.example/saml/sso' }
export const sp = {
  entityId: 'https://gateway.example/saml',
  acsUrl: 'https://gateway.example/signin/saml/corp/acs',
}
export const nameId = 'alice@example.com'
export const requestId = '_0123456789abcdef0123456789abcdef'
export const roleAttribute = 'https://aws.amazon.com/SAML/Attributes/Role'

/** When everything is issued, and the clock of our side. */
export const now = new Date()
const lifetimeSeconds = 3600

/** The key of the identity provider: RSA of 2048 bits. */
export const key: KeyObject = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
/** PEM. */
export const certificate = selfSignedCertificate(key, {
  commonName: 'idp.example',
  notBefore: now,
  notAfter: new Date(now.getTime() + 24 * 3600 * 1000),
})

/** What a response says, and how long it is. */
export interface Size {
  readonly bytes: number
  readonly roles: number
}

export interface NamedSize extends Size {
  readonly name: 'small' | 'large'
  readonly what: string
}

export const small: NamedSize = {
  name: 'small',
  what: '8 KB, 20 roles',
  bytes: 8 * 1024,
  roles: 20,
}
export const large: NamedSize = {
  name: 'large',
  what: '60 KB, 300 roles',
  bytes: 60 * 1024,
  roles: 300,
}

/** Name and roles as one text, to compare what two sides read. */
export function facts(name: string | undefined, roles: readonly string[]): string {
  return [name, ...roles].join('\n')
}

/** What to issue. */
export type Assertion = AssertionOptions & {
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
}

/** What to issue so that the response, signed, is of that size: groups fill it up. */
export function assertionOf({ bytes, roles }: Size): Assertion {
  const optionsWith = (groups: number) => ({
    idp,
    sp,
    subject: { nameId },
    attributes: {
      [roleAttribute]: Array.from({ length: roles }, (_, n) => roleOf(n)),
      'https://aws.amazon.com/SAML/Attributes/RoleSessionName': nameId,
      groups: Array.from({ length: groups }, (_, n) => `department-${String(n).padStart(5, '0')}`),
    },
    now,
    inResponseTo: requestId,
    lifetimeSeconds,
  })
  const lengthWith = (groups: number) => issue(optionsWith(groups)).length
  const [base, step] = [lengthWith(1), lengthWith(2) - lengthWith(1)]
  return optionsWith(1 + Math.max(0, Math.ceil((bytes - base) / step)))
}

function roleOf(n: number): string {
  const account = String(111122223333 + n)
  return `arn:aws:iam::${account}:role/Team-${String(n).padStart(3, '0')},arn:aws:iam::${account}:saml-provider/Corp`
}

/** A response of that size with a signed assertion, as XML. */
export function issue(options: AssertionOptions): string {
  return issueResponse(options, { key, sign: 'assertion' })
}

/** A role changed after the signature was made. */
export function tamper(xml: string): string {
  const tampered = xml.replace('role/Team-000', 'role/Admin-00')
  if (tampered === xml) throw new Error('there is no role to tamper with')
  return tampered
}

/** How this library verifies a response: the whole job, base64 to facts. */
export function verify(encoded: string) {
  return verifyResponse(encoded, { ...expectations, replay: { seen: () => false } })
}

/** What is expected of a response, but for the memory of those that were seen. */
export const expectations: Omit<VerifyResponseOptions, 'replay'> = {
  idp: { entityId: idp.entityId, signingKeys: [certificate] },
  sp,
  now,
  inResponseTo: requestId,
}

/** Name and roles of a response in base64, as this library reads them; a tampered one it must refuse. */
export async function verifiedFacts(encoded: string): Promise<string> {
  const { nameId, attributes } = await verify(encoded)
  const tampered = encode(tamper(Buffer.from(encoded, 'base64').toString()))
  await mustRefuse('a tampered response (ours)', () => verify(tampered))
  return facts(nameId.value, attributes.get(roleAttribute) ?? [])
}

/** As the POST binding carries it. */
export function encode(xml: string): string {
  return Buffer.from(xml).toString('base64')
}
