/** Problems of a configuration file as text for a terminal. */
import type { Problem } from '../config/index.ts'

/** `file:line:column: key: message (value)`, and the remedy on a line of its own. */
export function problemLines(problem: Problem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`
  const key = problem.key === '' ? '' : `${problem.key}: `
  const value = problem.value === '' ? '' : ` (${problem.value})`
  return `${place}: ${key}${problem.message}${value}\n  ${problem.remedy}\n`
}
