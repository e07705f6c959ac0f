/** The configuration of AWS Federation Proxy (afp-core) as ours. */

import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import { entryAt, leavesOf, type OldMap, textOf } from '../old-value.ts'
import { importAccounts } from './accounts.ts'
import type { MountPrefixes } from './apache.ts'
import { importBroker } from './broker.ts'
import type { MountNames } from './federation-api.ts'
import type { Installation, Mount } from './find-mounts.ts'
import { importGroupProvider } from './group-provider.ts'
import { importLogging } from './logging.ts'
import { importMachineProvider } from './machine-provider.ts'
import { refuseProvider } from './other-providers.ts'

/** What is not in the files. */
export interface AfpSurroundings {
  /** The origin that browsers use; undefined: asked for. */
  readonly publicUrl: string | undefined
  /** Where the web server mounted the program, by the mount's path. */
  readonly prefixes: MountPrefixes
}

const loopback = 'http://127.0.0.1:8080'

/** Writes the whole of an installation into the draft. */
export function importAfp(
  installation: Installation,
  surroundings: AfpSurroundings,
  draft: Draft,
  findings: Findings,
): void {
  const { mounts, accounts } = installation
  draft.set(['publicUrl'], surroundings.publicUrl ?? loopback, 'What browsers type.')
  if (surroundings.publicUrl === undefined) {
    findings.ask('publicUrl', 'Under which https address do browsers reach the gateway?', loopback)
  }
  for (const [index, { config }] of mounts.entries()) {
    importBroker(config, index === 0, draft, findings)
  }
  draft.set(
    ['aws', 'sourceIdentity'],
    false,
    'Make it true once the trust policy of every role allows sts:SetSourceIdentity:\nCloudTrail then names the person even after the role takes another one.',
  )
  const aliases =
    accounts === undefined ? new Set<string>() : importAccounts(accounts, draft, findings)
  const used = new Set<string>()
  for (const mount of mounts) {
    const names = namesOf(mount, surroundings.prefixes, used)
    importMount(mount, names, aliases, draft, findings)
  }
}

const groupProviders: Readonly<Record<string, 'grp' | 'sssd' | 'ldap'>> = {
  grp_provider: 'grp',
  sssd_provider: 'sssd',
  ldap_provider: 'ldap',
}

function importMount(
  { config }: Mount,
  names: MountNames,
  aliases: ReadonlySet<string>,
  draft: Draft,
  findings: Findings,
): void {
  const module = textOf(entryAt(config, ['provider', 'module'])?.value)
  const chosen = entryAt(config, ['provider', 'class'])
  const name = textOf(chosen?.value) ?? 'Provider'
  const own = module?.startsWith('aws_federation_proxy.provider.') === true
  const last = own ? (module.split('.').at(-1) ?? '') : ''
  const groups = Object.hasOwn(groupProviders, last) ? groupProviders[last] : undefined
  if (name === 'Provider' && groups !== undefined) {
    importGroupProvider(groups, config, names, draft, findings)
  } else if (name === 'Provider' && last === 'provider_by_ip') {
    importMachineProvider(config, names, aliases, draft, findings)
  } else {
    refuseProvider(config, { module, name: textOf(chosen?.value) }, findings)
  }
  if (chosen !== undefined && name === 'Provider') {
    findings.kept(chosen, 'provider.class', `grants: ${names.grant}`)
  }
  importLogging(config, findings)
  tellOfTheRest(config, findings)
}

const read = /^(api\.user_identification\.environment_field|aws\.(access|secret)_key|provider\..*)$/

/** What no step has spoken of: keys of a provider that was refused, and keys that nobody read. */
function tellOfTheRest(config: OldMap, findings: Findings): void {
  const told = new Set(findings.list.map(({ file, line, key }) => `${file}:${line}:${key}`))
  for (const { key, place } of leavesOf(config)) {
    if (told.has(`${place.file}:${place.line}:${key}`)) continue
    const why = read.test(key)
      ? 'it has no use without what was refused, or the provider did not read it'
      : 'the old program did not read it'
    findings.changed(place, key, undefined, why)
  }
}

/** A grant is named after the directory of its mount. */
function namesOf({ name, path }: Mount, prefixes: MountPrefixes, used: Set<string>): MountNames {
  const word = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const wanted = `afp-${word === '' ? 'mount' : word}`.slice(0, 56)
  let grant = wanted
  for (let count = 2; used.has(grant); count += 1) grant = `${wanted}-${count}`
  used.add(grant)
  return { grant, prefixes: prefixes.get(path) ?? [] }
}
