import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MissingPeer } from '../row.ts'
import type { Start } from './starter.ts'

const root = join(import.meta.dirname, '..', '..')

/** A user with the built command, a connection, known roles, and keys of one of them in the cache. */
export interface User {
  /** The command with these words. */
  rolecall(...words: readonly string[]): Start
  /** What such a program prints. Throws when it fails. */
  printed(start: Start): string
  /** A program of Node.js that does nothing. */
  readonly empty: Start
  /** Debian's `aws` on the same keys in a credentials file. Throws `MissingPeer`. */
  aws(...words: readonly string[]): Start
  readonly folder: string
  end(): void
}

let packageFolder: string | undefined

/** The built command: once for all rows, until this process ends. */
function builtPackage(): string {
  if (packageFolder !== undefined) return packageFolder
  const built = mkdtempSync(join(tmpdir(), 'rolecall-bench-'))
  process.once('exit', () => rmSync(built, { recursive: true, force: true }))
  packageFolder = built
  const script = join(root, 'scripts', 'build.ts')
  execFileSync(process.execPath, [script, built], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  symlinkSync(join(root, 'node_modules'), join(built, 'node_modules'))
  return built
}

export function createUser(): User {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-bench-'))
  const built = builtPackage()
  mkdirSync(join(folder, 'run'), { mode: 0o700 })
  writeFileSync(join(folder, 'empty.cjs'), '')
  const config = join(folder, 'config')
  writeFileSync(config, '[work]\nprovider = Rolecall\nurl = http://127.0.0.1:9\n')
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    XDG_RUNTIME_DIR: join(folder, 'run'),
    ROLECALL_STATE: join(folder, 'state'),
    ROLECALL_CACHE: join(folder, 'cache'),
    ROLECALL_CONFIG: config,
  }
  const seed = join(root, 'packages', 'cli', 'tests', 'hot', 'seed-cache.ts')
  execFileSync(process.execPath, ['--no-warnings', seed], { env })
  const credentials = join(folder, 'credentials')
  const printed = ({ argv, env }: Start) => {
    const [program = '', ...args] = argv
    const done = spawnSync(program, args, { env, encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`${argv.join(' ')}: ${done.stderr}`)
    return done.stdout
  }
  const rolecall = (...words: readonly string[]): Start => ({
    argv: [process.execPath, join(built, 'rolecall.cjs'), ...words],
    env,
  })
  return {
    folder,
    rolecall,
    printed,
    empty: { argv: [process.execPath, join(folder, 'empty.cjs')], env },
    aws(...words) {
      const program = '/usr/bin/aws'
      if (spawnSync(program, ['--version']).status !== 0) {
        throw new MissingPeer('aws is not there: apt-get install awscli')
      }
      const keys = JSON.parse(printed(rolecall('credentials', 'prod/admin')))
      const file = [
        '[default]',
        `aws_access_key_id = ${keys.AccessKeyId}`,
        `aws_secret_access_key = ${keys.SecretAccessKey}`,
        `aws_session_token = ${keys.SessionToken}`,
      ]
      writeFileSync(credentials, `${file.join('\n')}\n`, { mode: 0o600 })
      const { PATH, HOME } = env
      return {
        argv: [program, ...words],
        env: { PATH, HOME, AWS_SHARED_CREDENTIALS_FILE: credentials },
      }
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  }
}
