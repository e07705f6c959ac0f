import { Failure } from '../../failure.ts'
import type { SignInParts } from '../provider.ts'

/** Username and password of one sign-in, which pages may ask for one by one. */
export interface Logins {
  get(): Promise<{ readonly username: string; readonly password: string }>
  /** What the provider says of the last one; `get` asks again. Throws `Failure` `signInRefused` after the third. */
  refused(reason: string): void
  /** Whose sign-in it is, once that was needed. */
  username(): string | undefined
}

const maxRefused = 3

/** Asks for the login when it is first needed, and again after a refusal. */
export function createLogins(parts: Pick<SignInParts, 'login'>): Logins {
  let current: { readonly username: string; readonly password: string } | undefined
  let reason: string | undefined
  let refusals = 0
  return {
    async get() {
      current ??= await parts.login(reason === undefined ? undefined : { reason })
      return current
    },
    refused(why) {
      refusals += 1
      if (refusals >= maxRefused) {
        throw new Failure('signInRefused', why, 'check the username and the password')
      }
      current = undefined
      reason = why
    },
    username: () => current?.username,
  }
}
