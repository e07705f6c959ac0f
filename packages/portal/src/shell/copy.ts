/**
 * Puts text on the clipboard; false when the browser does not allow it. The clipboard API is absent
 * on plain http, so a selection is the fallback.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelection(text)
  }
}

function copySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.readOnly = true
  area.style.position = 'fixed'
  area.style.opacity = '0'
  // Inside an open dialog: its focus trap would take the focus away from anywhere else.
  const home = document.activeElement
  const parent = home?.closest('[role="dialog"]') ?? document.body
  parent.append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  if (home instanceof HTMLElement) home.focus()
  return copied
}
