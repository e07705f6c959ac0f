import { isReserved } from '@rolecall/server/config-file'
import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import { type OldEntry, textOf, textsOf } from '../old-value.ts'
import { idpMetadata } from './idp-metadata.ts'
import type { Section } from './section.ts'

/** The old file has one identity provider; this is its id in the new one. */
export const providerId = 'corp'

/** Writes the identity provider, with a metadata file for what the old one said of it. */
export function importSaml(
  section: Section,
  acsPath: string | undefined,
  draft: Draft,
  findings: Findings,
): void {
  const now = `signIn.saml: ${providerId}`
  const acs = importAcs(section.take('acs_url'), acsPath, now, findings)
  const metadata = importProvider(section, draft, findings)
  const spid = section.take('spid')
  const entityId = textOf(spid?.value) || undefined
  const groups = importAttributes(section, now, findings)
  const force = section.take('force_reauth')
  const isForced = force?.value.kind === 'truth' && force.value.value
  const unsolicited = importUnsolicited(section, now, findings)
  draft.add(
    ['signIn', 'saml'],
    {
      id: providerId,
      title: 'Company sign-in',
      metadata: { file: metadata },
      ...(entityId === undefined ? {} : { spEntityId: entityId }),
      ...(acs === undefined ? {} : { acsPath: acs }),
      attributes: groups,
      ...(isForced ? { forceAuthn: true } : {}),
      ...(unsolicited ? { allowUnsolicited: true } : {}),
    },
    `${section.map.file}:${section.map.line}`,
  )
  if (spid !== undefined && entityId !== undefined) {
    findings.kept(spid, 'saml_config.spid', `${now}.spEntityId`)
  } else {
    const why = 'the old program had no name towards the provider'
    const todo = 'set `spEntityId` to what the provider calls the service'
    findings.refused(spid ?? section.map, 'saml_config.spid', why, todo)
  }
  if (force !== undefined) findings.kept(force, 'saml_config.force_reauth', `${now}.forceAuthn`)
  for (const [key, why] of [
    ['reqid_life', 'a sign-in that was begun waits ten minutes, once, in the same browser'],
    ['authn_all_routes', 'the old program did nothing with it'],
  ] as const) {
    const entry = section.take(key)
    if (entry !== undefined) findings.changed(entry, `saml_config.${key}`, undefined, why)
  }
}

/** The metadata file's name; what could not be written is told. */
function importProvider(section: Section, draft: Draft, findings: Findings): string {
  const endpoint = section.take('saml_endpoint')
  const issuer = section.take('issuer')
  const certificate = section.take('certificate')
  const read = idpMetadata({
    endpoint: textOf(endpoint?.value),
    issuer: textOf(issuer?.value),
    certificate: textOf(certificate?.value),
  })
  const entries = { saml_endpoint: endpoint, issuer, certificate }
  const now = `signIn.saml: ${providerId}.metadata`
  const name = draft.file('idp-metadata.xml', 'text' in read ? read.text : read.note)
  for (const [key, entry] of Object.entries(entries)) {
    if ('text' in read) {
      if (entry !== undefined) findings.kept(entry, `saml_config.${key}`, now)
    } else if (read.key === key && entry === undefined && section.map.entries.has(key)) {
      // Told already: its value is none that could be read.
    } else if (read.key === key) {
      const todo = `put the metadata of the identity provider into ${name}`
      findings.refused(entry ?? section.map, `saml_config.${key}`, read.why, todo)
    } else if (entry !== undefined) {
      const why = `the metadata file waits for \`${read.key}\``
      findings.changed(entry, `saml_config.${key}`, now, why)
    }
  }
  return name
}

/** Names were compared in lower case with names as they came: one with capitals never matched. */
function importAttributes(
  section: Section,
  now: string,
  findings: Findings,
): Readonly<Record<string, string>> {
  const kept = section.take('assertions')
  const user = section.take('user_attr')
  const names = (textsOf(kept?.value) ?? []).map(name => name.toLowerCase())
  const wanted = textOf(user?.value) ?? 'name_id'
  const isAttribute = wanted !== 'name_id' && names.includes(wanted)
  if (user !== undefined && (isAttribute || wanted === 'name_id')) {
    findings.kept(user, 'saml_config.user_attr', `${now}.attributes.username`)
  } else if (user !== undefined) {
    const why = 'the attribute is not among `assertions` in lower case: the NameID was the name'
    const todo = 'set `attributes.username` when that was not meant'
    findings.changed(user, 'saml_config.user_attr', `${now}.attributes.username`, why, todo)
  }
  const hasGroups = names.includes('groups')
  if (kept !== undefined) {
    const why = hasGroups
      ? 'a person with exactly one group has it now; the old program took its name for a list of letters. Other attributes need no list'
      : 'without `groups` nobody had a group, and targets with groups let nobody in'
    findings.changed(kept, 'saml_config.assertions', `${now}.attributes`, why)
  }
  return {
    username: isAttribute ? wanted : 'nameId',
    ...(hasGroups ? { groups: 'groups' } : {}),
  }
}

function importUnsolicited(section: Section, now: string, findings: Findings): boolean {
  const entry = section.take('idp_ok')
  if (entry === undefined) {
    findings.ask(
      `${now}.allowUnsolicited`,
      "Do people start at the identity provider's own page? The old program took that by default.",
      'no: a sign-in starts here',
    )
    return false
  }
  findings.kept(entry, 'saml_config.idp_ok', `${now}.allowUnsolicited`)
  return entry.value.kind === 'truth' && entry.value.value
}

/** The path at which the provider's answers are taken when it is none of ours. */
function importAcs(
  entry: OldEntry | undefined,
  acsPath: string | undefined,
  now: string,
  findings: Findings,
): string | undefined {
  if (entry === undefined) return undefined
  const first = acsPath?.split('/')[1]
  const isUsable = acsPath !== undefined && /^(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/.test(acsPath)
  if (isUsable && !isReserved(first)) {
    const why = `the provider's answers are taken at ${acsPath} as before, as long as the gateway has the old host name; an answer must be for that very address now`
    findings.changed(entry, 'saml_config.acs_url', `publicUrl, ${now}.acsPath`, why)
    return acsPath
  }
  const path = `/signin/saml/${providerId}/acs`
  const why = `answers are taken at ${path} now`
  const todo = `at the identity provider, set the reply address (assertion consumer service) to {publicUrl}${path}, or let it read {publicUrl}/signin/saml/${providerId}/metadata`
  findings.changed(entry, 'saml_config.acs_url', 'publicUrl', why, todo)
  return undefined
}
