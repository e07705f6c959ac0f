import type { LogRow } from './read-log.ts'

/** What a line of an export says: the event's canonical JSON, and its place in the chain. */
export interface ExportedEvent {
  readonly seq: number
  readonly body: string
  readonly previousHash: string
  readonly hash: string
}

/**
 * The event as one JSON object on one line: its canonical JSON, with number and hashes put before the
 * last brace. Taken out again, what is left is byte for byte what the hash covers, so that a chain can
 * be verified from its lines alone.
 */
export function exportLine({ seq, body, previous_hash: previousHash, hash }: LogRow): string {
  return `${body.slice(0, -1)},"seq":${seq},"previousHash":"${previousHash}","hash":"${hash}"}`
}

const ending = /,"seq":(\d{1,15}),"previousHash":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/

/** Takes a line apart; undefined when it is none of ours. */
export function readExportLine(line: string): ExportedEvent | undefined {
  const found = ending.exec(line)
  if (found === null) return undefined
  const [, seq = '', previousHash = '', hash = ''] = found
  return { seq: Number(seq), body: `${line.slice(0, found.index)}}`, previousHash, hash }
}
