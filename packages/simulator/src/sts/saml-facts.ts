import type { VerifiedResponse } from '@rolecall/saml'
import { Fault } from '../query/fault.ts'

/** What AWS reads from a verified assertion. */
export interface SamlFacts {
  readonly issuer: string
  readonly subject: string
  /** `persistent`, `transient`, or the whole format URI of other name formats. */
  readonly subjectType: string
  /** The pairs of the Role attribute, each in the order it came. */
  readonly roles: readonly (readonly [string, string])[]
  readonly sessionName: string
  readonly sessionDuration: number | undefined
  readonly sessionNotOnOrAfter: Date | undefined
  readonly sourceIdentity: string | undefined
  readonly tags: readonly (readonly [string, string])[]
  readonly transitiveTagKeys: readonly string[]
}

const prefix = 'https://aws.amazon.com/SAML/Attributes/'
const tagPrefix = `${prefix}PrincipalTag:`
const namePattern = /^[\w+=,.@-]{2,64}$/

/** 400 InvalidIdentityToken. */
export const invalidIdentityToken = (message: string): Fault =>
  new Fault(400, 'InvalidIdentityToken', message)

/** Reads AWS's attributes (IAM guide, "Configure SAML assertions for the authentication response"). Throws `Fault`. */
export function readSamlFacts(response: VerifiedResponse): SamlFacts {
  const { attributes, nameId } = response
  const single = (name: string): string | undefined => {
    const values = attributes.get(prefix + name)
    if (values === undefined || values.length === 0) return undefined
    if (values.length > 1)
      throw invalidIdentityToken(`${name} in AuthnResponse must have one value`)
    return values[0]
  }
  const sessionName = single('RoleSessionName')
  if (sessionName === undefined || sessionName === '') {
    throw invalidIdentityToken('RoleSessionName is required in AuthnResponse')
  }
  if (!namePattern.test(sessionName)) {
    throw invalidIdentityToken(
      'RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}',
    )
  }
  const sourceIdentity = single('SourceIdentity')
  if (
    sourceIdentity !== undefined &&
    (!namePattern.test(sourceIdentity) || sourceIdentity.startsWith('aws:'))
  ) {
    throw invalidIdentityToken(
      'SourceIdentity in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with aws:',
    )
  }
  return {
    issuer: response.issuer,
    subject: nameId.value,
    subjectType: nameId.format.replace(/^urn:oasis:names:tc:SAML:2\.0:nameid-format:/, ''),
    roles: (attributes.get(`${prefix}Role`) ?? []).map(rolePair),
    sessionName,
    sessionDuration: duration(single('SessionDuration')),
    sessionNotOnOrAfter: response.sessionNotOnOrAfter,
    sourceIdentity,
    tags: principalTags(attributes),
    transitiveTagKeys: attributes.get(`${prefix}TransitiveTagKeys`) ?? [],
  }
}

function rolePair(value: string): readonly [string, string] {
  const [first = '', second = '', ...rest] = value.split(',')
  return rest.length > 0 ? ['', ''] : [first, second]
}

function duration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (seconds >= 900 && seconds <= 43_200) return seconds
  throw invalidIdentityToken('SessionDuration in AuthnResponse must be between 900 and 43200')
}

function principalTags(attributes: ReadonlyMap<string, readonly string[]>): [string, string][] {
  const tags: [string, string][] = []
  for (const [name, values] of attributes) {
    if (!name.startsWith(tagPrefix)) continue
    const key = name.slice(tagPrefix.length)
    const [value] = values
    const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
    if (value === undefined || values.length !== 1) {
      throw invalidIdentityToken(`PrincipalTag:${key} in AuthnResponse must have one value`)
    }
    if (key === '' || [...key].length > 128 || [...value].length > 256) {
      throw invalidIdentityToken(
        'PrincipalTag in AuthnResponse must have a key of 1 to 128 and a value of at most 256 characters',
      )
    }
    if (!allowed.test(key) || !allowed.test(value)) {
      throw invalidIdentityToken(
        'PrincipalTag in AuthnResponse has characters that tags cannot have',
      )
    }
    tags.push([key, value])
  }
  if (tags.length > 50) throw invalidIdentityToken('AuthnResponse has more than 50 PrincipalTags')
  return tags
}
