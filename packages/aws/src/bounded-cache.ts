/** Values by name, of which only the `max` used last are kept. */
export interface BoundedCache<V> {
  /** The value of that name; `make` makes it when there is none. */
  readonly get: (name: string, make: () => V) => V
}

/** A {@link BoundedCache} with room for `max` values. */
export function boundedCache<V extends object>(max: number): BoundedCache<V> {
  const values = new Map<string, V>()
  return {
    get(name, make) {
      const value = values.get(name) ?? make()
      // Deleted and set again, an entry moves to the end: the first is the one unused for longest.
      values.delete(name)
      values.set(name, value)
      if (values.size > max) {
        const [oldest = name] = values.keys()
        values.delete(oldest)
      }
      return value
    },
  }
}
