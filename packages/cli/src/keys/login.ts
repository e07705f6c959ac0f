/** Username and password of a sign-in, from wherever they are to be had. */
import type { SearchingAsk } from '../ask/create-ask.ts'
import type { Connection } from '../connections/connection.ts'
import { sourceOrigin } from '../connections/source-id.ts'
import { Failure } from '../failure.ts'
import type { SignInParts } from '../providers/provider.ts'
import type { Vault } from '../vault/vault.ts'

/** See {@link createLogin}. */
export interface Login {
  readonly ask: SignInParts['login']
  /** After the sign-in: keeps a password that the person typed. Gives where, when it is new there. */
  keep(): Promise<string | undefined>
}

/** What a login depends on. */
export interface LoginParts {
  readonly ask: SearchingAsk
  readonly vault: () => Promise<Vault>
  /** Told every secret. */
  readonly learn?: ((secrets: readonly string[]) => void) | undefined
}

/** Providers lock people out who fail often. */
const mostTries = 3

/** What the names of a connection's passwords begin with in the vault. */
export const passwordPrefix = (connection: string): string =>
  `password:${encodeURIComponent(connection)}:`

/** Name of the password of a person in the vault. It is for the host that it was typed for, and no other. */
export const passwordName = (
  connection: Pick<Connection, 'name' | 'url'>,
  username: string,
): string =>
  `${passwordPrefix(connection.name)}${encodeURIComponent(sourceOrigin(connection))}:${username}`

/**
 * Flag or variable first, then the vault, then the person. After a refusal the person is asked again, three
 * times at most; where nobody can be asked the refusal stands: `Failure` `signInRefused`.
 */
export function createLogin(connection: Connection, { ask, vault, learn }: LoginParts): Login {
  const { name, given } = connection
  let tries = 0
  let typed: { readonly username: string; readonly password: string } | undefined
  let username = connection.username
  let isKept = false

  async function find(): Promise<{ username: string; password: string }> {
    username ??= await keptUser()
    username ??= await ask.text({ message: 'Username:' })
    if (given.password !== undefined) return { username, password: given.password }
    const kept = await (await vault()).get(passwordName(connection, username))
    isKept = kept !== undefined
    if (kept !== undefined) return { username, password: kept }
    return await type(username)
  }

  async function type(user: string) {
    tries += 1
    const password = await ask.password({ message: `Password of ${user}:` })
    typed = { username: user, password }
    return typed
  }

  /** The one whose password is kept, when it is of one person alone. */
  async function keptUser(): Promise<string | undefined> {
    const prefix = passwordName(connection, '')
    const names = await (await vault()).names(prefix)
    const [only, ...others] = names.map(found => found.slice(prefix.length))
    return others.length === 0 && only !== '' ? only : undefined
  }

  async function again(reason: string) {
    const refused = () =>
      new Failure('signInRefused', reason, `check username and password: rolecall login -a ${name}`)
    if (username === undefined) throw refused()
    // What was kept is wrong now; the next command must not lock the person out with it.
    if (isKept) await (await vault()).delete(passwordName(connection, username))
    isKept = false
    if (!ask.possible || tries >= mostTries) throw refused()
    ask.tell(reason)
    return await type(username)
  }

  return Object.freeze({
    async ask(refusal?: { readonly reason: string }) {
      const found = await (refusal === undefined ? find() : again(refusal.reason))
      learn?.([found.password])
      return found
    },
    async keep() {
      if (typed === undefined || connection.disableKeychain) return undefined
      const kept = await vault()
      const key = passwordName(connection, typed.username)
      if ((await kept.get(key)) === typed.password) return undefined
      await kept.set(key, typed.password)
      return kept.place
    },
  })
}
