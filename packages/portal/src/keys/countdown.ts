/** How long something is still good, in words. */
export interface Countdown {
  /** `soon`: under five minutes. */
  readonly state: 'valid' | 'soon' | 'expired'
  /** `11 h 59 min`, `59 min 04 s`, `9 s`, `expired`. */
  readonly text: string
}

const soonSeconds = 300

/** The time from `now` (milliseconds since the epoch) until `expiration` (ISO 8601). */
export function countdown(expiration: string, now: number): Countdown {
  const left = Math.ceil((Date.parse(expiration) - now) / 1000)
  if (!(left > 0)) return { state: 'expired', text: 'expired' }
  return { state: left < soonSeconds ? 'soon' : 'valid', text: timeText(left) }
}

function timeText(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (hours > 0) return `${hours} h ${pad(minutes)} min`
  if (minutes > 0) return `${minutes} min ${pad(seconds % 60)} s`
  return `${seconds} s`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

/** A length of time as people say it: `8 h`, `1 h 30 min`, `15 min`, `45 s`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours === 0) return `${rest} min`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}
