/** What a person keeps at hand in this browser: favourites in their order, recents newest first. */
export interface Shelf {
  readonly favourites: readonly string[]
  readonly recents: readonly string[]
}

export const emptyShelf: Shelf = Object.freeze({ favourites: [], recents: [] })

const mostFavourites = 100
const mostRecents = 8

/** Names a role on the shelf: the account id never changes, an alias may. */
export function roleKey(accountId: string, roleName: string): string {
  return `${accountId}/${roleName}`
}

/** The storage key of one principal's shelf: people who share a browser do not share it. */
export function shelfKey(principalId: string): string {
  return `rolecall:shelf:${principalId}`
}

/** Reads a stored shelf; anything that is not one reads as an empty one. */
export function readShelf(text: string | null): Shelf {
  if (text === null) return emptyShelf
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return emptyShelf
    return {
      favourites: strings('favourites' in value ? value.favourites : undefined, mostFavourites),
      recents: strings('recents' in value ? value.recents : undefined, mostRecents),
    }
  } catch {
    return emptyShelf
  }
}

function strings(value: unknown, most: number): string[] {
  if (!Array.isArray(value)) return []
  return [...new Set(value.filter(item => typeof item === 'string'))].slice(0, most)
}

/** Adds a favourite at the end, or takes it away. */
export function toggleFavourite(shelf: Shelf, key: string): Shelf {
  const favourites = shelf.favourites.includes(key)
    ? shelf.favourites.filter(other => other !== key)
    : [...shelf.favourites, key].slice(-mostFavourites)
  return { ...shelf, favourites }
}

/** Puts a role that was just taken in front of the recents. */
export function recordUse(shelf: Shelf, key: string): Shelf {
  const recents = [key, ...shelf.recents.filter(other => other !== key)].slice(0, mostRecents)
  return { ...shelf, recents }
}
