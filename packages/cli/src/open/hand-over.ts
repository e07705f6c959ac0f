/** Gives a secret address to a browser without writing it where other users of the machine can read. */
import { randomBytes } from 'node:crypto'
import { Failure } from '../failure.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'

const timeoutMs = 60_000

/**
 * `open` gets an address on this machine that leads to the secret one, once: the arguments of a program
 * are anybody's to read. Resolves when a browser has come by. Throws `Failure` `cannotAsk` when none does.
 */
export async function handOver(
  secret: string,
  open: (url: string) => Promise<unknown>,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<void> {
  const loopback = await listenOnLoopback<undefined>({
    path: `/${Buffer.from(random(32)).toString('base64url')}`,
    timeoutMs,
    accept: () => ({ value: undefined, location: secret }),
  })
  try {
    await open(loopback.url)
    await loopback.arrival
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'cannotAsk') throw error
    throw new Failure(
      'cannotAsk',
      'no browser came for the link',
      'print it with --link and open it yourself',
    )
  } finally {
    loopback.close()
  }
}
