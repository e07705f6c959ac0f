/** The files of connections, line by line. */
import { statSync } from 'node:fs'
import { nearestName } from '@rolecall/aws'
import { shellWord } from '@rolecall/aws/shared-files'
import { buildConnection, readAccountNames } from '../connections/build-connection.ts'
import { defaultName, placeNamed } from '../connections/choose-connection.ts'
import type { Connection } from '../connections/connection.ts'
import type { ConnectionFlags } from '../connections/flags.ts'
import { findKey, topSection } from '../connections/ini.ts'
import {
  accountsSection,
  type ConnectionFile,
  connectionNames,
  readConnectionFile,
  saml2awsFile,
} from '../connections/read-files.ts'
import { settingOf, settings, unusedKey } from '../connections/settings.ts'
import { Failure } from '../failure.ts'
import { connectionFile } from '../places.ts'
import type { SetupFindings } from './findings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Both files as far as they can be read, and what is wrong in them. */
export function checkFiles(
  flags: ConnectionFlags,
  env: Environment,
  findings: SetupFindings,
): readonly ConnectionFile[] {
  const [ours, old] = [connectionFile(env), saml2awsFile(flags, env)]
  const wanted =
    old === ours
      ? [[ours, 'ours'] as const]
      : ([
          [ours, 'ours'],
          [old, 'saml2aws'],
        ] as const)
  const files = wanted.flatMap(([path, kind]): ConnectionFile[] => {
    try {
      const file = readConnectionFile(path, kind)
      if (file.exists) checkFile(file, findings)
      return [file]
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      findings.add('config.unreadable', error.message, { remedy: error.hint })
      return []
    }
  })
  return flags.config ? files.toReversed() : files
}

function checkFile(file: ConnectionFile, findings: SetupFindings): void {
  const { path, ini } = file
  const mode = statSync(path).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o022) !== 0) {
    findings.add('config.writable', `${path} may be changed by others (mode ${mode.toString(8)})`, {
      remedy: `chmod go-w ${shellWord(path)}`,
    })
  }
  for (const { section, key, line, before } of ini.repeated) {
    const what = key === undefined ? `[${section}]` : `[${section}] ${key}`
    findings.add('config.repeated', `${path}:${line} ${what} stands at line ${before} already`)
  }
  const known = settings.flatMap(({ key }) => key ?? [])
  for (const { name, keys } of ini.sections.values()) {
    if (name === accountsSection && file.kind === 'ours') continue
    for (const [key, { line, value }] of keys) {
      const place = `${path}:${line}${name === topSection ? '' : ` [${name}]`} ${key}`
      const why = unusedKey(key)
      // saml2aws writes them always, empty or false.
      if (why !== undefined && value !== '' && value !== 'false' && key !== 'name') {
        findings.add('config.unused-key', `${place}: ${why}`)
      }
      if (why !== undefined || settingOf(key) !== undefined) continue
      const nearest = nearestName(key, known)
      findings.add(
        'config.unknown-key',
        `${place} is read by nothing`,
        nearest === undefined ? {} : { remedy: `Did you mean ${nearest}?` },
      )
    }
  }
}

/** Builds each connection; gives those that can be used. */
export function checkConnections(
  files: readonly ConnectionFile[],
  only: string | undefined,
  env: Environment,
  findings: SetupFindings,
): readonly Connection[] {
  const written = [...new Set(files.flatMap(connectionNames))]
  // Variables alone make one.
  const isInVariables = Boolean(env.ROLECALL_URL || env.SAML2AWS_URL)
  const names = written.length === 0 && isInVariables ? [defaultName] : written
  for (const name of names) {
    const places = files.filter(({ ini }) => ini.sections.has(name))
    const [shown, hidden] = places
    if (shown !== undefined && hidden !== undefined) {
      findings.add(
        'config.hidden',
        `[${name}] of ${hidden.path} is hidden by that of ${shown.path}`,
      )
    }
  }
  return names.flatMap(name => {
    const place = placeNamed(files, name)
    const hasUrl =
      place !== undefined && (findKey(place.file.ini, name, 'url')?.found.value ?? '') !== ''
    const isShared = !hasUrl && names.some(other => other.startsWith(`${name}.`))
    if (isShared || (only !== undefined && only !== name)) return []
    try {
      const accountNames = readAccountNames(files)
      const connection = buildConnection({ name, flags: {}, env, place, accountNames })
      if (connection.skipVerify) {
        findings.add(
          'config.skip-verify',
          `[${name}] skip_verify: any certificate is taken of ${connection.url}`,
        )
      }
      return [connection]
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      findings.add('config.invalid', error.message, { remedy: error.hint })
      return []
    }
  })
}

/** Variables that hold secrets. */
export function checkVariables(env: Environment, findings: SetupFindings): void {
  for (const name of ['ROLECALL_PASSWORD', 'SAML2AWS_PASSWORD']) {
    if (env[name]) findings.add('variable.password', `${name} is set`)
  }
}
