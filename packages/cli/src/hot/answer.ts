/** Answers of commands that were given before, as long as nothing they came of has changed. */
import { statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { EnvFormat } from '../keys/print-env.ts'
import type { RoleKeys } from '../sources/source.ts'
import { dataKey } from '../vault/data-key.ts'
import { isFresh, readEntry } from '../vault/key-entry.ts'
import { readPrivate } from '../vault/private-file.ts'
import { unsealKeys } from '../vault/unseal-keys.ts'
import type { HotRequest } from './request.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a file was when the answer was given: `mtime size inode device`, or that there was none. */
export interface SeenFile {
  readonly path: string
  readonly identity: string
}

/** What the whole program has found, but for the keys: they stay where the cache has them. */
export interface HotAnswer {
  /** The request in full: its file is found by a number that others may have too. */
  readonly asked: string
  /** The file of the keys in the cache. */
  readonly entry: string
  /** Everything that was read to find it: connections, policy, known roles. */
  readonly files: readonly SeenFile[]
  /** What people call the role. */
  readonly label: string | undefined
  readonly region: string | undefined
  /** Of `env`. */
  readonly format: EnvFormat | undefined
}

export const longestAnswer = 32_768

/** The answer to the same command as before with keys that are fresh; undefined when it has to be found anew. */
export function recallAnswer(
  request: HotRequest,
  env: Environment,
  now: number,
): { readonly answer: HotAnswer; readonly keys: RoleKeys } | undefined {
  const data = dataKey(env)
  if (data === undefined) return undefined
  const asked = askedText(request, env)
  const file = answerFile(asked)
  const sealed = readPrivate(join(data.folder, file), longestAnswer)
  const text = sealed && unsealKeys(data.key, answerContext(file), sealed)
  if (text === undefined) return undefined
  // What was sealed as this was written by `rememberAnswer`.
  const answer: HotAnswer = JSON.parse(text)
  if (answer.asked !== asked) return undefined
  if (!answer.files.every(({ path, identity }) => identityOf(path) === identity)) return undefined
  const entry = readEntry(data, answer.entry)
  if (entry === undefined || !isFresh(entry, now)) return undefined
  return { answer, keys: entry.keys }
}

/** What an answer is sealed as: its file, and the shape of `HotAnswer`. */
export const answerContext = (file: string): string => `answer 1 ${file}`

/** A request in full: the words, every variable that shapes the answer, and the folder if that does. */
export function askedText(request: HotRequest, env: Environment): string {
  const variables = Object.entries(env)
    .filter(([name]) => shaping.test(name.toUpperCase()))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const folder = variables.some(([name, value]) => isOfFolder(name, value)) ? process.cwd() : null
  return JSON.stringify([request.verb, request.words, variables, folder])
}

/** The file of an answer, by two numbers of 32 bits (FNV-1a, from two beginnings). */
export function answerFile(asked: string): string {
  const number = (beginning: number) => {
    let sum = beginning
    for (let at = 0; at < asked.length; at++) {
      sum = Math.imul(sum ^ asked.charCodeAt(at), 0x01000193)
    }
    return (sum >>> 0).toString(16).padStart(8, '0')
  }
  return `a-${number(0x811c9dc5)}${number(0x5bd1e995)}`
}

/** All settings are among them, and all places of files. */
const shaping =
  /^(ROLECALL_|SAML2AWS_|ONELOGIN_|XDG_|HOME$|USERPROFILE$|APPDATA$|LOCALAPPDATA$|SHELL$|AWS_(REGION|DEFAULT_REGION|CONFIG_FILE|SHARED_CREDENTIALS_FILE|PROFILE|DEFAULT_PROFILE)$)/

/** Those whose values are no paths, whatever they say. */
const pathless =
  /^(ROLECALL_(ROLE|ROLE_NAME|CONNECTION|REGION|USERNAME|KEYRING|PASSPHRASE)|SAML2AWS_(IDP_ACCOUNT|IDP_PROVIDER|MFA|REGION|ROLE|USERNAME|PROFILE|SESSION_DURATION)|ONELOGIN_.*|SHELL|AWS_(REGION|DEFAULT_REGION|PROFILE|DEFAULT_PROFILE))$/

const isOfFolder = (name: string, value: string | undefined): boolean =>
  !pathless.test(name.toUpperCase()) && value !== '' && !isAbsolute(value ?? '/')

/** Tells a file from one that was written anew. */
export function identityOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined
    ? 'none'
    : `${found.mtimeMs} ${found.ctimeMs} ${found.size} ${found.ino} ${found.dev}`
}
