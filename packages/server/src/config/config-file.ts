/** Reads a YAML file of any schema, with the problems of it told as those of `rolecall.yaml` are. */
import type { z } from 'zod'
import { readDocument } from './document.ts'
import type { Problem } from './problem.ts'
import { byPlace, createReport, type Report } from './report.ts'
import { reportIssues } from './schema-problems.ts'
import { readTextFile, UnreadableFile } from './text-file.ts'

export { type ProblemPart, problemLines } from '../ops/problem-lines.ts'
export type { KeyPath } from './key-path.ts'
export type { Problem } from './problem.ts'
export type { Report } from './report.ts'
export { resolvePath } from './text-file.ts'

/** What the file says, or everything that is wrong with it. */
export type ConfigFileResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const maxFileBytes = 1_048_576

/**
 * Reads the file by the schema. `check` sees what the schema took and reports what it cannot express. Never
 * throws for what the file says.
 */
export async function readConfigFile<S extends z.ZodType>(
  file: string,
  schema: S,
  check: (value: z.output<S>, report: Report) => void = () => undefined,
): Promise<ConfigFileResult<z.output<S>>> {
  const refuse = (problems: readonly Problem[]) =>
    ({ ok: false, problems: Object.freeze([...problems].sort(byPlace)) }) as const
  let text: string
  try {
    text = await readTextFile(file, maxFileBytes)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    const message = `the file cannot be used: ${error.message}`
    const remedy = 'check the path and who may read it'
    return refuse([{ file, line: 1, column: 1, key: '', value: '', message, remedy }])
  }
  const document = readDocument(text)
  if (document.problems.length > 0) {
    return refuse(document.problems.map(one => Object.freeze({ file, key: '', value: '', ...one })))
  }
  const report = createReport(file, document)
  const parsed = schema.safeParse(document.value ?? {})
  if (parsed.success) check(parsed.data, report)
  else reportIssues(report, parsed.error.issues, schema, document.value)
  if (!parsed.success || report.problems.length > 0) return refuse(report.problems)
  return Object.freeze({ ok: true as const, value: parsed.data })
}
