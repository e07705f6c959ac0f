import { formatDuration, parseDuration } from './duration.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** The bounds of every time span in the file, in seconds. */
export const durationBounds = {
  /** AWS: DurationSeconds of AssumeRole. */
  grant: { least: 900, most: 43_200 },
  clockSkew: { least: 0, most: 300 },
  idle: { least: 60, most: 7 * 86_400 },
  absolute: { least: 60, most: 30 * 86_400 },
  commandLine: { least: 300, most: 30 * 86_400 },
  timeout: { least: 1, most: 120 },
  dns: { least: 1, most: 30 },
} as const

/** Reports time spans that cannot be read or are out of bounds. */
export function checkDurations(sections: Sections, report: Report): void {
  const check = (value: string | number, path: KeyPath, kind: keyof typeof durationBounds) => {
    const { least, most } = durationBounds[kind]
    const seconds = parseDuration(value)
    const bounds = `${formatDuration(least)} to ${formatDuration(most)}`
    if (seconds === undefined) {
      const remedy = 'write seconds as a number, or a number with s, m, h or d: `90s`, `8h`'
      report.problem(path, 'this is not a time span', remedy)
    } else if (seconds < least || seconds > most) {
      report.problem(path, `this time span is out of bounds: ${bounds}`, `choose one of ${bounds}`)
    }
    return seconds
  }

  for (const [index, grant] of sections.grants.entries()) {
    if (grant !== undefined) check(grant.duration, ['grants', index, 'duration'], 'grant')
  }
  for (const [index, provider] of sections.saml.entries()) {
    const path = ['signIn', 'saml', index, 'clockSkew']
    if (provider !== undefined) check(provider.clockSkew, path, 'clockSkew')
  }
  if (sections.aws !== undefined) check(sections.aws.timeout, ['aws', 'timeout'], 'timeout')
  const { machines } = sections
  if (machines !== undefined) check(machines.timeout, ['signIn', 'machines', 'timeout'], 'dns')
  const { commandLine } = sections
  if (commandLine !== undefined) {
    check(commandLine.lifetime, ['commandLine', 'lifetime'], 'commandLine')
  }
  const session = sections.signIn?.session
  if (session === undefined) return
  const idle = check(session.idle, ['signIn', 'session', 'idle'], 'idle')
  const absolute = check(session.absolute, ['signIn', 'session', 'absolute'], 'absolute')
  if (idle !== undefined && absolute !== undefined && idle > absolute) {
    const remedy = `at most ${formatDuration(absolute)}, which is \`absolute\``
    report.problem(['signIn', 'session', 'idle'], 'idle is longer than absolute', remedy)
  }
}
