/** Reads a YAML file of any schema, with the problems of it told as those of `rolecall.yaml` are. */
import type { z } from 'zod'
import { openDocument, refuse } from './open-document.ts'
import type { Problem } from './problem.ts'
import { createReport, type Report } from './report.ts'
import { reportIssues } from './schema-problems.ts'

export { isLoopbackHost, isSecureUrl } from '../outgoing/index.ts'
export { isReserved } from './check-targets.ts'
export { formatDuration } from './duration.ts'
export type { KeyPath } from './key-path.ts'
export type { Problem } from './problem.ts'
export { type ProblemPart, problemLines } from './problem-lines.ts'
export type { Report } from './report.ts'
export { resolvePath } from './text-file.ts'

/** What the file says, or everything that is wrong with it. */
export type ConfigFileResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads the file by the schema. `check` sees what the schema took and reports what it cannot express. Never
 * throws for what the file says.
 */
export async function readConfigFile<S extends z.ZodType>(
  file: string,
  schema: S,
  check: (value: z.output<S>, report: Report) => void = () => undefined,
): Promise<ConfigFileResult<z.output<S>>> {
  const opened = await openDocument(file)
  if (!opened.ok) return opened
  const { document } = opened
  const report = createReport(file, document)
  const parsed = schema.safeParse(document.value ?? {})
  if (parsed.success) check(parsed.data, report)
  else reportIssues(report, parsed.error.issues, schema, document.value)
  if (!parsed.success || report.problems.length > 0) return refuse(report.problems)
  return Object.freeze({ ok: true as const, value: parsed.data })
}
