import { uriReencode } from './encoding.ts'

/** A query parameter, canonically encoded. */
export type QueryParameter = readonly [name: string, value: string]

/**
 * The parameters of a raw query in the order in which they stand, canonically encoded. `+` is a blank,
 * as in a form; a name without `=` has an empty value.
 */
export function queryParameters(query: string): QueryParameter[] {
  if (query === '') return []
  const parameters: QueryParameter[] = []
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    const value = equals < 0 ? '' : pair.slice(equals + 1)
    parameters.push([canonicalPart(name), canonicalPart(value)])
  }
  return parameters
}

/** The canonical query: sorted by encoded name, then by encoded value. */
export function canonicalQuery(parameters: readonly QueryParameter[]): string {
  if (parameters.length === 0) return ''
  const sorted = parameters.length === 1 ? parameters : [...parameters].sort(byNameThenValue)
  let text = ''
  for (const [name, value] of sorted) text += `${text === '' ? '' : '&'}${name}=${value}`
  return text
}

const isCanonical = /^[\w\-.~]+=[\w\-.~]*$/

/** The canonical query of a raw one. */
export function canonicalQueryOf(query: string): string {
  // One parameter with nothing to encode is the most frequent query after none.
  return query === '' || isCanonical.test(query) ? query : canonicalQuery(queryParameters(query))
}

function canonicalPart(text: string): string {
  return uriReencode(text.includes('+') ? text.replaceAll('+', ' ') : text)
}

// Encoded text is ASCII: the order of code units is the order of bytes.
function byNameThenValue(a: QueryParameter, b: QueryParameter): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1
  return 0
}
