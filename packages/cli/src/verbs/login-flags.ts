import type { CommandFlags } from '../keys/open-command.ts'

/** The options of `rolecall login`. */
export interface LoginFlags extends CommandFlags {
  readonly all?: boolean
  readonly force?: boolean
  readonly write?: boolean
  readonly credentialProcess?: boolean
  readonly json?: boolean
}
