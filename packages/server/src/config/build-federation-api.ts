import type { FederationApiConfig, MachinesConfig } from './config.ts'
import { parseDuration } from './duration.ts'
import type { ConfigFile } from './schema.ts'

/** The machines of a file in which no check found a problem. */
export function buildMachines(
  machines: ConfigFile['signIn']['machines'],
): MachinesConfig | undefined {
  if (machines === undefined) return undefined
  const { timeout, ...rest } = machines
  return { ...rest, timeoutMs: (parseDuration(timeout) ?? 0) * 1000 }
}

/** One mount of AFP's API, likewise. */
export function buildFederationApi({
  prefix,
  for: whom,
  sources,
  hosts,
  plainHttp,
}: ConfigFile['federationApi'][number]): FederationApiConfig {
  return whom === 'people'
    ? { prefix, for: whom, sources: sources ?? [] }
    : { prefix, for: whom, hosts, plainHttp }
}
