import { exportLine } from './export-line.ts'
import { ocsfLine } from './ocsf.ts'
import type { LogRow } from './read-log.ts'

/** How events leave the log: JSON Lines of our own with hashes, or OCSF. */
export const eventFormats = ['jsonl', 'ocsf'] as const

/** One of `eventFormats`. */
export type EventFormat = (typeof eventFormats)[number]

/** The event on one line, without its end. */
export function eventLine(row: LogRow, format: EventFormat): string {
  return format === 'ocsf' ? ocsfLine(row) : exportLine(row)
}
