/** The old program's `provider.regex` as `groupPattern` of a grant. */
import { type Pattern, readPythonPattern, UnknownPattern } from './python-pattern.ts'

/** A pattern that matches whole names, or why there is none. */
export type GroupPattern =
  | {
      readonly pattern: string
      /** What it no longer matches. */
      readonly stricter: { readonly why: string; readonly example: string } | undefined
    }
  | { readonly refused: string; readonly todo: string }

const howTo =
  'write a grant with `groupPattern`: it matches whole names and has (?<account>…) and (?<role>…)'

/**
 * The old program put `^` before and `$` behind, unless the text began or ended so, and searched: with a
 * choice at the top level each anchor held for one branch alone, and an escaped `\$` at the end was taken for the
 * anchor. Where it therefore matched the beginning of a name, ours matches the whole one.
 */
export function groupPattern(regex: string): GroupPattern {
  const { flags, body } = splitFlags(regex)
  const text = `${flags}${body.startsWith('^') ? '' : '^'}${body}${body.endsWith('$') ? '' : '$'}`
  try {
    return translate(readPythonPattern(text))
  } catch (error) {
    if (!(error instanceof UnknownPattern)) throw error
    return { refused: `the pattern cannot be carried over: ${error.message}`, todo: howTo }
  }
}

function splitFlags(regex: string): { readonly flags: string; readonly body: string } {
  const flags = /^\(\?[aiLmsux]+\)/.exec(regex)?.[0] ?? ''
  return { flags, body: regex.slice(flags.length) }
}

function translate(whole: Pattern): GroupPattern {
  const branches = whole.kind === 'choice' ? whole.branches : [whole]
  const index = branches.findIndex(branch => {
    const names = namesIn(branch)
    return names.includes('account') && names.includes('role')
  })
  const branch = branches[index]
  if (branch === undefined) {
    const refused = 'the pattern has not both groups, account and role: it gave nobody a role'
    return { refused, todo: howTo }
  }
  if (index > 0) {
    const refused = 'an earlier branch of the pattern hid names from the one with the groups'
    return { refused, todo: 'write that branch alone, without the others' }
  }
  const { body, isWhole } = strip(branch)
  const pattern = print(body)
  if (isWhole) return { pattern, stricter: undefined }
  if (!isOneWay(body)) {
    const refused =
      'the pattern matched beginnings of names, so that the role could differ from the one that the whole name says'
    return { refused, todo: 'make a choice a group (?:a|b), end it with `$`, and import it again' }
  }
  const others = branches.length > 1 ? '; its other branches gave nobody a role' : ''
  const why = `the old pattern also matched names that only begin like it${others}; the whole name must match now`
  return { pattern, stricter: { why, example: `${sampleOf(body)}~` } }
}

/** Without the anchors at both ends; an anchor anywhere else is refused. */
function strip(branch: Pattern): { readonly body: Pattern; readonly isWhole: boolean } {
  const parts = branch.kind === 'sequence' ? [...branch.parts] : [branch]
  while (parts[0]?.kind === 'start') parts.shift()
  const isWhole = parts.at(-1)?.kind === 'end'
  while (parts.at(-1)?.kind === 'end') parts.pop()
  const body: Pattern = { kind: 'sequence', parts }
  if ([...innerOf(body)].some(({ kind }) => kind === 'start' || kind === 'end')) {
    throw new UnknownPattern('an anchor stands in the middle')
  }
  return { body, isWhole }
}

/** Whether a name that matches as a whole is read the same when only its beginning has to match. */
function isOneWay(body: Pattern): boolean {
  return [...innerOf(body)].every(
    part =>
      part.kind !== 'choice' &&
      (part.kind !== 'repeat' ||
        (!part.isLazy &&
          (part.least === part.most || part.most === Number.POSITIVE_INFINITY) &&
          (part.inner.kind === 'literal' || part.inner.kind === 'class'))),
  )
}

function* innerOf(pattern: Pattern): Generator<Pattern> {
  yield pattern
  if (pattern.kind === 'sequence') for (const part of pattern.parts) yield* innerOf(part)
  if (pattern.kind === 'choice') for (const branch of pattern.branches) yield* innerOf(branch)
  if (pattern.kind === 'group' || pattern.kind === 'repeat') yield* innerOf(pattern.inner)
}

const namesIn = (pattern: Pattern) =>
  [...innerOf(pattern)].flatMap(part => (part.kind === 'group' ? (part.name ?? []) : []))

function print(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'literal':
      return pattern.text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    case 'class':
      return pattern.text
    case 'sequence':
      return pattern.parts.map(print).join('')
    case 'choice':
      return pattern.branches.map(print).join('|')
    case 'group':
      return `(${pattern.name === undefined ? '?:' : `?<${pattern.name}>`}${print(pattern.inner)})`
    case 'repeat':
      return `${print(pattern.inner)}${range(pattern)}${pattern.isLazy ? '?' : ''}`
    default:
      return ''
  }
}

function range({ least, most }: { readonly least: number; readonly most: number }): string {
  if (most === Number.POSITIVE_INFINITY) {
    return least === 0 ? '*' : least === 1 ? '+' : `{${least},}`
  }
  if (least === 0 && most === 1) return '?'
  return least === most ? `{${least}}` : `{${least},${most}}`
}

/** A name that the pattern matches. */
function sampleOf(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'literal':
      return pattern.text
    case 'class':
      return pattern.sample
    case 'sequence':
      return pattern.parts.map(sampleOf).join('')
    case 'choice':
      return sampleOf(pattern.branches[0] ?? { kind: 'sequence', parts: [] })
    case 'group':
      return pattern.name === 'account' || pattern.name === 'role'
        ? sampleOf(pattern.inner) || 'x'
        : sampleOf(pattern.inner)
    case 'repeat':
      return sampleOf(pattern.inner).repeat(Math.max(pattern.least, pattern.most > 0 ? 1 : 0))
    default:
      return ''
  }
}
