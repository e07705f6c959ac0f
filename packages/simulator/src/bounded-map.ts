/** A map with at most `max` entries: adding one more lets go of the oldest. */
export interface BoundedMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
  /** Lets go of every entry for which `isOver` says true. */
  sweep(isOver: (value: V) => boolean): void
  readonly size: number
}

/** An empty map of at most `max` entries. */
export function boundedMap<V>(max: number): BoundedMap<V> {
  const entries = new Map<string, V>()
  return {
    get: key => entries.get(key),
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      const [oldest] = entries.keys()
      if (entries.size > max && oldest !== undefined) entries.delete(oldest)
    },
    delete(key) {
      entries.delete(key)
    },
    sweep(isOver) {
      for (const [key, value] of entries) if (isOver(value)) entries.delete(key)
    },
    get size() {
      return entries.size
    },
  }
}
