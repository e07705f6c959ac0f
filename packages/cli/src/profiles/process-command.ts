/** The command of `credential_process`, as every SDK reads it. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { shellWord } from '@rolecall/aws/shared-files'
import { Failure } from '../failure.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** How this command was started. */
export interface Started {
  readonly execPath: string
  readonly script: string | undefined
  readonly platform: string
}

const startedHere = (): Started => ({
  execPath: process.execPath,
  script: process.argv[1],
  platform: process.platform,
})

/** The words that start this command from anywhere: `rolecall` when PATH has it, else whole paths. */
export function commandWords(env: Environment, started: Started = startedHere()): string[] {
  const names = started.platform === 'win32' ? ['rolecall.cmd', 'rolecall.exe'] : ['rolecall']
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(isAbsolute)
  // On Windows with its ending: some SDKs run the line without `cmd`, which would add it.
  const found = names.find(name => folders.some(folder => isProgram(join(folder, name))))
  if (found !== undefined || started.script === undefined) return [found ?? 'rolecall']
  return [started.execPath, started.script]
}

/**
 * A line of `~/.aws/config` for these words. The aws command splits it as a POSIX shell would without
 * expanding anything, other SDKs hand it to the shell (AWS SDKs and Tools Reference Guide, "Process
 * credential provider"): single quotes mean the same to both. On Windows it is for `cmd`.
 */
export function commandLine(words: readonly string[], platform: string = process.platform): string {
  return words.map(word => (platform === 'win32' ? cmdWord(word) : shellWord(word))).join(' ')
}

function cmdWord(word: string): string {
  if (/^[\w@+=:,./\\-]+$/.test(word)) return word
  if (/^[^"%!\r\n]+$/.test(word)) return `"${word}"`
  throw new Failure('refused', `${JSON.stringify(word)} cannot be a word of a command on Windows`)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
