/** Problems of a configuration file as text for a terminal. */
import type { Problem } from './problem.ts'

/** A part of the text that a terminal may show in its own way. */
export type ProblemPart = 'place' | 'key' | 'message' | 'value' | 'remedy'

/** `file:line:column: key: message (value)`, and the remedy on a line of its own; `show` may paint. */
export function problemLines(
  problem: Problem,
  show: (part: ProblemPart, text: string) => string = (_part, text) => text,
): string {
  const place = show('place', `${problem.file}:${problem.line}:${problem.column}:`)
  const key = problem.key === '' ? '' : `${show('key', problem.key)}: `
  const value = problem.value === '' ? '' : show('value', ` (${problem.value})`)
  const message = show('message', problem.message)
  return `${place} ${key}${message}${value}\n  ${show('remedy', problem.remedy)}\n`
}
