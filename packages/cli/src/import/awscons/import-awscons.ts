/** The configuration of AWSconsoleSSO (AWScons) as ours. */
import { isLoopbackHost } from '@rolecall/server/config-file'
import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import { type OldEntry, textOf } from '../old-value.ts'
import { importAws } from './aws-config.ts'
import { importSaml, providerId } from './saml-config.ts'
import { sectionOf } from './section.ts'
import { importSession } from './session-config.ts'
import { importTargets } from './targets.ts'

/** Where the old program took POSTs of the identity provider, behind its mount. */
const acs = '/saml/acs'

const none = { origin: undefined, isHttps: false, acsPath: undefined, mount: '' }

const loopback = 'http://127.0.0.1:8080'

/** Writes what the file says into the draft. `publicUrl` wins over the host of `acs_url`. */
export function importAwscons(
  names: ReadonlyMap<string, OldEntry>,
  file: string,
  publicUrl: string | undefined,
  draft: Draft,
  findings: Findings,
): void {
  const aws = sectionOf(names, 'aws_config', file, findings)
  const saml = sectionOf(names, 'saml_config', file, findings)
  const session = sectionOf(names, 'session_config', file, findings)
  const where = placeOf(textOf(saml?.map.entries.get('acs_url')?.value))
  draft.set(['publicUrl'], publicUrl ?? where.origin ?? loopback, 'What browsers type.')
  if (publicUrl === undefined && !where.isHttps) {
    const assumed = where.origin ?? loopback
    findings.ask('publicUrl', 'Under which https address do browsers reach the gateway?', assumed)
  }
  if (saml !== undefined) importSaml(saml, where.acsPath, draft, findings)
  importSession(session, saml, draft, findings)
  if (aws !== undefined) {
    importAws(aws, where.mount, draft, findings)
    importTargets(aws, { source: providerId, prefix: prefixIn(draft) }, draft, findings)
  }
  for (const section of [aws, saml, session]) section?.rest()
  tellOfOthers(names, findings)
}

/** The origin and the mount of the old program, out of the address that it told the provider. */
function placeOf(acsUrl: string | undefined): {
  readonly origin: string | undefined
  readonly isHttps: boolean
  /** Where the provider posts its answers. */
  readonly acsPath: string | undefined
  readonly mount: string
} {
  const url = acsUrl === undefined ? null : URL.parse(acsUrl)
  if (url === null || !/^https?:$/.test(url.protocol)) return none
  const origin = isLoopbackHost(url.hostname) ? url.origin : `https://${url.host}`
  const mount = url.pathname.endsWith(acs) ? url.pathname.slice(0, -acs.length) : ''
  return { origin, mount, acsPath: url.pathname, isHttps: url.protocol === 'https:' }
}

function prefixIn(draft: Draft): string {
  const prefix = draft.get(['targets', 'prefix'])
  return typeof prefix === 'string' ? prefix : ''
}

/** Names that the old program does not read; what they hold is told where it is used. */
function tellOfOthers(names: ReadonlyMap<string, OldEntry>, findings: Findings): void {
  for (const [name, entry] of names) {
    if (['aws_config', 'saml_config', 'session_config'].includes(name)) continue
    const why = 'a name of the file itself: what it holds is told where it is used'
    findings.changed(entry, name, undefined, why)
  }
}
