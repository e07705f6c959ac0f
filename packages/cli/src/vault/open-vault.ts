import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Ask } from '../ask/ask.ts'
import { Failure } from '../failure.ts'
import { stateFolder } from '../places.ts'
import { complain, type Terminal } from '../terminal.ts'
import { fileVault, passphraseHint } from './file-vault.ts'
import { type KeyringCalls, keyringCalls } from './keyring-calls.ts'
import { KeyringFailure, keyringName, keyringVault, longestInKeyring } from './keyring-vault.ts'
import { memoryVault } from './memory-vault.ts'
import { probeKeyring, rememberProbe } from './probe-keyring.ts'
import { twoVaults } from './two-vaults.ts'
import type { Vault } from './vault.ts'

/** What ROLECALL_KEYRING may say; `auto` when it says nothing. */
const wishes = ['auto', 'keyring', 'file', 'passphrase', 'off'] as const
type Wish = (typeof wishes)[number]

/** What the vault has of its surroundings beside the terminal. */
export interface VaultParts {
  /** For a passphrase. Without it ROLECALL_PASSPHRASE alone can give one. */
  readonly ask?: Ask
  /** `--disable-keychain`: nothing is kept. */
  readonly disableKeychain?: boolean
  readonly calls?: KeyringCalls
}

/**
 * The user's secrets: in the system's keyring, else in an encrypted file of the state folder. Which one is
 * found out at the first use, and said when a first secret goes to a file. Throws `Failure` `usage`.
 */
export function openVault(terminal: Terminal, parts: VaultParts = {}): Vault {
  const wish = parts.disableKeychain === true ? 'off' : wishOf(terminal.env.ROLECALL_KEYRING)
  if (wish === 'off') return memoryVault()
  const folder = stateFolder(terminal.env)
  const tell = (message: string) => complain(terminal, message)
  const file = fileVault({
    folder,
    kind: wish === 'passphrase' || terminal.env.ROLECALL_PASSPHRASE ? 'passphrase' : 'machine',
    passphrase: asker(terminal, parts.ask),
    warn: tell,
  })
  if (wish === 'file' || wish === 'passphrase') return file
  const calls = parts.calls ?? keyringCalls(terminal.env)
  const keyring = keyringVault({ env: terminal.env, calls, longest: longestInKeyring, tell })
  let chosen: Promise<Vault> | undefined
  let place = `${keyringName}, else ${file.place}`
  const secrets = join(folder, 'secrets')
  const toFile = (why: string): Vault => {
    const told = existsSync(secrets)
    return told
      ? file
      : tellingFirst(file, () =>
          tell(`no keyring here (${why}): secrets are kept in ${file.place}`),
        )
  }
  const choose = async (): Promise<Vault> => {
    const probed = await probeKeyring(terminal.env, folder, { calls })
    if (wish === 'keyring') {
      if (probed.ok) return keyring
      throw new Failure('file', `${keyringName}: ${probed.why}`, 'set ROLECALL_KEYRING=file')
    }
    if (!probed.ok) return toFile(probed.why)
    // What went to the file while there was no keyring is still found there.
    return existsSync(secrets) ? twoVaults(keyring, file) : keyring
  }
  /** A keyring that answers may still be locked, with nobody there who could open it. */
  const use = async <T>(run: (vault: Vault) => Promise<T>): Promise<T> => {
    const vault = await opened()
    place = vault.place
    try {
      return await run(vault)
    } catch (error) {
      const isKeyring = error instanceof KeyringFailure && wish !== 'keyring'
      if (!isKeyring) throw error
      await rememberProbe(terminal.env, folder, error.message, Date.now())
      const instead = toFile(error.message)
      chosen = Promise.resolve(instead)
      place = instead.place
      return run(instead)
    }
  }
  const opened = () => {
    chosen ??= choose()
    return chosen
  }
  return Object.freeze({
    get place() {
      return place
    },
    get: (name: string) => use(vault => vault.get(name)),
    set: (name: string, value: string) => use(vault => vault.set(name, value)),
    // What cannot be removed from the keyring is still in it: no other place makes up for that.
    delete: async (name: string) => (await opened()).delete(name),
    names: (prefix: string) => use(vault => vault.names(prefix)),
  })
}

function wishOf(text: string | undefined): Wish {
  const wish = wishes.find(one => one === (text || 'auto').toLowerCase())
  if (wish !== undefined) return wish
  const message = `ROLECALL_KEYRING is ${JSON.stringify(text)}`
  throw new Failure('usage', message, `one of ${wishes.join(', ')}`)
}

/** ROLECALL_PASSPHRASE once, else the person; a new passphrase is typed twice. */
function asker(terminal: Terminal, ask: Ask | undefined) {
  return async (why: 'open' | 'again' | 'new'): Promise<string | undefined> => {
    const given = terminal.env.ROLECALL_PASSPHRASE
    if (given) return why === 'again' ? undefined : given
    if (ask === undefined) {
      throw new Failure(
        'cannotAsk',
        'the encrypted file of secrets needs a passphrase',
        passphraseHint,
      )
    }
    if (why === 'again') ask.tell('that passphrase does not open it')
    const message = why === 'new' ? 'New passphrase for your secrets' : 'Passphrase of your secrets'
    for (;;) {
      const passphrase = await ask.password({ message })
      if (passphrase === '') continue
      if (why !== 'new' || passphrase === (await ask.password({ message: 'Once more' })))
        return passphrase
      ask.tell('they differ')
    }
  }
}

/** Says something before the first secret is kept. */
function tellingFirst(vault: Vault, tell: () => void): Vault {
  let told = false
  return {
    ...vault,
    set: async (name, value) => {
      if (!told) tell()
      told = true
      await vault.set(name, value)
    },
  }
}
