import type { Partition } from '@rolecall/aws'
import type { Place } from '../findings.ts'

/** A target of the old file that somebody could take. */
export interface Target {
  readonly service: string
  /** The service as a name of a grant. */
  readonly name: string
  /** With its IAM path: `team/Admin`. */
  readonly role: string
  readonly accountId: string
  readonly partition: Partition
  readonly seconds: number
  /** Empty: everyone. */
  readonly groups: readonly string[]
  /** Its key in the old file. */
  readonly at: string
  readonly places: { readonly target: Place; readonly service: Place | undefined }
}

/** Which account: the same id may be in two partitions. */
export function accountKey({ partition, accountId }: Target): string {
  return `${partition}:${accountId}`
}

/**
 * The old file names no accounts: an alias, by the account's key, is what the services of an account begin with,
 * else its id.
 */
export function aliasesFor(targets: readonly Target[]): ReadonlyMap<string, string> {
  const accounts = new Map<string, Target[]>()
  for (const target of targets) {
    const key = accountKey(target)
    accounts.set(key, [...(accounts.get(key) ?? []), target])
  }
  const wanted = [...accounts].map(([key, inAccount]) => {
    const services = inAccount.map(({ service }) => service.toLowerCase())
    return { key, first: inAccount[0], alias: commonWords(services) }
  })
  const isOnce = (test: (one: (typeof wanted)[number]) => boolean) =>
    wanted.filter(test).length === 1
  return new Map(
    wanted.map(({ key, first, alias }) => {
      const id = first?.accountId ?? ''
      const isUsable =
        /^[a-z][a-z0-9-]{0,31}$/.test(alias) && isOnce(other => other.alias === alias)
      const own = isOnce(other => other.first?.accountId === id) ? id : `${first?.partition}-${id}`
      return [key, isUsable ? alias : own]
    }),
  )
}

/** `prod` of `prod-admin` and `prod-read`; the whole name when there is one. */
function commonWords(names: readonly string[]): string {
  const [first = [], ...others] = names.map(name => name.split(/[-_.]/))
  const differs = (word: string, index: number) => others.some(other => other[index] !== word)
  const end = first.findIndex(differs)
  return first.slice(0, end < 0 ? first.length : end).join('-')
}
