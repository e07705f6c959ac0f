/** The key of the encrypted file of secrets: of a passphrase, or of this machine and a file that stays on it. */
import { hkdf, randomBytes, scrypt } from 'node:crypto'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Failure } from '../failure.ts'
import { machineId } from './machine-id.ts'
import { isMine, isPrivateFolder, makePrivate, readPrivate } from './private-file.ts'

/** How the key is made, as the file says it in its first line. Texts of bytes are base64. */
export type KeyRecipe =
  | { readonly kind: 'machine'; readonly salt: string }
  | { readonly kind: 'passphrase'; readonly salt: string; readonly cost: number }

const keyLength = 32
/** RFC 7914: N; with r = 8 a try costs about 0.1 s and 64 MiB. */
const cost = 2 ** 16
const mostCost = 2 ** 20

export function newRecipe(kind: KeyRecipe['kind']): KeyRecipe {
  const salt = randomBytes(16).toString('base64')
  return kind === 'machine' ? { kind, salt } : { kind, salt, cost }
}

/** A recipe that somebody wrote; undefined when it is none that is followed. */
export function parseRecipe(value: unknown): KeyRecipe | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, salt, cost: asked } = value as Partial<Record<'kind' | 'salt' | 'cost', unknown>>
  if (typeof salt !== 'string' || !/^[\w+/]{22}==$/.test(salt)) return undefined
  if (kind === 'machine') return { kind, salt }
  if (kind !== 'passphrase' || typeof asked !== 'number') return undefined
  const isPower = asked >= 2 ** 14 && asked <= mostCost && Number.isInteger(Math.log2(asked))
  return isPower ? { kind, salt, cost: asked } : undefined
}

/** RFC 7914, section 2. */
export async function passphraseKey(
  passphrase: string,
  recipe: KeyRecipe & { readonly kind: 'passphrase' },
): Promise<Buffer> {
  const { cost: N } = recipe
  const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)
  const options = { N, r: 8, p: 1, maxmem: 256 * N * 8 }
  return derive(passphrase.normalize('NFC'), Buffer.from(recipe.salt, 'base64'), keyLength, options)
}

/**
 * RFC 5869, from a random file of mode 0600 and the identity of the machine: the file of secrets alone, in a
 * backup or on another machine, does not open. Throws `Failure` `file` when the key file cannot be made.
 */
export async function machineKey(file: string, recipe: KeyRecipe): Promise<Buffer> {
  const secret = readPrivate(file, keyLength) ?? makeKeyFile(file)
  const salt = Buffer.from(recipe.salt, 'base64')
  const info = `rolecall vault 1 ${await machineId()}`
  return Buffer.from(await promisify(hkdf)('sha256', secret, salt, info, keyLength))
}

function makeKeyFile(file: string): Buffer {
  const hint = `chmod 600 ${file}; without it ${join(dirname(file), 'secrets')} cannot be read`
  if (isMine(file)) throw new Failure('file', `${file} can be read by others, or is too long`, hint)
  try {
    if (!isPrivateFolder(dirname(file), { make: true })) throw new Error('the folder is not yours')
    makePrivate(file, randomBytes(keyLength))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(
      'file',
      `${file} cannot be made: ${why}`,
      'ROLECALL_KEYRING=off keeps nothing',
    )
  }
  const made = readPrivate(file, keyLength)
  if (made === undefined) throw new Failure('file', `${file} cannot be read`, hint)
  return made
}
