import type { Vault } from './vault.ts'

/** Keeps nothing: what is set is gone with the process. */
export function memoryVault(): Vault {
  const secrets = new Map<string, string>()
  return Object.freeze({
    place: 'nowhere (the keyring is switched off)',
    get: async (name: string) => secrets.get(name),
    set: async (name: string, value: string) => void secrets.set(name, value),
    delete: async (name: string) => secrets.delete(name),
    names: async (prefix: string) =>
      [...secrets.keys()].filter(name => name.startsWith(prefix)).sort(),
  })
}
