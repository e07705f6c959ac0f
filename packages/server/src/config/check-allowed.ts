import type { Report } from './report.ts'
import type { Sections } from './sections.ts'
import { daysLeft, endNotice } from './weak-algorithms.ts'

/** Warns of each weak algorithm: that it counts, that its end is near, that it counts no more. */
export function checkAllowed(sections: Sections, report: Report, now: Date): void {
  for (const [index, provider] of sections.saml.entries()) {
    for (const [at, allowed] of (provider?.allow ?? []).entries()) {
      const { algorithm, until } = allowed
      const path = ['signIn', 'saml', index, 'allow', at]
      const remedy = 'let the provider use SHA-256, RSA of 2048 bits and AES-GCM, and remove this'
      const notice = endNotice(allowed, now)
      if (notice !== undefined) report.warning(path, notice, remedy)
      else if (daysLeft(allowed, now) === 0) {
        report.warning(path, `${algorithm} was taken until ${until}, and no longer`, 'remove this')
      } else report.warning(path, `${algorithm} is weak, and taken until ${until}`, remedy)
    }
  }
}
