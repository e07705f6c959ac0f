import { z } from 'zod'
import { SimulatorError } from '../errors.ts'

const pattern = z.string().min(1).max(512)

/**
 * One fault: which calls it meets, and what it does to them. Everything about which calls is optional; a fault without
 * it meets every call. Patterns know `*` and `?`.
 */
export const faultSchema = z
  .strictObject({
    /** Name of the service as the page of calls shows it, in any case: `sts`, `s3`. */
    service: pattern.optional(),
    /** `AssumeRole`, `Get*` */
    operation: pattern.optional(),
    /** Of the path as it came: `/reports/*`. */
    path: pattern.optional(),
    /** How many calls it meets before it is over; without it until it is cleared. */
    count: z.int().min(1).max(1_000_000).optional(),
    /** Chance of each call, 0 to 1, drawn from `seed`: the same seed meets the same calls. */
    probability: z.number().min(0).max(1).optional(),
    seed: z.int().min(0).max(0xffff_ffff).default(1),
    /** Waits before anything else. */
    latencyMs: z.int().min(1).max(600_000).optional(),
    /** The clock of the answer and of the signature check, seconds off. */
    clockOffsetSeconds: z.int().min(-315_360_000).max(315_360_000).optional(),
    /** Refuses the call in the service's own form; `throttling` is the service's own way to say so. */
    error: z
      .union([
        z.literal('throttling'),
        z.strictObject({
          status: z.int().min(400).max(599),
          code: z
            .string()
            .regex(/^[A-Za-z.]{1,64}$/, 'a code has 1 to 64 letters')
            .optional(),
          message: z.string().max(512).optional(),
        }),
      ])
      .optional(),
    /** Sent with `error`. */
    retryAfterSeconds: z.int().min(0).max(86_400).optional(),
    /** What happens to the body of the answer: half of it, or slowly. */
    body: z
      .union([
        z.literal('truncated'),
        z.strictObject({ bytesPerSecond: z.int().min(1).max(1_000_000_000) }),
      ])
      .optional(),
    /** The call is not answered. */
    connection: z.enum(['reset', 'hang']).optional(),
  })
  .refine(
    ({ latencyMs, clockOffsetSeconds, error, body, connection }) =>
      [latencyMs, clockOffsetSeconds, error, body, connection].some(effect => effect !== undefined),
    'a fault needs one of latencyMs, clockOffsetSeconds, error, body, connection',
  )
  .refine(
    ({ error, body, connection }) =>
      connection === undefined || (error === undefined && body === undefined),
    'a call whose connection ends has neither error nor body',
  )
  .refine(
    ({ error, retryAfterSeconds }) => retryAfterSeconds === undefined || error !== undefined,
    'retryAfterSeconds goes with error',
  )

/** A fault as it is asked for. */
export type FaultInput = z.input<typeof faultSchema>
/** A fault with its defaults. */
export type FaultRule = z.output<typeof faultSchema>

/** Reads one fault. Throws `SimulatorError` `fault_invalid`. */
export function readFault(value: unknown): FaultRule {
  const parsed = faultSchema.safeParse(value)
  if (parsed.success) return Object.freeze(parsed.data)
  const problems = parsed.error.issues.map(issue => {
    const key = issue.path.map(String).join('.')
    return key === '' ? issue.message : `${key}: ${issue.message}`
  })
  throw new SimulatorError('fault_invalid', `the fault is not valid: ${problems.join('; ')}`)
}
