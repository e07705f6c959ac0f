import type { Claims } from '../oidc/jwt.ts'
import { invalidIdentityToken } from './saml-facts.ts'
import type { WebIdentity } from './web-identity.ts'

const namespace = 'https://aws.amazon.com/'
const flatTag = `${namespace}tags/principal_tags/`
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const sourceIdentityPattern = /^[\w+=,.@-]{2,64}$/

/** What AWS reads from a verified web identity token, beside who it is of. */
export interface WebIdentityFacts {
  readonly tags: readonly (readonly [string, string])[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
}

/** Reads AWS's claims: tags nested or flat, and the source identity (IAM guide, "Passing session tags using AssumeRoleWithWebIdentity"). Throws `Fault`. */
export function readWebIdentityFacts(claims: Claims): WebIdentityFacts {
  const nested = claims[`${namespace}tags`]
  if (nested !== undefined && !isRecord(nested)) {
    throw invalidIdentityToken('The tags of the ID Token are not a JSON object')
  }
  const principalTags = nested?.principal_tags ?? {}
  if (!isRecord(principalTags)) {
    throw invalidIdentityToken('principal_tags of the ID Token is not a JSON object')
  }
  const flat = Object.entries(claims)
    .filter(([name]) => name.startsWith(flatTag))
    .map(([name, value]) => [name.slice(flatTag.length), value] as const)
  const tags = [...Object.entries(principalTags), ...flat].map(tagOf)
  if (tags.length > 50) throw invalidIdentityToken('The ID Token has more than 50 tags')
  const transitive: unknown =
    nested?.transitive_tag_keys ?? claims[`${namespace}tags/transitive_tag_keys`] ?? []
  const transitiveTagKeys: unknown[] = Array.isArray(transitive) ? transitive : [transitive]
  if (!transitiveTagKeys.every(key => typeof key === 'string')) {
    throw invalidIdentityToken('transitive_tag_keys of the ID Token is not a list of strings')
  }
  const keys = new Set(tags.map(([key]) => key.toLowerCase()))
  if (!transitiveTagKeys.every(key => keys.has(key.toLowerCase()))) {
    throw invalidIdentityToken('A transitive tag key of the ID Token is not among its tags')
  }
  return { tags, transitiveTagKeys, sourceIdentity: sourceIdentityOf(claims) }
}

/** The condition keys of a web identity, under the provider's name (IAM guide, "Available keys for AWS OIDC federation"). */
export function webIdentityKeys(
  identity: WebIdentity,
): Record<string, string | readonly string[] | undefined> {
  const { name, arn } = identity.provider
  const { aud, azp, amr } = identity.claims
  const methods: unknown[] = Array.isArray(amr) ? amr : [amr]
  return {
    [`${name}:aud`]: identity.audience,
    [`${name}:sub`]: identity.subject,
    [`${name}:azp`]: typeof azp === 'string' ? azp : undefined,
    [`${name}:oaud`]: azp !== undefined && typeof aud === 'string' ? aud : undefined,
    [`${name}:amr`]: methods.filter(method => typeof method === 'string'),
    'aws:FederatedProvider': arn,
  }
}

function tagOf([key, given]: readonly [string, unknown]): readonly [string, string] {
  const values: unknown[] = Array.isArray(given) ? given : [given]
  const [value] = values
  if (values.length !== 1 || typeof value !== 'string') {
    throw invalidIdentityToken(`The tag ${key.slice(0, 128)} of the ID Token must have one value`)
  }
  const fits = tagText.test(key) && tagText.test(value)
  if (!fits || key === '' || [...key].length > 128 || [...value].length > 256) {
    throw invalidIdentityToken(
      'A tag of the ID Token must have a key of 1 to 128 and a value of at most 256 of letters, digits, blanks and _.:/=+-@',
    )
  }
  return [key, value]
}

function sourceIdentityOf(claims: Claims): string | undefined {
  const value = claims[`${namespace}source_identity`]
  if (value === undefined) return undefined
  if (typeof value === 'string' && sourceIdentityPattern.test(value)) return value
  throw invalidIdentityToken('The source identity of the ID Token must match [\\w+=,.@-]{2,64}')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
