/** Which patterns a group's name matches: found out once for each name. */
import { isMatchable } from '../config/name-pattern.ts'
import type { Captures, CompiledRule } from './types.ts'

/** A rule whose pattern matched. */
export interface PatternHit {
  readonly compiled: CompiledRule
  readonly captures: Captures
  /** The name is too long, or has control characters in it. */
  readonly isUnclear: boolean
}

const maxNames = 50_000

/** Answers the hits of a name; remembers a bounded number of names. */
export function createGroupPatterns(
  rules: readonly CompiledRule[],
  onRule: () => void,
): (name: string) => readonly PatternHit[] {
  const withPattern = rules.filter(({ pattern }) => pattern !== undefined)
  const known = new Map<string, readonly PatternHit[]>()
  return name => {
    if (withPattern.length === 0) return []
    const found = known.get(name)
    if (found !== undefined) return found
    const isUnclear = !isMatchable(name)
    const hits = withPattern.flatMap((compiled): PatternHit[] => {
      onRule()
      if (isUnclear) {
        // What cannot be held against a pattern is no reason to give, and one to deny.
        return compiled.rule.effect === 'deny' ? [{ compiled, captures: {}, isUnclear }] : []
      }
      const captures = compiled.pattern?.match(name)
      return captures === undefined ? [] : [{ compiled, captures, isUnclear }]
    })
    if (known.size >= maxNames) known.clear()
    known.set(name, hits)
    return hits
  }
}
