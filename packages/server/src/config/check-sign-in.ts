import { localSource } from '../nouns.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports provider ids that clash or are reserved, and a gateway that nobody can sign in to. */
export function checkSignIn(sections: Sections, report: Report): void {
  const lines = new Map<string, number>()
  for (const [index, provider] of sections.saml.entries()) {
    if (provider === undefined) continue
    const path = ['signIn', 'saml', index, 'id']
    const line = lines.get(provider.id)
    if (provider.id === localSource) {
      report.problem(path, 'this id means the local users', 'choose another id')
    } else if (line !== undefined) {
      report.problem(path, 'this id is used twice', `choose another: line ${line} has it`)
    } else {
      lines.set(provider.id, report.lineOf(path))
    }
  }
  for (const [index, provider] of sections.saml.entries()) {
    if (provider === undefined || sections.signIn?.samlKeys.length !== 0) continue
    const needsKey = {
      signRequests: provider.signRequests === true,
      logout: provider.logout === 'single',
    }
    for (const [key, isNeeded] of Object.entries(needsKey)) {
      if (!isNeeded) continue
      const path = ['signIn', 'saml', index, key]
      report.problem(path, 'there is no key to sign with', 'add a key pair under `signIn.samlKeys`')
    }
  }
  if (sections.signIn?.password === false && sections.saml.length === 0) {
    const remedy = 'add a provider under `signIn.saml`, or set `password: true`'
    report.problem(['signIn', 'password'], 'nobody can sign in', remedy)
  }
}
