/** The provider that gave roles by the address of a machine. */
import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import { entryAt, type OldMap, textOf, textsOf } from '../old-value.ts'
import { importApi, type MountNames } from './federation-api.ts'

/** Writes the machine source, a grant with the old rule for names, and a federation API for machines. */
export function importMachineProvider(
  config: OldMap,
  names: MountNames,
  aliases: ReadonlySet<string>,
  draft: Draft,
  findings: Findings,
): void {
  const module = entryAt(config, ['provider', 'module'])
  const place = module ?? config
  const account = entryAt(config, ['provider', 'account_name'])
  const domains = entryAt(config, ['provider', 'allowed_domains'])
  const prefix = entryAt(config, ['provider', 'role_prefix'])
  const alias = textOf(account?.value)
  const listed = textsOf(domains?.value)?.map(domain => domain.toLowerCase())
  if (alias === undefined || !aliases.has(alias)) {
    const why = `the account ${alias === undefined ? 'of the machines' : `\`${alias}\``} is not in the new file`
    const todo =
      'add it under `accounts`, then a grant with `machines: { preset: eight-characters }`'
    findings.refused(account ?? place, 'provider.account_name', why, todo)
    return
  }
  if (listed === undefined || listed.length === 0) {
    const why = 'there is no list of domains: the old program let no machine in'
    findings.refused(domains ?? place, 'provider.allowed_domains', why, 'write a machines grant')
    return
  }
  const text = prefix?.value.kind === 'nothing' ? '' : (textOf(prefix?.value) ?? '')
  if (!/^[\w+=,.@-]*$/.test(text)) {
    const why = 'a role cannot have this in its name'
    findings.refused(prefix ?? place, 'provider.role_prefix', why, 'write a machines grant')
    return
  }
  importAddress(config, draft, findings)
  const known = draft.get(['signIn', 'machines', 'domains'])
  const all = [...new Set([...(Array.isArray(known) ? known : []), ...listed])]
  draft.set(
    ['signIn', 'machines'],
    { domains: all, networks: ['127.0.0.0/8'] },
    'A machine is who the name of its address says, when the name leads back to the address.',
  )
  findings.ask(
    'signIn.machines.networks',
    'Which networks do the machines have? Only addresses in them are looked up.',
    'this machine only (127.0.0.0/8)',
  )
  draft.add(
    ['grants'],
    {
      name: names.grant,
      machines: { preset: 'eight-characters', domains: listed },
      account: alias,
      role: `${text}{role}`,
    },
    `${place.file}:${place.line}\nNames of eight characters: the first six are the role; ber… and ham… become pro….`,
  )
  importApi(names, { for: 'machines' }, draft, findings)
  const now = `grants: ${names.grant}`
  if (account !== undefined) findings.kept(account, 'provider.account_name', `${now}.account`)
  if (domains !== undefined) {
    findings.kept(domains, 'provider.allowed_domains', `${now}.machines.domains`)
  }
  if (prefix !== undefined) findings.kept(prefix, 'provider.role_prefix', `${now}.role`)
  const why = 'the name of an address counts only when it leads back to that address'
  const todo = 'every machine needs a forward (A, AAAA) record beside its PTR record'
  findings.changed(place, 'provider.module', `${now}.machines`, why, todo)
}

function importAddress(config: OldMap, draft: Draft, findings: Findings): void {
  const key = 'api.user_identification.environment_field'
  const entry = entryAt(config, key.split('.'))
  const field = textOf(entry?.value)
  if (entry === undefined) return
  if (field === 'REMOTE_ADDR') {
    findings.kept(entry, key, 'signIn.machines')
    return
  }
  if (field !== 'HTTP_X_FORWARDED_FOR') {
    const why = 'an address counts only as the network gives it'
    findings.changed(entry, key, 'signIn.machines', why, 'name proxies in `listen.trustedProxies`')
    return
  }
  const why = 'a header can say anything: it counts only through listed proxies, from the right'
  findings.changed(entry, key, 'listen.trustedProxies', why)
  if (!draft.has(['listen', 'trustedProxies'])) draft.set(['listen', 'trustedProxies'], [])
  findings.ask(
    'listen.trustedProxies',
    'Which proxies stand between the machines and the gateway? Their X-Forwarded-For counts.',
    'none: an address is that of the connection',
  )
}
