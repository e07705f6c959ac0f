/** Which source checks a password, and what a refusal is to the person who typed it. */
import { DirectoryError } from '../directory/index.ts'
import { ServerError } from '../errors.ts'
import { localSource } from '../nouns.ts'
import { RefusedBy, SignInRefusal } from './refusals.ts'
import type { PasswordSource, TypedCredentials, VerifiedPerson } from './sources.ts'

/**
 * The first of the sources that takes the password. Throws `RefusedBy` with what the last one said.
 * A source that does not know the name, or cannot be reached, does not keep the others from it.
 */
export async function verifyPassword(
  sources: readonly PasswordSource[],
  typed: TypedCredentials,
): Promise<{ readonly source: PasswordSource; readonly person: VerifiedPerson }> {
  const asked = await sourcesFor(sources, typed.username)
  let refused = new RefusedBy(
    localSource,
    new SignInRefusal('source-unknown', { check: 'source', received: 'none takes a password' }),
  )
  for (const source of asked) {
    try {
      return { source, person: await source.verify(typed) }
    } catch (error) {
      refused = new RefusedBy(source.id, error)
    }
  }
  throw refused
}

async function sourcesFor(
  sources: readonly PasswordSource[],
  username: string,
): Promise<readonly PasswordSource[]> {
  if (sources.length < 2) return sources
  for (const source of sources) if (await source.owns?.(username)) return [source]
  // One that tells which names are its own has no password for any other.
  const others = sources.filter(({ owns }) => owns === undefined)
  return others.length > 0 ? others : sources
}

/** The error to throw; `record` writes the event of a refusal. Errors that are none pass as they are. */
export async function passwordRefused(
  thrown: unknown,
  record: (cause: unknown, source: string) => Promise<ServerError>,
): Promise<unknown> {
  const source = thrown instanceof RefusedBy ? thrown.source : localSource
  const error = thrown instanceof RefusedBy ? thrown.cause : thrown
  if (error instanceof DirectoryError && error.code === 'passwords-busy') {
    const { message: detail } = error
    return new ServerError('too-many-requests', { retryAfterSeconds: 2, detail, cause: error })
  }
  const refused = await record(error, source)
  if (refused.code !== 'signin-refused') return refused
  return new ServerError('password-refused', {
    cause: error,
    ...(refused.eventId === undefined ? {} : { eventId: refused.eventId }),
  })
}
