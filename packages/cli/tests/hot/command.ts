import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeKnownRoles } from '../../src/roles/known-roles.ts'
import type { OfferedRole } from '../../src/sources/source.ts'
import { openKeyCache } from '../../src/vault/key-cache.ts'
import { keyName, keysUntil, userFolder } from '../vault/keys.ts'

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
const preload = join(import.meta.dirname, 'loaded-modules.ts')

const always = {
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: join(tmpdir(), 'rolecall-test-compile-cache'),
}

const roles: readonly OfferedRole[] = ['Admin', 'Reader'].map(name => ({
  roleArn: `arn:aws:iam::123456789012:role/${name}`,
  accountId: '123456789012',
  partition: 'aws',
  accountName: 'prod',
  roleName: name,
  principalArn: undefined,
  region: undefined,
  keys: true,
  consoleHref: undefined,
}))

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
  writeKnownRoles('work', { who: 'alice', roles }, all)
  /** Keys with so many minutes left. */
  const cacheKeys = async (minutes: number) => {
    const { roleArn } = keyName
    const name = { ...keyName, username: undefined, roleArn }
    const make = async () => keysUntil(new Date(Date.now() + minutes * 60_000))
    return openKeyCache(all).get(name, make, { force: true })
  }
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
