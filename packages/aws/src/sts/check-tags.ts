import { invalid } from './invalid.ts'

const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const maxTags = 50

/** Session tags and which of them pass on to chained sessions. */
export interface TagInput {
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly transitiveTagKeys?: readonly string[] | undefined
}

/**
 * Refuses session tags outside the bounds of STS (STS API Reference, Tag; IAM User Guide, "Passing session
 * tags"). Throws `AwsError` `invalid_argument`.
 */
export function checkTags(input: TagInput): void {
  const keys = new Set<string>()
  const tags = Object.entries(input.tags ?? {})
  if (tags.length > maxTags) throw invalid('tags', `at most ${maxTags}; received ${tags.length}`)
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128 || !tagCharacters.test(key)) {
      throw invalid('tags', 'keys of 1 to 128 letters, digits, blanks and _ . : / = + - @')
    }
    if (typeof value !== 'string' || value.length > 256 || !tagCharacters.test(value)) {
      throw invalid(`tags.${key}`, 'at most 256 letters, digits, blanks and _ . : / = + - @')
    }
    // STS compares keys without regard to case.
    if (keys.has(key.toLowerCase())) {
      throw invalid('tags', `keys that differ in more than case: ${key}`)
    }
    keys.add(key.toLowerCase())
  }
  checkTransitiveKeys(input.transitiveTagKeys ?? [], keys)
}

function checkTransitiveKeys(transitive: readonly string[], keys: ReadonlySet<string>): void {
  const name = 'transitiveTagKeys'
  if (!Array.isArray(transitive)) throw invalid(name, 'a list')
  if (transitive.length > maxTags) {
    throw invalid(name, `at most ${maxTags}; received ${transitive.length}`)
  }
  const seen = new Set<string>()
  for (const key of transitive) {
    const lower = key.toLowerCase()
    if (!keys.has(lower)) {
      throw invalid(name, `keys of the given tags; received ${JSON.stringify(key.slice(0, 128))}`)
    }
    if (seen.has(lower)) throw invalid(name, `each key once; received ${key} again`)
    seen.add(lower)
  }
}
