import type { BoundedMap } from '../bounded-map.ts'
import type { Prompt, Prompts } from '../idp/prompts.ts'

/** How somebody is asked by Duo. */
export interface DuoPerson {
  readonly email: string
  readonly push: 'asks' | 'accepted' | 'denied' | 'expired'
  readonly passcode: string | undefined
  readonly prompt: 'frame' | 'universal'
}

/** One sign-in in the frame. */
export interface FrameSession {
  readonly person: DuoPerson
  readonly parent: string
  transaction: { readonly id: string; readonly prompt: Prompt } | undefined
}

/** What the frame's pages work on. */
export interface Frame {
  readonly origin: string
  readonly prompts: Prompts
  /** Whom a request is for; undefined when it is not signed, or late. */
  open(tx: string): DuoPerson | undefined
  readonly sessions: BoundedMap<FrameSession>
  proof(person: DuoPerson): string
}
