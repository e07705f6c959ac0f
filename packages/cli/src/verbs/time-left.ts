/** How long it is until then, as people say it: `in 59 min`, `in 3 h 20 min`, `5 min ago`. */
export function timeLeft(until: Date, now: Date): string {
  const minutes = Math.round((until.getTime() - now.getTime()) / 60_000)
  const text = lengthOf(Math.abs(minutes))
  return minutes >= 0 ? `in ${text}` : `${text} ago`
}

function lengthOf(minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours >= 48) return `${Math.floor(hours / 24)} days`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}
