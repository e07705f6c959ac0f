/** The files of connections: ours, and that of saml2aws beside it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../failure.ts'
import { connectionFile, homeOf } from '../places.ts'
import type { ConnectionFlags } from './flags.ts'
import { type IniFile, readIni, topSection } from './ini.ts'

/** One of the two. */
export interface ConnectionFile {
  readonly path: string
  /** Whose rules it follows where they differ: in one of saml2aws, 3600 seconds mean nothing was set. */
  readonly kind: 'ours' | 'saml2aws'
  /** Of a file that is not there: nothing. */
  readonly ini: IniFile
  readonly exists: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/** The section of our file that names AWS accounts. */
export const accountsSection = 'accounts'

const maxBytes = 1024 * 1024

/** `~/.saml2aws`, or what `--config` or SAML2AWS_CONFIGFILE names. */
export function saml2awsFile(flags: Pick<ConnectionFlags, 'config'>, env: Environment): string {
  const given = flags.config || env.SAML2AWS_CONFIGFILE
  return given ? expandHome(given, env) : join(homeOf(env), '.saml2aws')
}

/**
 * Both files, the one that goes before first: ours, unless `--config` names another. Throws `Failure`
 * `configuration` for a file that cannot be read or is no INI text.
 */
export function readConnectionFiles(
  flags: Pick<ConnectionFlags, 'config'>,
  env: Environment,
): readonly ConnectionFile[] {
  const ours = connectionFile(env)
  const old = saml2awsFile(flags, env)
  const files = [readConnectionFile(ours, 'ours')]
  if (old !== ours) {
    const other = readConnectionFile(old, 'saml2aws')
    if (flags.config) files.unshift(other)
    else files.push(other)
  }
  return files
}

/** One file; one that is not there is empty. */
export function readConnectionFile(path: string, kind: ConnectionFile['kind']): ConnectionFile {
  const text = readText(path)
  return { path, kind, ini: readIni(text ?? '', path), exists: text !== undefined }
}

/** The names of a file's connections: its sections, but for those that say something else. */
export function connectionNames({ ini, kind }: ConnectionFile): readonly string[] {
  const others = kind === 'ours' ? [topSection, accountsSection] : [topSection]
  return [...ini.sections.keys()].filter(name => !others.includes(name))
}

/** `~/` at the beginning of a path is the home folder. */
export function expandHome(path: string, env: Environment): string {
  return /^~[/\\]/.test(path) ? join(homeOf(env), path.slice(2)) : path
}

// Without promises: every command reads them, and nothing else happens meanwhile.
function readText(path: string): string | undefined {
  let handle: number | undefined
  try {
    handle = openSync(path, 'r')
    if (fstatSync(handle).size > maxBytes) throw unreadable(path, 'it is larger than 1 MiB')
    const buffer = Buffer.alloc(maxBytes + 1)
    let length = 0
    for (;;) {
      const count = readSync(handle, buffer, length, buffer.length - length, null)
      if (count === 0) break
      length += count
      if (length > maxBytes) throw unreadable(path, 'it is larger than 1 MiB')
    }
    const text = buffer.toString('utf8', 0, length)
    if (text.includes('\0')) throw unreadable(path, 'it has NUL bytes: save it as UTF-8')
    return text
  } catch (error) {
    if (error instanceof Failure) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(path, code)
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

function unreadable(path: string, why: string): Failure {
  return new Failure('configuration', `${path} cannot be read: ${why}`, 'check its path and mode')
}
