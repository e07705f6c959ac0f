import type { AllowRule } from '../../config/signing-gateway-config.ts'
import type { DecidedPath } from './decided-path.ts'

/** What is decided on. */
export interface Asked {
  readonly service: string
  readonly region: string
  readonly method: string
  readonly path: DecidedPath
}

/** Says yes or no. */
export type Allows = (asked: Asked) => boolean

/** Prepares the rules of a caller. Without a rule that matches the answer is no. */
export function allowedBy(rules: readonly AllowRule[]): Allows {
  const prepared = rules.map(prepare)
  return asked => prepared.some(allows => allows(asked))
}

function prepare({ services, regions, methods, paths }: AllowRule): Allows {
  const hasService = oneOf(services)
  const hasRegion = oneOf(regions)
  const hasMethod = oneOf(methods)
  const patterns = paths?.map(pattern => pattern.split('/'))
  return ({ service, region, method, path }) =>
    hasService(service) &&
    hasRegion(region) &&
    hasMethod(method) &&
    (patterns === undefined ||
      (!path.isUnclear && patterns.some(pattern => matches(pattern, path.path.split('/')))))
}

function oneOf(words: readonly string[]): (word: string) => boolean {
  if (words.includes('*')) return () => true
  const set = new Set(words)
  return word => set.has(word)
}

/** `*` is one whole segment and not an empty one; `**` at the end is one or more of any kind. */
function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '**'
  const fixed = isOpen ? pattern.length - 1 : pattern.length
  if (isOpen ? segments.length <= fixed : segments.length !== fixed) return false
  for (let at = 0; at < fixed; at++) {
    const segment = segments[at]
    if (pattern[at] === '*' ? segment === '' : pattern[at] !== segment) return false
  }
  return true
}
