import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { userFolder } from '../vault/user-folder.ts'
import { seedCache } from './seed.ts'

export const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
const preload = join(import.meta.dirname, 'loaded-modules.ts')

const always = {
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: join(tmpdir(), 'rolecall-test-compile-cache'),
}

/** A user with a connection, known roles and keys in the cache; nothing answers at the connection's address. */
export async function signedInUser() {
  const { folder, env } = userFolder()
  const config = join(folder, 'config')
  const loaded = join(folder, 'loaded')
  writeFileSync(config, '[work]\nprovider = Rolecall\nurl = http://127.0.0.1:9\n')
  mkdirSync(join(folder, 'home'))
  const all = {
    ...env,
    ROLECALL_CONFIG: config,
    HOME: join(folder, 'home'),
    ROLECALL_KEYRING: 'off',
  }
  /** Keys with so many minutes left. */
  const cacheKeys = (minutes: number) => seedCache(all, minutes)
  /** Runs the command; `atOnce`: without the whole program. */
  const run = (words: readonly string[], variables: Record<string, string> = {}) => {
    rmSync(loaded, { force: true })
    const args = ['--no-warnings', '--import', preload, main, ...words]
    const done = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      cwd: folder,
      env: { ...always, ...all, LOADED_MODULES: loaded, ...variables },
    })
    const modules = existsSync(loaded) ? readFileSync(loaded, 'utf8').split('\n') : []
    const atOnce = !modules.some(name => name.endsWith('/src/run.ts'))
    return { code: done.status, out: done.stdout, err: done.stderr, modules, atOnce }
  }
  return { folder, config, env: all, cacheKeys, run }
}
