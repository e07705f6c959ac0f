/** Where sessions are kept: by principal, and never more than a bounded number of them. */

/** Bounds of a shelf. */
export interface ShelfBounds {
  /** Of all principals together. */
  readonly most: number
  /** Of one principal. */
  readonly mostOfOne: number
}

/** Values by principal and key. Of too many, the one that was unused for longest goes. */
export interface Shelf<V> {
  /** The value under that key; `make` makes it when there is none. */
  get(principalId: string, key: string, make: () => V): V
  of(principalId: string): Iterable<V>
  forget(principalId: string): void
  clear(): void
  readonly size: number
}

/** An empty shelf. */
export function createShelf<V extends object>({ most, mostOfOne }: ShelfBounds): Shelf<V> {
  // A Map keeps the order of insertion: what is deleted and set again is the last.
  const principals = new Map<string, Map<string, V>>()
  let size = 0

  function remove(principalId: string, values: Map<string, V>, key: string): void {
    if (values.delete(key)) size -= 1
    if (values.size === 0) principals.delete(principalId)
  }

  function removeOldest(): void {
    const [oldest] = principals
    if (oldest === undefined) return
    const [principalId, values] = oldest
    const [key = ''] = values.keys()
    remove(principalId, values, key)
  }

  return {
    get(principalId, key, make) {
      const values = principals.get(principalId) ?? new Map<string, V>()
      principals.delete(principalId)
      principals.set(principalId, values)
      const known = values.get(key)
      const value = known ?? make()
      if (known === undefined) size += 1
      else values.delete(key)
      values.set(key, value)
      if (values.size > mostOfOne) {
        const [oldest = key] = values.keys()
        remove(principalId, values, oldest)
      }
      if (size > most) removeOldest()
      return value
    },
    of: principalId => principals.get(principalId)?.values() ?? [],
    forget(principalId) {
      size -= principals.get(principalId)?.size ?? 0
      principals.delete(principalId)
    },
    clear() {
      principals.clear()
      size = 0
    },
    get size() {
      return size
    },
  }
}
