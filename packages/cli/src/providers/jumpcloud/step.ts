import type { Connection } from '../../connections/connection.ts'
import type { WebSession } from '../../web/index.ts'
import type { SignInParts } from '../provider.ts'
import type { JumpCloudConsole } from './console.ts'
import type { JumpCloudHosts } from './hosts.ts'

/** What every step of one sign-in has. */
export interface Step {
  readonly connection: Connection
  readonly parts: SignInParts
  readonly hosts: JumpCloudHosts
  readonly session: WebSession
  readonly console: JumpCloudConsole
}

/** What a factor gives when it was taken: where to go on, when JumpCloud says so. */
export interface SignedIn {
  readonly redirectTo: string | undefined
}
