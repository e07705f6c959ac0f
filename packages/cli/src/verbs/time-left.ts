/** How long it is until then, as people say it: `in 59 min`, `in 3 h 20 min`, `5 min ago`, `just now`. */
export function timeLeft(until: Date, now: Date): string {
  const leftMs = until.getTime() - now.getTime()
  const minutes = Math.round(Math.abs(leftMs) / 60_000)
  if (minutes === 0) return leftMs > 0 ? 'in less than a minute' : 'just now'
  return leftMs > 0 ? `in ${lengthOf(minutes)}` : `${lengthOf(minutes)} ago`
}

function lengthOf(minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours >= 48) return `${Math.floor(hours / 24)} days`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}
