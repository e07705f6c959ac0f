import { randomBytes } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'

/** Values by the secret that a cookie or a body carries, for a time; bounded, in memory. */
export interface TimedStore<V> {
  open(value: V): string
  find(id: string | undefined): V | undefined
  close(id: string): void
}

const maxEntries = 10_000

export function createTimedStore<V>(now: () => Date, lifetimeMs: number): TimedStore<V> {
  const entries = boundedMap<{ readonly value: V; readonly until: number }>(maxEntries)
  return {
    open(value) {
      const time = now().getTime()
      entries.sweep(({ until }) => until <= time)
      const id = randomBytes(24).toString('base64url')
      entries.set(id, { value, until: time + lifetimeMs })
      return id
    },
    find(id) {
      const entry = id === undefined ? undefined : entries.get(id)
      return entry !== undefined && entry.until > now().getTime() ? entry.value : undefined
    },
    close: id => entries.delete(id),
  }
}
