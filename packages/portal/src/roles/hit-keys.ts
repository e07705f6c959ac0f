/** Moves the focus through the console links of the page, in the order in which they stand. */
export function moveThroughHits(from: Element | null, step: 1 | -1, search: HTMLElement | null) {
  const hits = [...document.querySelectorAll<HTMLElement>('[data-hit]')]
  const row = from?.closest('li')
  const here = row === null || row === undefined ? -1 : hits.findIndex(hit => row.contains(hit))
  const next = here + step
  if (next < 0) search?.focus()
  else hits[next]?.focus()
}

/** Presses the button of the row in which `from` stands. */
export function pressInRow(from: Element | null, action: 'keys' | 'favourite'): boolean {
  const button = from?.closest('li')?.querySelector<HTMLElement>(`[data-action="${action}"]`)
  button?.click()
  return button !== null && button !== undefined
}

/** Whether keys typed here are text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  )
}
