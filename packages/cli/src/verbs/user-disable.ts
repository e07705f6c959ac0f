import { createDirectory, recordIn } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { printable, type Terminal } from '../terminal.ts'
import { changed, refusals } from './change-user.ts'
import { load, withStore } from './load.ts'

/** The options of `rolecall user disable` and `rolecall user enable`. */
export interface DisableUser {
  readonly name: string
  readonly config: string
  readonly disabled: boolean
}

/** `rolecall user disable NAME -c FILE` and `rolecall user enable NAME -c FILE` */
export async function disableUser(options: DisableUser, terminal: Terminal): Promise<number> {
  const { name, disabled } = options
  const what = disabled ? 'disabled' : 'enabled'
  const config = await load(options.config, terminal)
  await withStore(config, store => {
    const now = () => new Date()
    const event = changed('user.changed', name)
    return refusals(() =>
      createDirectory(store, { now }).setDisabled(name, disabled, transaction =>
        recordIn(transaction, { ...event, detail: { ...event.detail, what } }, { now }),
      ),
    )
  })
  terminal.out.write(`${what} ${printable(name)}\n`)
  return exitCodes.ok.code
}
