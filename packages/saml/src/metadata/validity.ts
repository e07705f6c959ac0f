import type { Validity } from './model.ts'

/** The earlier and shorter of what an element says of itself and what it inherits. */
export function narrowed(own: Validity, inherited: Validity): Validity {
  const validUntil = lesser(own.validUntil, inherited.validUntil)
  const seconds = lesser(own.cacheDurationSeconds, inherited.cacheDurationSeconds)
  return {
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(seconds === undefined ? {} : { cacheDurationSeconds: seconds }),
  }
}

function lesser<T extends Date | number>(own: T | undefined, other: T | undefined): T | undefined {
  if (own === undefined) return other
  return other === undefined || own <= other ? own : other
}

/** Whether that time has come; without `now` nothing is over. */
export function isOver({ validUntil }: Validity, now: Date | undefined): boolean {
  return now !== undefined && validUntil !== undefined && validUntil <= now
}
