import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import type { OldEntry } from '../old-value.ts'
import { leavesOf } from '../old-value.ts'
import type { Section } from './section.ts'

/** Seconds that the new file takes for both. */
const bounds = { least: 60, idleMost: 7 * 86_400, absoluteMost: 30 * 86_400 }

/** Writes how long a browser stays signed in. */
export function importSession(
  session: Section | undefined,
  saml: Section | undefined,
  draft: Draft,
  findings: Findings,
): void {
  const idle = session?.take('session_expire')
  const absolute = saml?.take('auth_duration')
  // Their defaults counted too.
  const absoluteSeconds = clamp(secondsOf(absolute) ?? 3600, bounds.absoluteMost)
  const idleSeconds = Math.min(clamp(secondsOf(idle) ?? 300, bounds.idleMost), absoluteSeconds)
  draft.set(['signIn', 'session'], { idle: idleSeconds, absolute: absoluteSeconds })
  tell(absolute, 'saml_config.auth_duration', 'signIn.session.absolute', absoluteSeconds, findings)
  if (idle !== undefined) {
    const why =
      'it counts from the last request; the old program counted from the last change of the session'
    const now = 'signIn.session.idle'
    if (secondsOf(idle) === undefined) {
      findings.changed(idle, 'session_config.session_expire', now, 'this is no number of seconds')
    } else findings.changed(idle, 'session_config.session_expire', now, why)
  }
  if (session !== undefined) tellOfTheRest(session, findings)
}

function tell(
  entry: OldEntry | undefined,
  key: string,
  now: string,
  seconds: number,
  findings: Findings,
): void {
  if (entry === undefined) return
  if (secondsOf(entry) === seconds) findings.kept(entry, key, now)
  else findings.changed(entry, key, now, `it is ${seconds} seconds now: one minute to thirty days`)
}

const reasons: Readonly<Record<string, string>> = {
  session_cookie: 'the cookie has a name of its own',
  session_secure: 'the cookie is for https alone whenever `publicUrl` is',
  session_path: 'the cookie holds for the whole gateway',
  session_reference: 'there is no program that could read it',
}

function tellOfTheRest(session: Section, findings: Findings): void {
  const backing = session.take('session_backing')
  if (backing !== undefined) {
    const why = 'sessions are in the database (`store.file`), and hold no secret in the clear'
    for (const { key, place } of leavesOf(backing.value)) {
      const name = `session_config.session_backing${key === '' ? '' : `.${key}`}`
      findings.changed(key === '' ? backing : place, name, 'store.file', why)
    }
  }
  for (const [key, why] of Object.entries(reasons)) {
    const entry = session.take(key)
    if (entry !== undefined) findings.changed(entry, `session_config.${key}`, undefined, why)
  }
}

function secondsOf(entry: OldEntry | undefined): number | undefined {
  return entry?.value.kind === 'number' ? Math.round(entry.value.value) : undefined
}

const clamp = (seconds: number, most: number) => Math.min(Math.max(seconds, bounds.least), most)
