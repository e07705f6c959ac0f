import { createDirectory, recordIn } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { printable, type Terminal } from '../terminal.ts'
import { changed, refusals } from './change-user.ts'
import { load, withStore } from './load.ts'
import { newPassword } from './password.ts'

/** The options of `rolecall user add`. */
export interface AddUser {
  readonly name: string
  readonly config: string
  readonly group?: readonly string[]
  readonly email?: string
  readonly displayName?: string
  readonly passwordStdin?: boolean
  readonly json?: boolean
}

/** `rolecall user add NAME -c FILE …` */
export async function addUser(options: AddUser, terminal: Terminal): Promise<number> {
  const config = await load(options.config, terminal)
  const password = await newPassword(terminal, options.passwordStdin === true)
  const now = () => new Date()
  const user = await withStore(config, async store => {
    const groups = options.group ?? []
    const { email, displayName } = options
    return await refusals(() =>
      createDirectory(store, { now }).add(
        { username: options.name, displayName, email, groups, password },
        transaction => recordIn(transaction, changed('user.added', options.name), { now }),
      ),
    )
  })
  const { id, username, displayName, email, groups } = user
  terminal.out.write(
    options.json === true
      ? `${JSON.stringify({ id, username, displayName, email, groups })}\n`
      : `added ${printable(username)}${groups.length > 0 ? ` (${printable(groups.join(', '))})` : ''}\n`,
  )
  if (!config.signIn.password) {
    terminal.err.write('rolecall: note: local users cannot sign in: `signIn.password` is false\n')
  }
  return exitCodes.ok.code
}
