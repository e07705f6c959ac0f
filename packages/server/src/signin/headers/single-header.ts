/** Headers that must be there once. */
import { SignInRefusal } from '../refusals.ts'
import type { RequestFacts } from './request-facts.ts'

const maxBytes = 32 * 1024

/** The value; undefined when there is none. Throws a `SignInRefusal` for a header that came twice, or is too long. */
export function singleHeader(facts: RequestFacts, name: string): string | undefined {
  const values = facts.header(name)
  const [value] = values
  if (values.length > 1) {
    const received = `${values.length} times`
    throw new SignInRefusal('header-refused', {
      check: `header ${name}`,
      expected: 'once',
      received,
    })
  }
  if (value !== undefined && value.length > maxBytes) {
    throw new SignInRefusal('header-refused', {
      check: `header ${name}`,
      expected: `at most ${maxBytes} bytes`,
      received: `${value.length} bytes`,
    })
  }
  return value
}

/**
 * Throws a `SignInRefusal` when another header reads like this one: `X_Remote_User` beside
 * `X-Remote-User` gets past a proxy that removes only the latter, and is one name to CGI and WSGI.
 */
export function refuseLookAlikes(facts: RequestFacts, name: string): void {
  const folded = fold(name)
  for (const sent of facts.headerNames) {
    if (sent.toLowerCase() === name || fold(sent) !== folded) continue
    throw new SignInRefusal('header-refused', {
      check: `header ${name}`,
      expected: 'no header that reads like it',
      received: JSON.stringify(sent.slice(0, 100)),
    })
  }
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
