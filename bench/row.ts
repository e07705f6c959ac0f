/**
 * What a second is: of the wall clock, or of this program's processor time, all its threads together,
 * which says more while other programs use the machine.
 */
export type Clock = 'wall' | 'cpu'

/** How a row is measured. */
export interface Settings {
  /** For each side of a comparison. */
  readonly seconds: number
  readonly clock: Clock
  /** How many the row on memory does. */
  readonly verifications: number
}

/** Runs one side of a comparison for about that many seconds and answers its jobs per second. */
export type Side = (seconds: number, clock: Clock) => Promise<number>

/** A comparison that is ready to be timed: both sides were checked to do the same. */
export interface Pair {
  readonly ours: Side
  readonly peer: Side
  /** Ends what the sides started, such as a process. */
  readonly end?: () => void
}

/** What a row found. */
export interface Measured {
  /** Medians of the rounds. */
  readonly ours: number
  readonly peer: number
  /** The median of the rounds' `ours / peer`: above 1, ours is faster. */
  readonly ratio: number
  /** The lowest and the highest ratio of a round. */
  readonly spread: readonly [number, number]
  /** Figures behind the ratio, in words. */
  readonly note?: string
}

/** A row of the table. */
export interface Row {
  readonly name: string
  /** What is counted: `responses/s`. */
  readonly unit: string
  readonly peerName: string
  /** In words, for the help. */
  readonly what: string
  /** The ratio that this project promises, at least. */
  readonly target?: number
  /** Throws when a side does not do the job, `MissingPeer` when it is not there. */
  readonly measure: (settings: Settings) => Promise<Measured>
}

/** The outcome of a row, as `--json` prints it. */
export interface Result extends Measured {
  readonly name: string
  readonly unit: string
  readonly peerName: string
  readonly target: number | null
  /** Null without a target. */
  readonly isMet: boolean | null
}

/** A peer that is not on this machine; the message says what to install. */
export class MissingPeer extends Error {}
