import { type ConfigDocument, readDocument } from './document.ts'
import type { Problem } from './problem.ts'
import { byPlace } from './report.ts'
import { readTextFile, UnreadableFile } from './text-file.ts'

const maxFileBytes = 1_048_576

/** Reads a file as YAML; `start` is what to do about an empty one, which is no problem without it. */
export async function openDocument(
  file: string,
  start?: string,
): Promise<{ readonly ok: true; readonly document: ConfigDocument } | ReturnType<typeof refuse>> {
  let text: string
  try {
    text = await readTextFile(file, maxFileBytes)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    const message = `the file cannot be used: ${error.message}`
    return refuse([wholeFile(file, message, 'check the path and who may read it')])
  }
  const document = readDocument(text)
  if (document.problems.length > 0) {
    return refuse(document.problems.map(one => Object.freeze({ file, key: '', value: '', ...one })))
  }
  if (start !== undefined && (document.value === null || document.value === undefined)) {
    return refuse([wholeFile(file, 'the file is empty', start)])
  }
  return { ok: true, document }
}

/** What is wrong, in the order of the file. */
export function refuse(problems: readonly Problem[], warnings: readonly Problem[] = []) {
  return Object.freeze({
    ok: false as const,
    problems: Object.freeze([...problems].sort(byPlace)),
    warnings,
  })
}

function wholeFile(file: string, message: string, remedy: string): Problem {
  return Object.freeze({ file, line: 1, column: 1, key: '', value: '', message, remedy })
}
