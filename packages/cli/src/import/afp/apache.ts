/** Where Apache mounted the old program. */
import { normalize } from 'node:path'
import type { Mount } from './find-mounts.ts'

/** Prefixes by the path of the mount, one or more: `<Location PREFIX>` with `SetEnv CONFIG_PATH "PATH"`. */
export type MountPrefixes = ReadonlyMap<string, readonly string[]>

/** Reads them out of Apache's configuration. */
export function readApache(text: string, mounts: readonly Mount[]): MountPrefixes {
  const prefixes = new Map<string, readonly string[]>()
  let prefix: string | undefined
  for (const line of text.split('\n')) {
    const location = /^\s*<Location\s+"?(\/[A-Za-z0-9._/-]*?)\/?"?\s*>/i.exec(line)
    if (location !== null) prefix = location[1]
    if (/^\s*<\/Location>/i.test(line)) prefix = undefined
    const path = /^\s*SetEnv\s+CONFIG_PATH\s+"?([^"\s]+)"?\s*$/i.exec(line)?.[1]
    if (path === undefined || prefix === undefined) continue
    const mount = mounts.find(one => isSame(one.path, path))
    if (mount === undefined) continue
    const before = prefixes.get(mount.path) ?? []
    if (!before.includes(prefix)) prefixes.set(mount.path, [...before, prefix])
  }
  return prefixes
}

/** The same path, or the same last part of a copy somewhere else. */
function isSame(ours: string, theirs: string): boolean {
  const last = (path: string) => normalize(path).replace(/\/$/, '').split('/').at(-1)
  return normalize(ours) === normalize(theirs) || last(ours) === last(theirs)
}
