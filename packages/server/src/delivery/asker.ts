import type { Principal } from '../nouns.ts'

/** Who asks, and from which network address. */
export interface Asker {
  readonly principal: Principal
  readonly address: string
  /** Who the request is now: undefined when the sign-in has ended since. */
  again(): Promise<Principal | undefined>
}

/** A role by alias and name. */
export interface RoleName {
  readonly account: string
  readonly role: string
}
