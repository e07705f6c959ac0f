import { createAudit, endSessionsOf } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { printable, type Terminal } from '../terminal.ts'
import { byCommand } from './change-user.ts'
import { load, withStore } from './load.ts'

/** The options of `rolecall signout`. */
export interface SignOut {
  /** `<source>:<username>`, as the audit log names people. */
  readonly principal: string
  readonly config: string
}

/** `rolecall signout PRINCIPAL -c FILE`: ends every browser session of a person. */
export async function signOut(options: SignOut, terminal: Terminal): Promise<number> {
  const { principal } = options
  const [source = '', ...username] = principal.split(':')
  if (source === '' || username.length === 0) {
    throw new Failure(
      'usage',
      `${JSON.stringify(principal)} names nobody`,
      'write SOURCE:USERNAME as `rolecall audit tail` shows it, such as corp:alice or local:admin',
    )
  }
  const config = await load(options.config, terminal)
  const ended = await withStore(config, async store => {
    // On record first: if that fails, nothing was done.
    await createAudit(store, { now: () => new Date() }).record({
      type: 'signout',
      result: 'success',
      principal,
      source,
      detail: byCommand(),
    })
    return endSessionsOf(store, principal)
  })
  const sessions = ended === 1 ? 'one session' : `${ended} sessions`
  terminal.out.write(`signed ${printable(principal)} out of ${sessions}\n`)
  return exitCodes.ok.code
}
