/** Which patterns a group's name matches: found out once for each name. */
import { isMatchable } from '../config/name-pattern.ts'
import type { Captures, CompiledRule } from './types.ts'

/** A rule whose pattern matched. */
export interface PatternHit {
  readonly compiled: CompiledRule
  readonly captures: Captures
  /** The name is too long, or has characters in it that no pattern is held against. */
  readonly isUnclear: boolean
}

const maxNames = 50_000

/** Answers the hits of a name; remembers a bounded number of names. */
export function createGroupPatterns(
  rules: readonly CompiledRule[],
  onRule: () => void,
): (name: string) => readonly PatternHit[] {
  const withPattern = rules.filter(({ pattern }) => pattern !== undefined)
  // What cannot be held against a pattern is no reason to give, and one to deny.
  const unclear = withPattern
    .filter(({ rule }) => rule.effect === 'deny')
    .map((compiled): PatternHit => ({ compiled, captures: {}, isUnclear: true }))
  const known = new Map<string, readonly PatternHit[]>()
  return name => {
    if (withPattern.length === 0) return []
    // Not remembered: it may be of any length.
    if (!isMatchable(name)) return unclear
    const found = known.get(name)
    if (found !== undefined) return found
    const hits = withPattern.flatMap((compiled): PatternHit[] => {
      onRule()
      const captures = compiled.pattern?.match(name)
      return captures === undefined ? [] : [{ compiled, captures, isUnclear: false }]
    })
    if (known.size >= maxNames) known.clear()
    known.set(name, hits)
    return hits
  }
}
