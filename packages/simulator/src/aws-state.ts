import type { Sessions } from './sts/sessions.ts'
import type { LoadedWorld } from './world/loaded.ts'

/** What every service of the simulated AWS works on. */
export interface AwsState {
  readonly world: LoadedWorld
  readonly sessions: Sessions
  readonly now: () => Date
  /** Told the ARN of whoever signed the request at hand, once that is verified: for the log of calls. */
  readonly noteCaller?: (arn: string) => void
}
