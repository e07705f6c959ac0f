const leastChangeMs = 60_000

/**
 * An `onClockCorrected` that tells people of a wrong clock: once for all clients that find it, and again when it is
 * off by another minute.
 */
export function clockTeller(warn: (message: string) => void): (offsetMs: number) => void {
  let told: number | undefined
  return offsetMs => {
    if (told !== undefined && Math.abs(offsetMs - told) < leastChangeMs) return
    told = offsetMs
    const seconds = Math.round(Math.abs(offsetMs) / 1000)
    const direction = offsetMs > 0 ? 'behind' : 'ahead of'
    warn(
      `the clock of this machine is ${seconds} seconds ${direction} that of AWS: calls are signed by the time of AWS until it is set right`,
    )
  }
}
