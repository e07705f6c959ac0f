/** What several routes take and answer. */
import { z } from 'zod'
import { errorBody } from '../api.ts'

/** A role in a path: the account's alias and the role's name. */
export const roleParams = z.object({
  account: z.string().min(1).max(64),
  role: z.string().min(1).max(128),
})

/** Where to go after the sign-in. */
export const startQuery = z.object({ next: z.string().max(2048).optional() })

/** A body that may be left out, and says nothing. */
export const emptyBody = z.union([z.strictObject({}), z.null(), z.undefined()])

/** The answers of a route of the API that are none of its own. */
export const failures = { '4xx': errorBody, '5xx': errorBody }
