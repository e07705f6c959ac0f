/** Passwords that were right a moment ago: whoever sends one again is not guessing. */
import { createHmac } from 'node:crypto'

/** What was tried, and where it came from. */
export interface PasswordTried {
  readonly username: string
  readonly password: string
  readonly sources: readonly string[]
  readonly address: string
}

/** Which attempts need not be counted. It lets nobody in: each password is checked all the same. */
export interface RecentPasswords {
  has(tried: PasswordTried): boolean
  add(tried: PasswordTried): void
  delete(tried: PasswordTried): void
}

const lifeMs = 5 * 60_000
const most = 10_000

/** A bounded memory, of hashes under a key that only this process has. */
export function createRecentPasswords(
  now: () => Date,
  random: (bytes: number) => Uint8Array,
): RecentPasswords {
  const key = random(32)
  const known = new Map<string, number>()
  const markOf = ({ username, password, sources, address }: PasswordTried) =>
    createHmac('sha256', key)
      .update(JSON.stringify([username, password, sources, address]))
      .digest('base64')

  return Object.freeze({
    has(tried: PasswordTried) {
      const age = now().getTime() - (known.get(markOf(tried)) ?? Number.NEGATIVE_INFINITY)
      return age >= 0 && age < lifeMs
    },
    add(tried: PasswordTried) {
      const mark = markOf(tried)
      known.delete(mark)
      const [oldest] = known.size < most ? [] : known.keys()
      if (oldest !== undefined) known.delete(oldest)
      known.set(mark, now().getTime())
    },
    delete(tried: PasswordTried) {
      known.delete(markOf(tried))
    },
  })
}
