import type { ConfigDocument } from './document.ts'
import { formatKey, type KeyPath, valueAt } from './key-path.ts'
import { preview } from './preview.ts'
import type { Problem } from './problem.ts'

/** Collects problems and warnings of one file, each placed where its key stands. */
export interface Report {
  problem(path: KeyPath, message: string, remedy: string, options?: ReportOptions): void
  warning(path: KeyPath, message: string, remedy: string, options?: ReportOptions): void
  /** The line where the value at the path stands. */
  lineOf(path: KeyPath): number
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** How a problem is placed. */
export interface ReportOptions {
  /** Points at the key and shows no value: for a key that should not be there. */
  readonly atKey?: boolean
}

/** A report on a document that was read. */
export function createReport(file: string, document: ConfigDocument): Report {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const place = (path: KeyPath, message: string, remedy: string, options: ReportOptions = {}) => {
    const atKey = options.atKey === true
    const { line, column } = atKey ? document.keyPosition(path) : document.valuePosition(path)
    const value = atKey ? '' : preview(path, valueAt(document.value, path))
    return Object.freeze({ file, line, column, key: formatKey(path), value, message, remedy })
  }
  return {
    problem: (...found) => problems.push(place(...found)),
    warning: (...found) => warnings.push(place(...found)),
    lineOf: path => document.valuePosition(path).line,
    problems,
    warnings,
  }
}

/** By line, then column. */
export function byPlace(a: Problem, b: Problem): number {
  return a.line - b.line || a.column - b.column
}
