/** Events that a client can cause at will, bounded so that they cannot flood the audit log. */
import type { Audit, AuditEvent } from '../audit/index.ts'

const usualMs = 60_000
/** In one window this many keys have an event of their own, unless said; all further ones share one. */
const usualKeys = 240
const others = 'others'

/** Answers with the id of the event that stands for the key: records this one when there is none yet. */
export type FoldedRecord = (key: string, event: AuditEvent) => Promise<string>

/** Records the first event of each key in a minute, or so; the ones that follow are that same event. */
export function foldEvents(
  audit: Audit,
  now: () => Date,
  mostKeys = usualKeys,
  windowMs = usualMs,
): FoldedRecord {
  const recorded = new Map<string, Promise<string>>()
  let since = 0

  return async (key, event) => {
    const at = now().getTime()
    if (at < since || at >= since + windowMs) {
      recorded.clear()
      since = at
    }
    const isFull = recorded.size >= mostKeys && !recorded.has(key)
    const place = isFull ? others : key
    const known = recorded.get(place)
    if (known !== undefined) return known
    const written = audit.record(isFull ? forOthers(event) : event)
    recorded.set(place, written)
    try {
      return await written
    } catch (error) {
      if (recorded.get(place) === written) recorded.delete(place)
      throw error
    }
  }
}

function forOthers(event: AuditEvent): AuditEvent {
  return { ...event, detail: { ...event.detail, others: 'left out for the rest of a minute' } }
}
