/** Who a trusted proxy says the person is. */
import type { HeaderSourceConfig } from '../../config/config.ts'
import { SignInRefusal } from '../refusals.ts'
import type { RequestFacts } from './request-facts.ts'
import { refuseLookAlikes, singleHeader } from './single-header.ts'

const maxUsername = 256

/** What the headers say; the groups are not yet checked. */
export interface PersonOfHeaders {
  readonly username: string
  readonly displayName: string | undefined
  readonly email: string | undefined
  readonly groups: readonly string[]
}

/** Reads them; undefined when there is no username header. Throws a `SignInRefusal`. */
export function readPerson(
  source: HeaderSourceConfig,
  facts: RequestFacts,
): PersonOfHeaders | undefined {
  const names = [source.username, source.displayName, source.email, source.groups]
  for (const name of names) if (name !== undefined) refuseLookAlikes(facts, name)
  const username = singleHeader(facts, source.username)
  if (username === undefined) return undefined
  const textOf = (name: string | undefined) =>
    name === undefined ? undefined : decode(name, singleHeader(facts, name))
  return {
    username: readUsername(source, username),
    displayName: textOf(source.displayName),
    email: textOf(source.email),
    groups: source.groups === undefined ? [] : readGroups(source, textOf(source.groups)),
  }
}

/**
 * The header must be there, if only empty: a client that names it in `Connection` makes a proxy drop it
 * (RFC 9110, section 7.6.1), and would be without the group that a deny names.
 */
function readGroups(source: HeaderSourceConfig, text: string | undefined): readonly string[] {
  if (text !== undefined) return text.split(source.separator).map(trimBlanks)
  throw new SignInRefusal('header-refused', {
    check: `header ${source.groups}`,
    expected: 'there, if only empty',
    received: 'no such header',
  })
}

/** Spaces and tabs around a group belong to the list. */
function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}

function readUsername({ username: name, lowerCase }: HeaderSourceConfig, value: string): string {
  // Apache writes `(null)` for a variable that is not set.
  const isNobody = value === '' || value === '(null)'
  if (
    isNobody ||
    value.length > maxUsername ||
    !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)
  ) {
    throw new SignInRefusal('header-refused', {
      check: `header ${name}`,
      expected: `a username: 1 to ${maxUsername} printable ASCII characters`,
      received: isNobody ? JSON.stringify(value) : `${value.length} bytes, or others than these`,
    })
  }
  return lowerCase ? value.toLowerCase() : value
}

/** UTF-8, decoded once. */
function decode(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(value, 'latin1'),
    )
  } catch {
    const check = `header ${name}`
    throw new SignInRefusal('header-refused', { check, expected: 'UTF-8', received: 'other bytes' })
  }
}
