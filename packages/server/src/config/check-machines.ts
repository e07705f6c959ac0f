/** The machines: their networks, and who is asked for their names. */
import { isIP } from 'node:net'
import { localSource } from '../nouns.ts'
import { readNetwork } from './networks.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'
import { declaredSources, systemGroups } from './sign-in-sources.ts'

/** Reports networks and name servers that are none, and an id that another source has. */
export function checkMachines(sections: Sections, report: Report): void {
  const { machines } = sections
  if (machines === undefined) return
  const path = ['signIn', 'machines']
  for (const [index, network] of machines.networks.entries()) {
    if (readNetwork(network) !== undefined) continue
    const remedy = 'write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)'
    report.problem([...path, 'networks', index], 'not an address or network', remedy)
  }
  for (const [index, server] of machines.nameServers.entries()) {
    if (isNameServer(server)) continue
    const remedy = 'write `10.0.0.53`, `10.0.0.53:5353` or `[2001:db8::53]:53`'
    report.problem([...path, 'nameServers', index], 'not the address of a name server', remedy)
  }
  const others = [localSource, systemGroups, ...declaredSources(sections).map(({ id }) => id)]
  if (others.includes(machines.id)) {
    report.problem([...path, 'id'], 'people have a source of this id', 'choose another id')
  }
}

function isNameServer(text: string): boolean {
  if (isIP(text) !== 0) return true
  const [, v6, v4, port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text) ?? []
  const isAddress = v6 === undefined ? isIP(v4 ?? '') === 4 : isIP(v6) === 6
  return isAddress && Number(port) >= 1 && Number(port) <= 65_535
}
