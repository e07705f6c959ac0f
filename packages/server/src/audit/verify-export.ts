import { chainHash, genesisHash } from './chain.ts'
import { readExportLine } from './export-line.ts'

/**
 * What the lines of an export prove. `gaps`: places where events were left out, by a filter or by
 * somebody; `first` and `last` are event numbers, undefined when there is no event.
 */
export type ExportReport =
  | {
      readonly ok: true
      readonly events: number
      readonly first: number | undefined
      readonly last: number | undefined
      readonly gaps: number
      readonly head: string | undefined
    }
  | { readonly ok: false; readonly line: number; readonly reason: string }

/**
 * Verifies an export by itself: every event has its hash, numbers only grow, and an event that follows
 * another directly names that one's hash.
 */
export async function verifyExport(lines: AsyncIterable<string>): Promise<ExportReport> {
  let previous: { readonly seq: number; readonly hash: string } | undefined
  let first: number | undefined
  let [line, events, gaps] = [0, 0, 0]
  for await (const text of lines) {
    line += 1
    const broken = (reason: string): ExportReport => ({ ok: false, line, reason })
    const event = readExportLine(text)
    if (event === undefined) return broken('it is no line of a JSON Lines export')
    const { seq, body, previousHash, hash } = event
    if (hash !== chainHash(previousHash, body)) return broken('the event does not have its hash')
    if (previous !== undefined && seq <= previous.seq) {
      return broken(`event ${seq} stands behind event ${previous.seq}`)
    }
    const isNext = seq === (previous?.seq ?? 0) + 1
    const expected = previous?.hash ?? genesisHash
    if (isNext && previousHash !== expected) {
      return broken('the event does not name the hash of the event before it')
    }
    if (!isNext && previous !== undefined) gaps += 1
    first ??= seq
    previous = { seq, hash }
    events += 1
  }
  return { ok: true, events, first, last: previous?.seq, gaps, head: previous?.hash }
}
