import type { Vault } from './vault.ts'

/** A vault that new secrets go to, and one of before: what is set anew moves out of it. */
export function twoVaults(now: Vault, before: Vault): Vault {
  return Object.freeze({
    place: `${now.place}; older secrets in ${before.place}`,
    get: async (name: string) => (await now.get(name)) ?? (await before.get(name)),
    set: async (name: string, value: string) => {
      await now.set(name, value)
      await before.delete(name)
    },
    delete: async (name: string) => {
      const both = [await now.delete(name), await before.delete(name)]
      return both.includes(true)
    },
    names: async (prefix: string) => {
      const both = [...(await now.names(prefix)), ...(await before.names(prefix))]
      return [...new Set(both)].sort()
    },
  })
}
