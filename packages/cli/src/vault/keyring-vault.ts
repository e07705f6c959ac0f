import { randomBytes } from 'node:crypto'
import { Failure } from '../failure.ts'
import { type KeyringCalls, type KeyringRequest, keyringCalls } from './keyring-calls.ts'
import type { Vault } from './vault.ts'

/** What the keyring has of its surroundings. */
export interface KeyringParts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly calls?: KeyringCalls
  /** The longest value that it takes, in UTF-16 units; longer ones are kept in several entries. */
  readonly longest: number
  readonly tell: (message: string) => void
}

/** A person may have to unlock it first, and is told to after a while. */
const deadlineMs = 60_000
const quietMs = 2000

const names: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'the macOS keychain',
  win32: 'the Windows Credential Manager',
}
export const keyringName = names[process.platform] ?? 'the keyring (Secret Service)'

/** CRED_MAX_CREDENTIAL_BLOB_SIZE: 2560 octets, two a character. */
export const longestInKeyring = process.platform === 'win32' ? 1200 : 1_000_000

/** What stands in an entry whose value is in others. */
const head = /^rolecall parts ([0-9a-f]{16}) (\d{1,4})$/
const partName = (name: string, id: string, at: number) => `${name}#${id}#${at}`
const isPart = /#[0-9a-f]{16}#\d+$/

/** What the keyring said in place of an answer. */
export class KeyringFailure extends Failure {}

/** One entry a name, in the service `rolecall`. Throws `Failure` `file`. */
export function keyringVault({
  env,
  longest,
  tell,
  calls = keyringCalls(env),
}: KeyringParts): Vault {
  const ask = async (request: KeyringRequest): Promise<unknown> => {
    const timer = setTimeout(() => tell(`waiting for ${keyringName}: it may ask you`), quietMs)
    try {
      return await calls(request, deadlineMs)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const hint = 'unlock it, or set ROLECALL_KEYRING=file'
      throw new KeyringFailure('file', `${keyringName}: ${why}`, hint)
    } finally {
      clearTimeout(timer)
    }
  }
  const read = async (name: string): Promise<string | undefined> => {
    const value = await ask({ call: 'get', name })
    return typeof value === 'string' ? value : undefined
  }

  /** The entries behind the one of that name. */
  const partsOf = (name: string, value: string | undefined): readonly string[] => {
    const [, id, count] = head.exec(value ?? '') ?? []
    if (id === undefined) return []
    return Array.from({ length: Number(count) }, (_, at) => partName(name, id, at))
  }
  const remove = async (entries: readonly string[]) => {
    for (const name of entries) await ask({ call: 'delete', name })
  }

  return Object.freeze({
    place: keyringName,
    get: async (name: string) => {
      const value = await read(name)
      const parts = partsOf(name, value)
      if (parts.length === 0) return value
      let whole = ''
      for (const part of parts) {
        const text = await read(part)
        // Another process is writing it anew, or was ended at it: as if there were none.
        if (text === undefined) return undefined
        whole += text
      }
      return whole
    },
    set: async (name: string, value: string) => {
      const before = partsOf(name, await read(name))
      const id = randomBytes(8).toString('hex')
      const count =
        value.length <= longest && !head.test(value) ? 0 : Math.ceil(value.length / longest)
      for (let at = 0; at < count; at++) {
        const text = value.slice(at * longest, (at + 1) * longest)
        await ask({ call: 'set', name: partName(name, id, at), value: text })
      }
      await ask({ call: 'set', name, value: count === 0 ? value : `rolecall parts ${id} ${count}` })
      await remove(before)
    },
    delete: async (name: string) => {
      const parts = partsOf(name, await read(name))
      const had = (await ask({ call: 'delete', name })) === true
      await remove(parts)
      return had
    },
    names: async (prefix: string) => {
      const found = await ask({ call: 'names' })
      const all = Array.isArray(found) ? found.map(String) : []
      return all.filter(name => name.startsWith(prefix) && !isPart.test(name)).sort()
    },
  })
}
