import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '../failure.ts'
import { withFileLock } from '../files/file-lock.ts'
import { type KeyRecipe, machineKey, newRecipe, parseRecipe, passphraseKey } from './file-key.ts'
import { isMine, isPrivateFolder, readPrivate } from './private-file.ts'
import { seal, unseal } from './seal.ts'
import type { Vault } from './vault.ts'

/** What the encrypted file has of its surroundings. */
export interface FileVaultParts {
  /** The folder of the file; the key file lies in it too. */
  readonly folder: string
  /** How a new file, or one that is written again, gets its key. */
  readonly kind: KeyRecipe['kind']
  /** Throws `Failure` `cannotAsk`; undefined ends the asking. `again`: the last one was wrong. */
  readonly passphrase: (why: 'open' | 'again' | 'new') => Promise<string | undefined>
  readonly warn: (message: string) => void
  readonly now?: () => Date
}

type Secrets = Readonly<Record<string, string>>

interface Opened {
  readonly secrets: Secrets
  readonly recipe: KeyRecipe
  readonly key: Buffer
}

const format = 'rolecall secrets 1'
/** Thousands of sessions of browsers. */
const longest = 4 * 2 ** 20

/**
 * Secrets in one file: a first line of JSON with the recipe of the key, then the sealed names and values. A
 * file that does not open is warned about and set aside under another name before anything is written.
 * Throws `Failure` `refused` for a wrong passphrase, `file` for one that cannot be used.
 */
export function fileVault(parts: FileVaultParts): Vault {
  const { folder, kind, warn, now = () => new Date() } = parts
  const file = join(folder, 'secrets')
  const keys = new Map<string, Buffer>()
  let warned = false

  /** Without `works` the recipe is a new one. */
  async function keyFor(
    recipe: KeyRecipe,
    works?: (key: Buffer) => boolean,
  ): Promise<Buffer | undefined> {
    const id = JSON.stringify(recipe)
    const known = keys.get(id)
    if (known !== undefined) return known
    if (recipe.kind === 'machine') {
      const key = await machineKey(join(folder, 'secrets-key'), recipe)
      keys.set(id, key)
      return key
    }
    for (let tries = 0; tries < 3; tries++) {
      const why = works === undefined ? 'new' : tries > 0 ? 'again' : 'open'
      const passphrase = await parts.passphrase(why)
      if (passphrase === undefined) break
      const key = await passphraseKey(passphrase, recipe)
      if (works?.(key) === false) continue
      keys.set(id, key)
      return key
    }
    return undefined
  }

  /** Undefined when there is no file; `aside` says why there is one that does not open. */
  async function read(): Promise<Opened | { readonly aside: string } | undefined> {
    if (!existsSync(file)) return undefined
    const bytes = readPrivate(file, longest)
    if (bytes === undefined) {
      if (isMine(file)) return { aside: 'others may read or change it, or it is too long' }
      throw new Failure(
        'file',
        `${file} is not your own file`,
        'ROLECALL_STATE names another folder',
      )
    }
    const end = bytes.indexOf(10)
    const head = bytes.subarray(0, Math.max(end, 0)).toString('utf8')
    const recipe = recipeIn(head, file)
    if (recipe === undefined) return { aside: 'it is damaged, or another program’s' }
    const open = (key: Buffer) => unseal(key, head, bytes.subarray(end + 1))
    const key = await keyFor(recipe, candidate => open(candidate) !== undefined)
    const text = key && open(key)
    if (key !== undefined && text !== undefined) return { secrets: JSON.parse(text), recipe, key }
    if (recipe.kind === 'machine') return { aside: 'it is damaged, or of another machine' }
    throw new Failure(
      'refused',
      `the passphrase does not open ${file}`,
      `set ROLECALL_PASSPHRASE, or put the file aside and sign in again: mv ${file} ${file}.old`,
    )
  }

  async function secretsNow(): Promise<Secrets> {
    const found = await read()
    if (found === undefined || !('aside' in found)) return found?.secrets ?? {}
    if (!warned) warn(`${file} cannot be opened: ${found.aside}; sign in again to begin a new one`)
    warned = true
    return {}
  }

  /** Gives what `edit` gives; a map that it does not change is not written. */
  async function change<T>(edit: (secrets: Map<string, string>) => T): Promise<T> {
    if (!isPrivateFolder(folder, { make: true })) {
      throw new Failure(
        'file',
        `${folder} is not a folder of your own`,
        'ROLECALL_STATE names another',
      )
    }
    return withFileLock(file, async () => {
      const found = await read()
      if (found !== undefined && 'aside' in found) {
        const aside = `${file}.unreadable-${now().toISOString().replace(/\D/g, '').slice(0, 14)}`
        await rename(file, aside)
        warn(`${file} cannot be opened: ${found.aside}; it is kept as ${aside}`)
      }
      const opened = found !== undefined && 'secrets' in found ? found : undefined
      const secrets = new Map(Object.entries(opened?.secrets ?? {}))
      const before = JSON.stringify([...secrets])
      const result = edit(secrets)
      if (JSON.stringify([...secrets]) !== before) await write(secrets, opened)
      return result
    })
  }

  async function write(secrets: ReadonlyMap<string, string>, opened: Opened | undefined) {
    // A passphrase that was asked for once stays; a file without one gets it when it is wished for.
    const keeps = opened !== undefined && (opened.recipe.kind === kind || kind === 'machine')
    const recipe = keeps ? opened.recipe : newRecipe(kind)
    const key = keeps ? opened.key : await keyFor(recipe)
    if (key === undefined) throw new Failure('cannotAsk', 'no passphrase was given', passphraseHint)
    const head = JSON.stringify({ format, key: recipe })
    const text = JSON.stringify(Object.fromEntries(secrets))
    const sealed = seal(key, head, text)
    if (sealed.length + head.length >= longest) {
      throw new Failure('file', `${file} is full`, 'rolecall logout --all')
    }
    const { replaceFile } = await import('@rolecall/aws/shared-files')
    await replaceFile(file, Buffer.concat([Buffer.from(`${head}\n`), sealed])).catch(
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        throw new Failure(
          'file',
          `${file} cannot be written: ${why}`,
          'ROLECALL_KEYRING=off keeps nothing',
        )
      },
    )
  }

  return Object.freeze({
    place: `an encrypted file, ${file}`,
    get: async (name: string) => {
      const secrets = await secretsNow()
      return Object.hasOwn(secrets, name) ? secrets[name] : undefined
    },
    set: (name: string, value: string) => change(secrets => void secrets.set(name, value)),
    delete: async (name: string) =>
      existsSync(dirname(file)) && existsSync(file) && change(secrets => secrets.delete(name)),
    names: async (prefix: string) =>
      Object.keys(await secretsNow())
        .filter(name => name.startsWith(prefix))
        .sort(),
  })
}

export const passphraseHint = 'set ROLECALL_PASSPHRASE, or run it on a terminal'

/** Throws `Failure` `file` for a file of a later format: it is not for this version to set aside. */
function recipeIn(head: string, file: string): KeyRecipe | undefined {
  try {
    const value: { format?: unknown; key?: unknown } | null = JSON.parse(head)
    if (value?.format === format) return parseRecipe(value.key)
    if (typeof value?.format !== 'string' || !/^rolecall secrets \d+$/.test(value.format))
      return undefined
  } catch {
    return undefined
  }
  throw new Failure('file', `${file} is of a newer rolecall`, 'update rolecall')
}
