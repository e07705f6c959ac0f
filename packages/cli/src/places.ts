/** Where the command keeps what: the XDG Base Directory Specification; on Windows its known folders. */
import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The home folder: HOME or USERPROFILE of `env`, else that of the process's user. */
export function homeOf(env: Environment): string {
  return env.HOME || env.USERPROFILE || homedir()
}

/** The file of connections: ROLECALL_CONFIG, else `rolecall/config` in the configuration folder. */
export function connectionFile(env: Environment): string {
  if (env.ROLECALL_CONFIG) return env.ROLECALL_CONFIG
  const folder = env.XDG_CONFIG_HOME || env.APPDATA || join(homeOf(env), '.config')
  return join(folder, 'rolecall', 'config')
}

/** Cached keys, the encrypted file of secrets, what was used last: ROLECALL_STATE, else the state folder. */
export function stateFolder(env: Environment): string {
  if (env.ROLECALL_STATE) return env.ROLECALL_STATE
  const folder = env.XDG_STATE_HOME || env.LOCALAPPDATA || join(homeOf(env), '.local', 'state')
  return join(folder, 'rolecall')
}

/** What can be made anew at any time: ROLECALL_CACHE, else the cache folder. */
export function cacheFolder(env: Environment): string {
  if (env.ROLECALL_CACHE) return env.ROLECALL_CACHE
  const folder = env.XDG_CACHE_HOME || env.LOCALAPPDATA || join(homeOf(env), '.cache')
  return join(folder, 'rolecall', ...(env.XDG_CACHE_HOME || !env.LOCALAPPDATA ? [] : ['cache']))
}
