import { hash, verify } from '@node-rs/argon2'
import { DirectoryError } from './errors.ts'

/** Argon2id (the library's default variant) with OWASP's parameters: 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Passwords hashed at once, and waiting for their turn: each takes 19 MiB while it runs. */
const atOnce = 4
const waitingAtMost = 64

/** Stands in for the hash of a user who is not there: same parameters, so the same time to check. */
const nobody =
  '$argon2id$v=19$m=19456,t=2,p=1$WYliJ/u0Yfm/C+Leiq1a8A$C9jtVciPp0wU7X+hrEcrng1hhwkbTumrVa2fjuz/EMU'

/** In characters, after NFC. */
export const shortestPassword = 12
const longestPasswordBytes = 1024

/** Refuses a password that is too short (characters) or too long (bytes) to be set. */
export function checkNewPassword(password: string): void {
  if ([...password.normalize('NFC')].length < shortestPassword) {
    throw new DirectoryError(
      'password-short',
      `the password has fewer than ${shortestPassword} characters`,
    )
  }
  if (isTooLong(password)) {
    throw new DirectoryError(
      'password-long',
      `the password has more than ${longestPasswordBytes} bytes`,
    )
  }
}

/** Hashes and checks; how many run at once is bounded. */
export interface Passwords {
  /** A PHC string of argon2id with a random salt. */
  hash(password: string): Promise<string>
  /** Against the hash; without one it works as long and answers no. */
  verify(password: string, hashed: string | undefined): Promise<boolean>
}

/** Hashes and checks passwords, a bounded number at once. Throws DirectoryError `passwords-busy`. */
export function createPasswords(): Passwords {
  const run = boundedQueue(atOnce, waitingAtMost)
  return {
    hash: password => run(() => hash(password.normalize('NFC'), parameters)),
    async verify(password, hashed) {
      if (isTooLong(password)) return false
      const matches = await run(() => verify(hashed ?? nobody, password.normalize('NFC')))
      return matches && hashed !== undefined
    },
  }
}

function isTooLong(password: string): boolean {
  return Buffer.byteLength(password) > longestPasswordBytes
}

function boundedQueue(running: number, waiting: number) {
  let active = 0
  const queue: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (active >= running) {
      if (queue.length >= waiting) {
        throw new DirectoryError('passwords-busy', 'too many passwords are being checked at once')
      }
      await new Promise<void>(resolve => queue.push(resolve))
    } else {
      active += 1
    }
    try {
      return await work()
    } finally {
      // The place is handed on, not freed: `active` stays as it is when someone waits.
      const next = queue.shift()
      if (next === undefined) active -= 1
      else next()
    }
  }
}
