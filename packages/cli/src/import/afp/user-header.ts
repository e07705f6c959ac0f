import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import { entryAt, type OldMap, textOf } from '../old-value.ts'

/** This machine. */
const own = ['127.0.0.1/32', '::1/128']

const key = 'api.user_identification.environment_field'

/**
 * Writes the source of people whom a web server in front has signed in; answers with its id. The old program
 * trusted a variable of that server, in the same process; ours trusts a header, and only from the addresses that
 * the file lists.
 */
export function readUserHeader(
  config: OldMap,
  { id, groupsFrom }: { readonly id: string; readonly groupsFrom: string },
  draft: Draft,
  findings: Findings,
): string | undefined {
  const entry = entryAt(config, key.split('.'))
  const field = textOf(entry?.value)
  if (entry === undefined || field === undefined) {
    const place = entry ?? config
    const why = 'nothing says which variable holds the name: the old program failed for everyone'
    findings.refused(place, key, why, 'write a source under `signIn.headers`')
    return undefined
  }
  if (field === 'REMOTE_ADDR' || field === 'HTTP_X_FORWARDED_FOR') {
    const why = 'an address cannot be the name of a person with groups'
    findings.refused(entry, key, why, 'name the variable that holds the login')
    return undefined
  }
  const header = headerOf(field)
  const used = sourceId(id, { header, groupsFrom }, draft)
  if (!draft.has(['signIn', 'headers', used.index])) {
    draft.add(
      ['signIn', 'headers'],
      {
        id: used.id,
        title: 'Company sign-in',
        from: own,
        username: header,
        // The old provider folded the name before it asked the directory.
        ...(groupsFrom === 'system' ? {} : { lowerCase: true }),
        groupsFrom: [groupsFrom],
      },
      `${entry.file}:${entry.line}\nOnly requests from these addresses may say who somebody is.`,
    )
  }
  // Else the audit log has the address of the web server for everybody.
  if (!draft.has(['listen', 'trustedProxies'])) draft.set(['listen', 'trustedProxies'], own)
  findings.ask(
    `signIn.headers: ${used.id}.from, listen.trustedProxies`,
    'From which addresses does the web server that signs people in reach the gateway? Add a shared secret (`secret`) or a client certificate when other programs share the address.',
    'this machine only (127.0.0.1, ::1)',
  )
  const now = `signIn.headers: ${used.id}.username`
  if (field.startsWith('HTTP_')) findings.kept(entry, key, now)
  else {
    const why = `the web server hands the name over in the header ${header}; it must set it itself and let none of that name in from outside`
    const todo = `Apache: RequestHeader set ${header} "expr=%{${field}}"`
    findings.changed(entry, key, now, why, todo)
  }
  return used.id
}

/** The header that WSGI calls HTTP_X_Y is X-Y; of another variable we make one. */
function headerOf(field: string): string {
  const words = field
    .replace(/^HTTP_/, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const name = words
    .filter(word => word !== '')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('-')
  return field.startsWith('HTTP_') ? name : `X-${name}`
}

/** The id of a source that says the same already, or a new one. */
function sourceId(
  id: string,
  { header, groupsFrom }: { readonly header: string; readonly groupsFrom: string },
  draft: Draft,
): { readonly id: string; readonly index: number } {
  for (let index = 0; ; index += 1) {
    const path = ['signIn', 'headers', index]
    const own = index === 0 ? id : `${id}-${index + 1}`
    const isSame =
      draft.get([...path, 'username']) === header &&
      draft.get([...path, 'groupsFrom', 0]) === groupsFrom
    if (!draft.has(path) || isSame) return { id: own, index }
  }
}
