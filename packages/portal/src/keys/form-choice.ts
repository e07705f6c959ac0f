import { type KeyForm, keyForms } from './snippets.ts'

const storageKey = 'rolecall:keys-form'

/** The form to show first: the one chosen last in this browser, else the one of the platform. */
export function firstForm(): KeyForm {
  const fallback = navigator.userAgent.includes('Windows') ? 'powershell' : 'bash'
  try {
    const stored = localStorage.getItem(storageKey)
    return keyForms.find(form => form === stored) ?? fallback
  } catch {
    return fallback
  }
}

export function rememberForm(form: KeyForm): void {
  try {
    localStorage.setItem(storageKey, form)
  } catch {
    // Storage is blocked: the choice lasts as long as the dialog.
  }
}
