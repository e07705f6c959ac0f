import type { LogRow } from '../read-log.ts'

/** Where events are sent to. */
export interface Sink {
  readonly id: string
  /** Most events of one batch. */
  readonly batchSize: number
  /**
   * Sends them in this order; resolves once they were taken, all of them. Rejects with anything else, at
   * the latest when its deadline is over: then all are sent again.
   */
  send(batch: readonly LogRow[], signal: AbortSignal): Promise<void>
}

/** Why a sink did not take a batch. The message says nothing secret. */
export class SinkFailure extends Error {
  /** It asked to be left alone for so many milliseconds. */
  readonly retryAfterMs: number | undefined
  /** Fewer events may do. */
  readonly isTooLarge: boolean

  constructor(
    message: string,
    details: { cause?: unknown; retryAfterMs?: number | undefined; isTooLarge?: boolean } = {},
  ) {
    super(message, { cause: details.cause })
    this.name = 'SinkFailure'
    this.retryAfterMs = details.retryAfterMs
    this.isTooLarge = details.isTooLarge ?? false
  }
}

/** How long a batch may take, in milliseconds. */
export const sendDeadline = 20_000
