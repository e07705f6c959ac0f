/** AWS's own files: profiles that fetch keys, and keys that were left there. */
import { readdirSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import {
  readSharedFiles,
  type SharedFiles,
  shellWord,
  splitWords,
} from '@rolecall/aws/shared-files'
import { readIniText } from '../files/edit-ini-file.ts'
import { processProfiles } from '../import/saml2aws/process-profiles.ts'
import { findProgram } from '../open/find-program.ts'
import { homeOf } from '../places.ts'
import type { SetupFindings } from './findings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where this command is, to be compared with what profiles run. */
export interface OwnProgram {
  readonly script: string | undefined
}

/** Reads both files; what cannot be read is a finding. */
export async function checkAwsFiles(
  env: Environment,
  now: Date,
  own: OwnProgram,
  findings: SetupFindings,
): Promise<void> {
  let files: SharedFiles
  try {
    files = await readSharedFiles({ env })
  } catch (error) {
    findings.add('config.unreadable', error instanceof Error ? error.message : String(error))
    return
  }
  checkMode(files.credentialsFile, findings)
  const runsSaml2aws = new Set(
    processProfiles(await readIniText(files.configFile)).map(({ profile, line }) => {
      findings.add(
        'profile.saml2aws',
        `${files.configFile}:${line} [profile ${profile}] runs saml2aws`,
      )
      return profile
    }),
  )
  for (const [name, section] of files.profiles) {
    const command = section.get('credential_process')
    if (typeof command === 'string' && !runsSaml2aws.has(name)) {
      checkProgram(name, command, env, own, findings)
    }
  }
  for (const [name, section] of files.inCredentials) {
    if (typeof section.get('aws_session_token') !== 'string') continue
    checkLeftKeys(
      name,
      section.get('x_security_token_expires'),
      files.credentialsFile,
      now,
      findings,
    )
  }
}

function checkMode(file: string, findings: SetupFindings): void {
  if (process.platform === 'win32') return
  const mode = modeOf(file)
  if (mode === undefined || (mode & 0o077) === 0) return
  findings.add('keys.mode', `${file} may be read by others (mode ${mode.toString(8)})`, {
    remedy: `chmod 600 ${shellWord(file)}`,
  })
}

function checkProgram(
  profile: string,
  command: string,
  env: Environment,
  { script }: OwnProgram,
  findings: SetupFindings,
): void {
  const words = splitWords(command) ?? []
  const [program = ''] = words
  const place = `[profile ${profile}] credential_process`
  // A relative path, or words for a shell: what they lead to depends on who runs them.
  if (program === '' || (/[/\\]/.test(program) && !isAbsolute(program))) return
  const found = findProgram(program, env)
  if (found === undefined) {
    findings.add('profile.missing-program', `${place}: ${program} is not there`)
    return
  }
  const named = words.find(
    word => isAbsolute(word) && /[/\\](?:rolecall|main)(?:\.[cm]?[jt]s)?$/.test(word),
  )
  if (named === undefined || script === undefined) return
  if (modeOf(named) === undefined) {
    findings.add('profile.missing-program', `${place}: ${named} is not there`)
  } else if (resolve(named) !== resolve(script) && /rolecall/.test(named)) {
    findings.add('profile.other-program', `${place} runs ${named}; this one is ${script}`)
  }
}

function checkLeftKeys(
  profile: string,
  expires: unknown,
  file: string,
  now: Date,
  findings: SetupFindings,
): void {
  if (typeof expires !== 'string') return
  const time = new Date(expires)
  if (Number.isNaN(time.getTime())) return
  if (time.getTime() < now.getTime()) {
    findings.add('keys.expired', `${file} [${profile}] expired at ${time.toISOString()}`)
  } else findings.add('keys.plain-text', `${file} [${profile}] works until ${time.toISOString()}`)
}

const maxListed = 1000

/** The files in which saml2aws keeps responses. */
export function checkOldCache(env: Environment, findings: SetupFindings): void {
  const folder = join(homeOf(env), '.aws', 'saml2aws')
  const names = entriesOf(folder)
    .slice(0, maxListed)
    .filter(name => name.startsWith('cache_') || name === 'storageState.json')
  if (names.length === 0) return
  findings.add('saml.cache-file', `${folder} has ${names.join(', ')}`, {
    remedy: `rm ${names.map(name => shellWord(join(folder, name))).join(' ')}`,
  })
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function modeOf(file: string): number | undefined {
  try {
    return statSync(file).mode & 0o777
  } catch {
    return undefined
  }
}
