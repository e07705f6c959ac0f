/** A block of lines in a file that a program owns; all else in the file is the user's. */
import { Failure } from '../failure.ts'
import { appended, lineEnd } from './ini-edit.ts'
import { type IniLine, iniLines, textOfLines } from './ini-lines.ts'

/**
 * The comment lines around the block, told by what they say before their first bracket. They have no `:` and no
 * `=`, nor has a comment before the first section of the block: `aws configure set` would take it for a key of
 * the section above and put the user's next key behind it, into the block.
 */
export interface BlockMarks {
  readonly begin: string
  readonly end: string
  /** How the marks of all such blocks begin. */
  readonly family: string
}

/** Where a block stands: the lines from `from` up to `to`, the marks included. */
interface Place {
  readonly from: number
  readonly to: number
}

/** The lines between the marks; undefined when there is no block. Throws `Failure` `configuration`. */
export function blockIn(
  text: string,
  marks: BlockMarks,
  file: string,
): readonly string[] | undefined {
  const lines = iniLines(text)
  const place = placeOf(lines, marks, file)
  return place && lines.slice(place.from + 1, place.to - 1).map(line => line.text)
}

/** The lines that are the user's, each with its number, from 1 on. */
export function linesOutside(
  text: string,
  marks: BlockMarks,
  file: string,
): readonly { readonly line: IniLine; readonly number: number }[] {
  const lines = iniLines(text)
  const place = placeOf(lines, marks, file)
  return lines
    .map((line, at) => ({ line, number: at + 1 }))
    .filter(({ number: at }) => place === undefined || at <= place.from || at > place.to)
}

/**
 * The text with these sections in the block, which is made at the end of the file when there is none, and
 * removed when there are no lines. `file` is for messages. Throws `Failure` `configuration` when the marks are not
 * as they were written, or when keys of the user follow the block, which would change their section.
 */
export function replaceBlock(
  text: string,
  marks: BlockMarks,
  fresh: readonly string[],
  file: string,
): string {
  const lines = iniLines(text)
  const place = placeOf(lines, marks, file)
  if (place === undefined) {
    return fresh.length === 0 ? text : appended(text, [marks.begin, ...fresh, marks.end])
  }
  const after = lines.slice(place.to)
  checkAfter(after, place.to, file)
  if (fresh.length === 0) return textOfLines([...lines.slice(0, place.from), ...after])
  const end = lines[place.from]?.end || lineEnd(lines)
  const block = [marks.begin, ...fresh, marks.end].map(line => ({ text: line, end }))
  const last = lines[place.to - 1]
  const closed = last?.end === '' ? [...block.slice(0, -1), { text: marks.end, end: '' }] : block
  return textOfLines([...lines.slice(0, place.from), ...closed, ...after])
}

function placeOf(lines: readonly IniLine[], marks: BlockMarks, file: string): Place | undefined {
  const begins = marked(lines, marks.begin)
  const ends = marked(lines, marks.end)
  const [from, to] = [begins[0], ends[0]]
  if (from === undefined && to === undefined) return undefined
  if (begins.length === 1 && ends.length === 1 && from !== undefined && to !== undefined) {
    if (from < to) {
      checkWithin(lines, { from, to }, marks, file)
      return { from, to: to + 1 }
    }
  }
  const numbers = [...begins, ...ends].map(at => at + 1).sort((one, other) => one - other)
  throw new Failure(
    'configuration',
    `${file}: the marks of the managed block do not match (line ${numbers.join(', ')})`,
    `remove the lines \`${start(marks.begin)}\` and \`${start(marks.end)}\` and the profiles between them`,
  )
}

/** What is between the marks is written anew: a block of another in there would be lost. */
function checkWithin(
  lines: readonly IniLine[],
  place: Place,
  marks: BlockMarks,
  file: string,
): void {
  const within = lines.slice(place.from + 1, place.to)
  const found = within.findIndex(
    ({ kind, text }) => kind === 'comment' && text.trim().startsWith(marks.family),
  )
  if (found < 0) return
  throw new Failure(
    'configuration',
    `${file}, line ${place.from + found + 2}: a mark of another managed block stands within that of line ${place.from + 1}`,
    `remove the lines that begin with \`${marks.family}\` and the profiles between them`,
  )
}

function marked(lines: readonly IniLine[], mark: string): number[] {
  const wanted = start(mark)
  return [...lines.entries()]
    .filter(([, { kind, text }]) => kind === 'comment' && start(text.trim()) === wanted)
    .map(([at]) => at)
}

/** What a mark is told by: later versions may say something else in the brackets. */
const start = (mark: string) => mark.replace(/ \(.*$/s, '')

function checkAfter(after: readonly IniLine[], at: number, file: string): void {
  const found = after.findIndex(({ kind }) => kind !== 'blank' && kind !== 'comment')
  const line = after[found]
  if (line === undefined || (line.kind === 'section' && line.indent === '')) return
  throw new Failure(
    'configuration',
    `${file}, line ${at + found + 1}: stands behind the managed block without a section of its own`,
    'take it out, or put it under a [section] before the block',
  )
}
