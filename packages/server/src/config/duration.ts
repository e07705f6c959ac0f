const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of `90`, `90s`, `15m`, `8h` or `1d`; undefined when the text is none of these. */
export function parseDuration(value: string | number): number | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value >= 0 ? value : undefined
  const match = /^(\d{1,9})([smhd]?)$/.exec(value)
  if (match === null) return undefined
  return Number(match[1]) * (unitSeconds[match[2] || 's'] ?? 1)
}

/** The shortest way to write it: 3600 is `1h`. */
export function formatDuration(seconds: number): string {
  for (const unit of ['d', 'h', 'm']) {
    const size = unitSeconds[unit] ?? 1
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`
  }
  return `${seconds}s`
}
