import type { Ask } from '../../ask/ask.ts'
import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'

/** One-time codes of one sign-in: what `--mfa-token` gave first and once, then what the person types. */
export interface Codes {
  next(question: { readonly message: string; readonly digits?: number }): Promise<string>
  /** What the provider says of the last one. Throws `Failure` `mfaRefused` after the third, or when nobody can be asked. */
  refused(reason: string): void
}

const maxRefused = 3

/** Codes for one sign-in at a connection. */
export function createCodes({ given }: Pick<Connection, 'given'>, ask: Ask): Codes {
  let ready = given.mfaToken
  let refusals = 0
  return {
    async next(question) {
      const code = ready ?? (await ask.code(question))
      ready = undefined
      return code
    },
    refused(reason) {
      refusals += 1
      if (refusals < maxRefused && ask.possible) return ask.tell(reason)
      throw new Failure(
        'mfaRefused',
        reason,
        'wait for the next code, and check the clock of the device that shows it',
      )
    },
  }
}
