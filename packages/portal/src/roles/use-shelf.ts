import { useCallback, useEffect, useState } from 'react'
import { emptyShelf, readShelf, recordUse, type Shelf, shelfKey, toggleFavourite } from './shelf.ts'

/** The shelf of one principal, kept in this browser and in step with its other tabs. */
export interface ShelfState {
  readonly shelf: Shelf
  readonly toggle: (key: string) => void
  readonly use: (key: string) => void
}

export function useShelf(principalId: string | undefined): ShelfState {
  const [shelf, setShelf] = useState<Shelf>(emptyShelf)

  useEffect(() => {
    if (principalId === undefined) return
    const key = shelfKey(principalId)
    setShelf(load(key))
    const follow = (event: StorageEvent) => {
      if (event.key === key) setShelf(readShelf(event.newValue))
    }
    window.addEventListener('storage', follow)
    return () => window.removeEventListener('storage', follow)
  }, [principalId])

  const change = useCallback(
    (next: (shelf: Shelf) => Shelf) => {
      if (principalId === undefined) return
      const key = shelfKey(principalId)
      // Start from what is stored: another tab may have changed it.
      const changed = next(load(key))
      save(key, changed)
      setShelf(changed)
    },
    [principalId],
  )
  const toggle = useCallback((key: string) => change(old => toggleFavourite(old, key)), [change])
  const use = useCallback((key: string) => change(old => recordUse(old, key)), [change])
  return { shelf, toggle, use }
}

function load(key: string): Shelf {
  try {
    return readShelf(localStorage.getItem(key))
  } catch {
    return emptyShelf
  }
}

function save(key: string, shelf: Shelf): void {
  try {
    localStorage.setItem(key, JSON.stringify(shelf))
  } catch {
    // Storage is full or blocked: the shelf lasts as long as the page.
  }
}
