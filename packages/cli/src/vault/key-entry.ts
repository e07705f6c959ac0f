/** One cached set of keys: what lies in its file, and whether it is still of use. Read at every start. */
import { join } from 'node:path'
import type { RoleKeys } from '../sources/source.ts'
import type { DataKey } from './data-key.ts'
import { readPrivate } from './private-file.ts'
import { unsealKeys } from './unseal-keys.ts'
import type { KeyName } from './vault.ts'

export interface KeyEntry {
  readonly name: KeyName
  /** Without notes: who took the keys has read them. */
  readonly keys: RoleKeys
  /** Milliseconds since 1970: when they were made, and from when on they are renewed. */
  readonly made: number
  readonly renewFrom: number
}

/** Long session policies and a token of AWS at its longest leave room. */
export const longestEntry = 65_536

/** What an entry is sealed as: its file, and the shape of `KeyEntry`. */
export const entryContext = (file: string): string => `key entry 1 ${file}`

/** The entry in a file; undefined when there is none, or it is damaged, or another's. */
export function readEntry({ key, folder }: DataKey, file: string): KeyEntry | undefined {
  const sealed = readPrivate(join(folder, file), longestEntry)
  const text = sealed && unsealKeys(key, entryContext(file), sealed)
  // What was sealed as this was written by `keyEntry`.
  return text === undefined ? undefined : JSON.parse(text)
}

/** Keys are renewed so long before they end, or when a quarter of their life is left if that is less. */
const marginMs = 15 * 60_000
/** What a clock may have been set back by without doubt about the age of keys. */
const slackMs = 60_000

/**
 * An entry of keys that were taken at `now`. By chance of 0 to 1 it is renewed a bit earlier, so that what was
 * taken at the same moment is not renewed at the same moment.
 */
export function keyEntry(name: KeyName, keys: RoleKeys, now: number, chance: number): KeyEntry {
  const end = Date.parse(keys.expiration)
  const margin = Math.min(marginMs, Math.max(0, end - now) / 4)
  return {
    name,
    keys: { ...keys, notes: [] },
    made: now,
    renewFrom: Math.floor(end - margin * (1 + chance / 10)),
  }
}

/** Whether keys can be given without a thought of renewing them. */
export function isFresh(
  { keys, made, renewFrom }: KeyEntry,
  now: number,
  leftMs?: number,
): boolean {
  // A clock that runs before the moment of making has been set back: nobody knows how old they are.
  if (now < made - slackMs) return false
  return leftMs === undefined ? now < renewFrom : now + leftMs < Date.parse(keys.expiration)
}

/** Whether AWS still takes them, with a moment to use them in. */
export function isAlive({ keys, made }: KeyEntry, now: number): boolean {
  return now >= made - slackMs && now + 30_000 < Date.parse(keys.expiration)
}
