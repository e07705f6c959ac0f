import type { Config } from './config.ts'

/** One thing that is wrong in the configuration file: where, what, and what to do. */
export interface Problem {
  readonly file: string
  /** From 1; of the key's value, or of the place where a missing key belongs. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** The path of the key: `grants[3].role`; empty for the whole file. */
  readonly key: string
  /** What stands there, shortened; `[redacted]` where a secret may stand; empty when nothing. */
  readonly value: string
  readonly message: string
  readonly remedy: string
}

/** The configuration, or everything that is wrong with its file. Warnings do not stop the gateway. */
export type ConfigResult<C = Config> =
  | { readonly ok: true; readonly config: C; readonly warnings: readonly Problem[] }
  | {
      readonly ok: false
      readonly problems: readonly Problem[]
      readonly warnings: readonly Problem[]
    }
