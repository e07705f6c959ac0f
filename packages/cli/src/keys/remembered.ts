import type { Remembered } from '../providers/provider.ts'
import type { Vault } from '../vault/vault.ts'

/** Names of what a connection remembers, in the vault. */
export const rememberedPrefix = (connection: string): string => `remembered:${connection}:`

/** What a provider keeps between commands. The vault is opened when it is needed. */
export function createRemembered(connection: string, vault: () => Promise<Vault>): Remembered {
  const prefix = rememberedPrefix(connection)
  return Object.freeze({
    get: async (name: string) => (await vault()).get(prefix + name),
    set: async (name: string, value: string) => (await vault()).set(prefix + name, value),
    delete: async (name: string) => void (await (await vault()).delete(prefix + name)),
  })
}
