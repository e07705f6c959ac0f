import { createDirectory, recordIn } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { printable, type Terminal } from '../terminal.ts'
import { changed, refusals } from './change-user.ts'
import { load, withStore } from './load.ts'
import { newPassword } from './password.ts'

/** The options of `rolecall user passwd`. */
export interface ChangePassword {
  readonly name: string
  readonly config: string
  readonly passwordStdin?: boolean
}

/** `rolecall user passwd NAME -c FILE` */
export async function changePassword(options: ChangePassword, terminal: Terminal): Promise<number> {
  const config = await load(options.config, terminal)
  await withStore(config, async store => {
    const now = () => new Date()
    const directory = createDirectory(store, { now })
    // Asked before the password is typed twice for nothing.
    if ((await directory.find(options.name)) === undefined) {
      const hint = 'upper and lower case count; rolecall user add makes a user'
      throw new Failure('refused', `there is no user ${JSON.stringify(options.name)}`, hint)
    }
    const password = await newPassword(terminal, options.passwordStdin === true)
    const event = changed('user.changed', options.name)
    const detail = { ...event.detail, what: 'password' }
    await refusals(() =>
      directory.setPassword(options.name, password, transaction =>
        recordIn(transaction, { ...event, detail }, { now }),
      ),
    )
  })
  terminal.out.write(`changed the password of ${printable(options.name)}\n`)
  return exitCodes.ok.code
}
