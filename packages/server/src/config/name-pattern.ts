/** Patterns for names of groups and hosts: RE2 syntax, linear time, always the whole name. */
import { RE2JS, RE2JSSyntaxException } from 're2js'

/** A pattern that was read. */
export interface NamePattern {
  /** The names of its groups, `(?<account>…)`. */
  readonly groups: readonly string[]
  /** What its named groups hold when the whole name matches; a group without a part is absent. */
  match(name: string): Readonly<Record<string, string>> | undefined
}

/** Why a text is no pattern that may be used. */
export interface BadPattern {
  readonly problem: string
  readonly remedy: string
}

const maxPatternLength = 512
/** RE2 takes name length times this many steps at most. */
const maxInstructions = 1000
const maxNameLength = 256

/** `(?i)` takes these for the ASCII letters k and s: the Kelvin sign and the long s. */
const asciiLookalikes = /[\u{212A}\u{17F}]/u

/**
 * Longer names match no pattern, nor do names with line ends and other control characters, or with signs
 * that pass for ASCII letters.
 */
export function isMatchable(name: string): boolean {
  return name.length <= maxNameLength && !/\p{Cc}/u.test(name) && !asciiLookalikes.test(name)
}

/** Reads a pattern; both `(?<name>…)` and `(?P<name>…)` name a group. */
export function readNamePattern(text: string): NamePattern | BadPattern {
  const compiled = compileBounded(text)
  if (!(compiled instanceof RE2JS)) return compiled
  const groups = Object.keys(compiled.namedGroups())
  return Object.freeze({
    groups: Object.freeze(groups),
    match(name: string) {
      if (!isMatchable(name)) return undefined
      const matcher = compiled.matcher(name)
      if (!matcher.matches()) return undefined
      const found: Record<string, string> = Object.create(null)
      for (const group of groups) {
        const value = matcher.group(group)
        if (value !== null) found[group] = value
      }
      return Object.freeze(found)
    },
  })
}

/** Reads a pattern that looks for a part of a text, as `matches` of CEL does. The search throws for signs that pass for ASCII letters. */
export function readSearchPattern(text: string): ((searched: string) => boolean) | BadPattern {
  const compiled = compileBounded(text)
  if (!(compiled instanceof RE2JS)) return compiled
  return searched => {
    if (asciiLookalikes.test(searched)) throw new Error('a sign in the text passes for k or s')
    return compiled.matcher(searched).find()
  }
}

function compileBounded(text: string): RE2JS | BadPattern {
  if (text.length > maxPatternLength) {
    const problem = `the pattern has ${text.length} characters, at most ${maxPatternLength} are read`
    return { problem, remedy: 'make it shorter, or several grants of it' }
  }
  const compiled = compile(text)
  if (compiled instanceof RE2JS && compiled.programSize() > maxInstructions) {
    const problem = 'the pattern is too large once its repetitions are written out'
    return { problem, remedy: 'use smaller numbers in `{…}`, or `+` and `*`' }
  }
  return compiled
}

function compile(text: string): RE2JS | BadPattern {
  try {
    return RE2JS.compile(text)
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    return { problem: `the pattern cannot be read: ${error.message}`, remedy: remedyFor(text) }
  }
}

function remedyFor(text: string): string {
  if (/\(\?(?:[=!]|<[=!])/.test(text)) {
    return 'RE2 has no look-around: write a second grant with `effect: deny` for what is not meant'
  }
  if (/\\[1-9]|\\k</.test(text)) {
    return 'RE2 has no back-references: they take exponential time; name each group once'
  }
  if (/[+*?}]\+|\(\?>/.test(text)) return 'RE2 needs no possessive repetitions: write `+` or `*`'
  return 'write it in RE2 syntax (https://github.com/google/re2/wiki/Syntax)'
}
