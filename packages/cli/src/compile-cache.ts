import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { cacheFolder } from './places.ts'
import { isPrivateFolder } from './vault/private-file.ts'

/**
 * Keeps what Node compiles for the next start, in a folder of the user's own: in that of all users, which
 * is Node's default, somebody else could put code. NODE_COMPILE_CACHE names another, and
 * NODE_DISABLE_COMPILE_CACHE=1 switches it off.
 */
export function useCompileCache(env: Readonly<Record<string, string | undefined>>): void {
  if (env.NODE_COMPILE_CACHE !== undefined) return
  const folder = join(cacheFolder(env), 'compiled')
  if (isPrivateFolder(folder, { make: true })) enableCompileCache(folder)
}
