import type { Sessions } from './sts/sessions.ts'
import type { LoadedWorld } from './world/loaded.ts'

/** What every service of the simulated AWS works on. */
export interface AwsState {
  readonly world: LoadedWorld
  readonly sessions: Sessions
  readonly now: () => Date
}
