/** One side of a comparison: does the whole job once. */
export type Job = () => unknown

/** A comparison that is ready to be timed: both sides were checked to do the same. */
export interface Pair {
  readonly ours: Job
  readonly peer: Job
}

/** A row of the table. */
export interface Row {
  readonly name: string
  /** What is counted: `responses/s`. */
  readonly unit: string
  readonly peerName: string
  /** In words, for the help. */
  readonly what: string
  /** Makes the inputs and checks both sides; throws when one does not do the job. */
  readonly prepare: () => Promise<Pair>
}

/** The outcome of a row, as `--json` prints it. */
export interface Result {
  readonly name: string
  readonly unit: string
  /** Jobs per second, median. */
  readonly ours: number
  readonly peer: number
  readonly peerName: string
  /** `ours / peer`: above 1, ours is faster. */
  readonly ratio: number
}
