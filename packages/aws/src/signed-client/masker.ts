import { withoutTags } from '../http/quotable.ts'
import { secretSearch } from '../http/repeats-secret.ts'
import { secretForms } from './secret-forms.ts'
import { masked, type SensitiveNames, sensitiveNames } from './sensitive-names.ts'

/** Takes secrets out of texts, by their value and by the names that they stand under. */
export interface Masker {
  /** From now on these are masked. */
  learn(secrets: Iterable<string | undefined>): void
  mask(text: string): string
  readonly names: SensitiveNames
}

/** A shorter text is in every other one. */
const minLength = 4
const maxSecrets = 512
const maxLength = 64 * 1024
const leftOut = '[left out: it repeats a secret in an unknown encoding]'

/**
 * A masker that knows the latest 512 secrets, and those that it was made with for ever. A text of more
 * than 64 KiB is cut. One that still tells a secret after all, by letters and digits in a row under some
 * encoding, is left out as a whole.
 */
export function createMasker(fixed: readonly string[], sensitive: readonly string[] = []): Masker {
  const names = sensitiveNames(sensitive)
  const lasting = formsOf(fixed)
  const learnt = new Map<string, readonly string[]>()
  // Made of all of them when it is needed: texts are many more than new secrets.
  let known: Known | undefined

  const learn = (secrets: Iterable<string | undefined>) => {
    for (const secret of secrets) {
      if (secret === undefined || secret.length < minLength || lasting.has(secret)) continue
      const forms = learnt.get(secret)
      // Deleted and set again, an entry moves to the end: the first is the one unused for longest.
      learnt.delete(secret)
      learnt.set(secret, forms ?? secretForms(secret))
      if (forms !== undefined) continue
      if (learnt.size > maxSecrets) {
        const [oldest = secret] = learnt.keys()
        learnt.delete(oldest)
      }
      known = undefined
    }
  }

  const mask = (text: string): string => {
    known ??= knownOf([...lasting, ...learnt])
    const shown = withoutForms(text.slice(0, maxLength), known.forms)
    // What was cut off may have been the end of a secret.
    const longest = known.forms[0]?.length ?? 0
    const whole =
      text.length > maxLength ? `${shown.slice(0, Math.max(0, shown.length - longest))} …` : shown
    const named = names.inText(whole)
    // Once with the tags of a page and once without: a secret may stand in one, or across some.
    return known.isTold(named) || known.isTold(withoutTags(named)) ? leftOut : named
  }
  return Object.freeze({ learn, mask, names })
}

function formsOf(secrets: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    secrets
      .filter(secret => secret.length >= minLength)
      .map(secret => [secret, secretForms(secret)]),
  )
}

interface Known {
  /** Longest first: a secret may be a part of another one. */
  readonly forms: readonly string[]
  readonly isTold: (text: string) => boolean
}

function knownOf(secrets: readonly (readonly [string, readonly string[]])[]): Known {
  const forms = secrets.flatMap(([, each]) => each).filter(form => form.length >= minLength)
  return {
    forms: forms.sort((a, b) => b.length - a.length),
    isTold: secretSearch(secrets.map(([secret]) => secret)),
  }
}

function withoutForms(text: string, forms: readonly string[]): string {
  let shown = text
  for (const form of forms) {
    if (shown.includes(form)) shown = shown.replaceAll(form, masked)
  }
  return shown
}
