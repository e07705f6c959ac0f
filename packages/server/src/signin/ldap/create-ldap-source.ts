/** An LDAP directory or Active Directory as a source of people and of groups. */
import { randomUUID } from 'node:crypto'
import { Secret } from '@rolecall/aws'
import type { LdapSourceConfig } from '../../config/config.ts'
import { ServerError } from '../../errors.ts'
import { checkedGroups } from '../checked-identity.ts'
import { SignInRefusal } from '../refusals.ts'
import type { GroupSource, PasswordSource, TypedCredentials, VerifiedPerson } from '../sources.ts'
import { whyDisabled } from './account-state.ts'
import { knowsActiveDirectory } from './active-directory.ts'
import type { Conversation } from './conversation.ts'
import { type FoundPerson, findPerson } from './find-person.ts'
import { keptAnswers } from './kept-answers.ts'
import { LdapUnavailable } from './ldap-unavailable.ts'
import { readPerson } from './person.ts'
import { groupsOfPerson } from './person-groups.ts'
import { type AskedServer, createServers } from './servers.ts'

/** Both kinds of source in one. */
export type LdapSource = PasswordSource & GroupSource

/** Somebody whom the directory knows now. */
interface Known {
  readonly username: string
  readonly basis: string
  readonly groups: readonly string[]
  /** Undefined when the account may sign in. */
  readonly disabled: string | undefined
}

/**
 * Finds a person as the reader, then binds as that entry with the password over a second connection. Answers
 * about people are kept for `recheckSeconds`, so that a person who was removed or disabled is out after that.
 * A directory that does not answer is `ServerError` `directory-unavailable`.
 */
export function createLdapSource(
  config: LdapSourceConfig,
  { now }: { readonly now: () => Date },
): LdapSource {
  const { id } = config
  const servers = createServers(config)
  const isActiveDirectory = knowsActiveDirectory()
  const kept = keptAnswers<Known | undefined>(config.recheckSeconds * 1000, now)

  async function ask<T>(job: (asked: AskedServer) => Promise<T>): Promise<T> {
    try {
      return await servers.ask(job)
    } catch (error) {
      if (!(error instanceof LdapUnavailable)) throw error
      const detail = `LDAP ${id}: ${error.message}`
      throw new ServerError('directory-unavailable', { detail, cause: error })
    }
  }

  async function groupsOf(asked: AskedServer, person: FoundPerson): Promise<readonly string[]> {
    const { groups } = config
    if (groups === undefined) return []
    return groupsOfPerson(asked.reader, person, {
      groups,
      isActiveDirectory: await isActiveDirectory(asked),
    })
  }

  const lookUp = (username: string): Promise<Known | undefined> =>
    ask(async asked => {
      const person = await findPerson(asked.reader, config, username)
      if (person === undefined) return undefined
      const groups = checkedGroups(await groupsOf(asked, person))
      const { username: name, basis } = person
      return { username: name, basis, groups, disabled: whyDisabled(person.entry, now()) }
    })

  /** The entry, once its password is proven. */
  async function prove(
    asked: AskedServer,
    { username, password }: TypedCredentials,
  ): Promise<FoundPerson> {
    const { found, refused } = await findOrRefuse(asked, username)
    // Also for nobody, so that a name takes no other time; what comes of it counts for a found entry only.
    const bound = await withAnother(asked, conversation =>
      found === undefined
        ? conversation.bind(`cn=${randomUUID()},${config.users.base}`, new Secret(randomUUID()))
        : conversation.bind(found.entry.dn, new Secret(password)),
    )
    if (refused !== undefined) throw refused
    if (found === undefined) {
      // A mistyped field may hold a password, so only the name of an entry is kept.
      throw wrong(`no entry of this name (${username.length} characters)`)
    }
    const who = `username ${JSON.stringify(found.username)}`
    if (!bound.ok) throw wrong(`${who}, ${bound.why}`)
    const disabled = whyDisabled(found.entry, now())
    if (disabled === undefined) return found
    throw new SignInRefusal('account-disabled', {
      check: `LDAP ${id}`,
      received: `${who}: ${disabled}`,
    })
  }

  async function findOrRefuse({ reader }: AskedServer, username: string) {
    try {
      return { found: await findPerson(reader, config, username), refused: undefined }
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error
      return { found: undefined, refused: error }
    }
  }

  const wrong = (received: string) =>
    new SignInRefusal('password-wrong', { check: `LDAP ${id}`, received })

  return Object.freeze({
    id,
    basis: undefined,

    async verify(typed: TypedCredentials): Promise<VerifiedPerson> {
      // A directory takes an empty password for a bind as nobody, which succeeds (RFC 4513, 5.1.2).
      if (typed.password === '') throw wrong('an empty password')
      return ask(async asked => {
        const found = await prove(asked, typed)
        const groups = checkedGroups(await groupsOf(asked, found))
        const { basis, username } = found
        kept.put(username, { username, basis, groups, disabled: undefined })
        return readPerson(found, config, groups)
      })
    },

    async groupsNow({ username, basis }: Pick<VerifiedPerson, 'username' | 'basis'>) {
      try {
        const known = await kept.get(username, () => lookUp(username))
        const isSame = known?.disabled === undefined && known?.basis === basis
        return isSame ? known.groups : undefined
      } catch (error) {
        // What would not be let in now does not stay in.
        if (error instanceof SignInRefusal) return undefined
        throw error
      }
    },

    async groupsOf(username: string) {
      const check = `groupsFrom ${id}`
      try {
        const known = await kept.get(username, () => lookUp(username))
        if (known === undefined) return []
        // A directory may take “muller” for “müller”: whoever vouched for one did not vouch for the other.
        if (known.username.toLowerCase() !== username.toLowerCase()) {
          const received = JSON.stringify(known.username)
          throw new SignInRefusal('groups-unavailable', { check, expected: username, received })
        }
        if (known.disabled === undefined) return known.groups
        throw new SignInRefusal('account-disabled', { check, received: known.disabled })
      } catch (error) {
        if (!(error instanceof ServerError)) throw error
        const received = error.detail ?? error.message
        throw new SignInRefusal('groups-unavailable', { check, received })
      }
    },
  })
}

async function withAnother<T>(
  { another }: AskedServer,
  job: (conversation: Conversation) => Promise<T>,
): Promise<T> {
  const conversation = await another()
  try {
    return await job(conversation)
  } finally {
    conversation.close()
  }
}
