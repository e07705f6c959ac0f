/** The configuration of alppaca as a file of `rolecall agent`. */
import { stringify } from 'yaml'
import { isRoleArn, isUpstream } from '../../agent/names.ts'
import type { Findings } from '../findings.ts'
import { leavesOf, type OldMap, textOf } from '../old-value.ts'

/** The text of the agent's file, or undefined when the old one says too little. */
export function importMetadataProxy(config: OldMap, findings: Findings): string | undefined {
  const text = (name: string) => textOf(config.entries.get(name)?.value)
  const tell = createTeller(config, findings)
  const upstream = `${text('ims_protocol') ?? 'https'}://${text('ims_host')}:${text('ims_port')}`
  const isUsable = text('ims_port') !== undefined && isUpstream(upstream)
  for (const name of ['ims_host', 'ims_port', 'ims_protocol']) {
    if (isUsable) tell.kept(name, 'upstream')
    else
      tell.refused(
        name,
        'credentials cross the network with https only',
        'write `upstream: https://HOST:PORT`',
      )
  }
  const role = text('assume_role')
  const isRole = role !== undefined && isRoleArn(role)
  const listen = listenOf(text('bind_ip'), text('bind_port'))
  const name = isRole ? (role.split('/').at(-1) ?? 'role') : ''
  const region = text('aws_region')
  const file = {
    listen,
    hosts: ['169.254.169.254'],
    ...(isUsable ? { upstream } : {}),
    ...(isRole
      ? { roles: { [name]: { source: 'upstream', roleArn: role, ...(region ? { region } : {}) } } }
      : {}),
    imds: { ...(isRole ? { roles: [name] } : {}), v1: true, missing: 'empty' },
  }
  tell.kept('bind_ip', 'listen')
  tell.kept('bind_port', 'listen')
  if (isRole) {
    const why = `callers see the role under its name, ${name}, also where it has a path`
    tell.changed('assume_role', `roles.${name}.roleArn`, why)
    tell.kept('aws_region', `roles.${name}.region`)
  } else if (role !== undefined) {
    tell.refused('assume_role', 'this is no role ARN', 'write it under `roles`')
  }
  for (const proxy of ['aws_proxy_host', 'aws_proxy_port']) {
    tell.refused(proxy, 'the agent reaches AWS without a proxy', 'use a VPC endpoint of STS')
  }
  for (const name of ['user', 'group'])
    tell.changed(name, undefined, 'systemd has User= and Group=')
  tell.rest()
  if (!isUsable) return undefined
  const head =
    '# For rolecall agent -c FILE, in the place of alppacad. Version 1 of the metadata service and the\n# empty answer for an unknown role are as before; SDKs that want version 2 get it too.\n'
  return `${head}${stringify(file, { lineWidth: 0 })}`
}

function listenOf(address = '127.0.0.1', port = '25772'): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function createTeller(config: OldMap, findings: Findings) {
  const told = new Set<string>()
  const at = (name: string) => {
    const entry = config.entries.get(name)
    if (entry === undefined || entry.value.kind === 'nothing' || told.has(name)) return undefined
    told.add(name)
    return entry
  }
  return {
    kept(name: string, now: string) {
      const entry = at(name)
      if (entry !== undefined) findings.kept(entry, name, now)
    },
    changed(name: string, now: string | undefined, why: string) {
      const entry = at(name)
      if (entry !== undefined) findings.changed(entry, name, now, why)
    },
    refused(name: string, why: string, todo: string) {
      const entry = at(name)
      if (entry !== undefined) findings.refused(entry, name, why, todo)
    },
    /** Logging, and keys that say nothing. */
    rest() {
      for (const { key, place } of leavesOf(config)) {
        const [name = ''] = key.split('.')
        if (told.has(name)) continue
        const why = /^log/.test(name)
          ? 'the agent writes one JSON line a request to standard error, or to `accessLog`'
          : 'it has no use here'
        findings.changed(place, key, undefined, why)
      }
    },
  }
}
