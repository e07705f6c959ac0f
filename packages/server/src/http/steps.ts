import type { Cookies } from './cookies.ts'
import type { Gateway } from './gateway.ts'
import type { RateLimits } from './rate-limits.ts'

/** What the routes are made of: the steps of the path, and what the HTTP edge adds to them. */
export interface Steps {
  readonly gateway: Gateway
  readonly cookies: Cookies
  readonly limits: RateLimits
}
