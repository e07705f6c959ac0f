import type { Connection } from '../connections/connection.ts'
import { sourceOrigin } from '../connections/source-id.ts'
import type { Remembered } from '../providers/provider.ts'
import type { Vault } from '../vault/vault.ts'

/** Names of what a connection remembers, in the vault. */
export const rememberedPrefix = (connection: string): string =>
  `remembered:${encodeURIComponent(connection)}:`

/**
 * What a provider keeps between commands, for the host that the connection leads to now. The vault is opened
 * when it is needed.
 */
export function createRemembered(
  connection: Pick<Connection, 'name' | 'url'>,
  vault: () => Promise<Vault>,
): Remembered {
  const host = encodeURIComponent(sourceOrigin(connection))
  const prefix = `${rememberedPrefix(connection.name)}${host}:`
  return Object.freeze({
    get: async (name: string) => (await vault()).get(prefix + name),
    set: async (name: string, value: string) => (await vault()).set(prefix + name, value),
    delete: async (name: string) => void (await (await vault()).delete(prefix + name)),
  })
}
