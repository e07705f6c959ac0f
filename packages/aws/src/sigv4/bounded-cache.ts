/** Values by name, of which only the `max` used last are kept. */
export interface BoundedCache<V> {
  /** The value of that name; `make` makes it when there is none, or when `fits` refuses the one there is. */
  readonly get: (name: string, make: () => V, fits?: (value: V) => boolean) => V
}

/** A {@link BoundedCache} with room for `max` values. */
export function boundedCache<V extends object>(max: number): BoundedCache<V> {
  const values = new Map<string, V>()
  return {
    get(name, make, fits = () => true) {
      const found = values.get(name)
      const value = found !== undefined && fits(found) ? found : make()
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
