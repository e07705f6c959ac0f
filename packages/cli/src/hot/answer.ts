/** Answers of commands that were given before, as long as nothing they came of has changed. */
import { createHmac } from 'node:crypto'
import { statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { EnvFormat } from '../keys/print-env.ts'
import type { RoleKeys } from '../sources/source.ts'
import { type DataKey, dataKey } from '../vault/data-key.ts'
import { isFresh, readEntry } from '../vault/key-entry.ts'
import { readPrivate } from '../vault/private-file.ts'
import { unseal } from '../vault/seal.ts'
import type { HotRequest } from './request.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a file was when the answer was given: `mtime size inode device`, or that there was none. */
export interface SeenFile {
  readonly path: string
  readonly identity: string
}

/** What the whole program has found, but for the keys: they stay where the cache has them. */
export interface HotAnswer {
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
  const file = answerFile(data, request, env)
  const sealed = readPrivate(join(data.folder, file), longestAnswer)
  const text = sealed && unseal(data.key, answerContext(file), sealed)
  if (text === undefined) return undefined
  // What was sealed as this was written by `rememberAnswer`.
  const answer: HotAnswer = JSON.parse(text)
  if (!answer.files.every(({ path, identity }) => identityOf(path) === identity)) return undefined
  const entry = readEntry(data, answer.entry)
  if (entry === undefined || !isFresh(entry, now)) return undefined
  return { answer, keys: entry.keys }
}

/** What an answer is sealed as: its file, and the shape of `HotAnswer`. */
export const answerContext = (file: string): string => `answer 1 ${file}`

/** The file of the answer to a request: the words, every variable that shapes it, and the folder if that does. */
export function answerFile({ key }: DataKey, request: HotRequest, env: Environment): string {
  const variables = Object.entries(env)
    .filter(([name]) => shaping.test(name.toUpperCase()))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const folder = variables.some(([name, value]) => isOfFolder(name, value)) ? process.cwd() : null
  const asked = JSON.stringify([request.verb, request.words, variables, folder])
  return `a-${createHmac('sha256', key).update(asked).digest('hex').slice(0, 40)}`
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
