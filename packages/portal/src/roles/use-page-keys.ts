import { type KeyboardEvent, type RefObject, useCallback, useEffect } from 'react'
import { isTyping, moveThroughHits, pressInRow } from './hit-keys.ts'

interface PageKeys {
  readonly search: RefObject<HTMLInputElement | null>
  /** Whether a query is typed: only then does Enter in the search take the first hit. */
  readonly searching: boolean
  readonly onClear: () => void
  readonly onHelp: () => void
}

/** The keyboard of the roles page. Answers the handler of the search box. */
export function usePageKeys({ search, searching, onClear, onHelp }: PageKeys) {
  useEffect(() => {
    function onKeyDown(event: globalThis.KeyboardEvent) {
      const { activeElement } = document
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (isTyping(event.target) || document.querySelector('[role="dialog"]')) return
      const done = (() => {
        switch (event.key) {
          case '/':
            search.current?.focus()
            search.current?.select()
            return true
          case '?':
            onHelp()
            return true
          case 'ArrowDown':
          case 'ArrowUp':
            if (!activeElement?.closest('li')?.querySelector('[data-hit]')) return false
            moveThroughHits(activeElement, event.key === 'ArrowDown' ? 1 : -1, search.current)
            return true
          case 'k':
            return pressInRow(activeElement, 'keys')
          case 'f':
            return pressInRow(activeElement, 'favourite')
          case 'Escape':
            onClear()
            search.current?.focus()
            return true
          default:
            return false
        }
      })()
      if (done) event.preventDefault()
    }
    // In the capture phase an open dialog is still there when Escape is about to close it.
    window.addEventListener('keydown', onKeyDown, true)
    return () => window.removeEventListener('keydown', onKeyDown, true)
  }, [search, onClear, onHelp])

  return useCallback(
    (event: KeyboardEvent<HTMLInputElement>) => {
      // Enter also ends a composition of an input method: that one is not for us.
      if (event.nativeEvent.isComposing) return
      if (event.key === 'ArrowDown') {
        event.preventDefault()
        moveThroughHits(null, 1, search.current)
      } else if (event.key === 'Escape') {
        event.preventDefault()
        onClear()
      } else if (event.key === 'Enter' && searching) {
        event.preventDefault()
        const first = document.querySelector<HTMLElement>('[data-hit]')
        if (event.shiftKey) pressInRow(first, 'keys')
        else first?.click()
      }
    },
    [search, searching, onClear],
  )
}
