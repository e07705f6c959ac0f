import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DataKey } from './data-key.ts'

/** No keys of a role live longer: 12 hours (STS), and a while for clocks. */
const longestLifeMs = 13 * 3_600_000
/** Nobody takes so many roles in half a day; more are left for the next time. */
const most = 20_000

/**
 * Removes files that no keys can be in any more: those of ended sessions, and of data keys that went with a
 * log-out. What cannot be removed stays.
 */
export function pruneEntries({ folder }: DataKey, now: number): void {
  for (const one of namesIn(dirname(folder))) {
    const other = join(dirname(folder), one)
    const files = namesIn(other).slice(0, most)
    const old = files.map(file => join(other, file)).filter(path => isOld(path, now))
    for (const path of old) quietly(() => rmSync(path, { force: true }))
    const isEmptied = old.length > 0 && old.length === files.length
    if (isEmptied && other !== folder) quietly(() => rmSync(other, { recursive: true }))
  }
}

const isOld = (path: string, now: number): boolean =>
  quietly(() => now - lstatSync(path).mtimeMs > longestLifeMs) ?? false

const namesIn = (folder: string): readonly string[] => quietly(() => readdirSync(folder)) ?? []

function quietly<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
