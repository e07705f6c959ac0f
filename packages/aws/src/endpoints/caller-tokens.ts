import { createHash, timingSafeEqual } from 'node:crypto'
import { AwsError } from '../errors.ts'

const shortest = 32
const longest = 4096

/**
 * Finds the name whose token this is. The time that it takes tells neither which token it was nor how
 * much of one was right. Throws {@link AwsError} `invalid_argument` for a token that is too short, that a
 * header cannot carry, or that two names share.
 */
export function callerTokens(
  tokens: ReadonlyMap<string, string>,
): (given: string | undefined) => string | undefined {
  const digests = [...tokens].map(
    ([name, token]) => [name, digestOf(checked(name, token))] as const,
  )
  const names = new Map<string, string>()
  for (const [name, token] of tokens) {
    const other = names.get(token)
    if (other !== undefined) {
      const message = `roles ${other} and ${name} have the same token; each needs its own`
      throw new AwsError('invalid_argument', message)
    }
    names.set(token, name)
  }
  return given => {
    const digest = digestOf(given ?? '')
    let found: string | undefined
    for (const [name, other] of digests) if (timingSafeEqual(digest, other)) found = name
    return found
  }
}

function checked(name: string, token: string): string {
  // SDKs refuse a token with a line end; blanks at the ends are lost on the way.
  if (
    token.length >= shortest &&
    token.length <= longest &&
    /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(token)
  ) {
    return token
  }
  throw new AwsError(
    'invalid_argument',
    `the token of ${name} is not ${shortest} to ${longest} printable ASCII characters on one line, without a blank at either end`,
  )
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()
