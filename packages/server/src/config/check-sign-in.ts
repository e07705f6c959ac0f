import { localSource } from '../nouns.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'
import { declaredSources, hasUnreadSources, systemGroups } from './sign-in-sources.ts'

const reserved: Readonly<Record<string, string>> = {
  [localSource]: 'this id means the local users',
  [systemGroups]: "this id means this machine's groups",
}

/** Reports ids that clash or are reserved, e-mail domains of two sources, and a gateway that nobody can sign in to. */
export function checkSignIn(sections: Sections, report: Report): void {
  const ids = new Map<string, number>()
  const domains = new Map<string, number>()
  for (const { id, path, emailDomains } of declaredSources(sections)) {
    const at = [...path, 'id']
    const line = ids.get(id)
    const meaning = reserved[id]
    if (meaning !== undefined) {
      report.problem(at, meaning, 'choose another id')
    } else if (line !== undefined) {
      report.problem(at, 'this id is used twice', `choose another: line ${line} has it`)
    } else {
      ids.set(id, report.lineOf(at))
    }
    for (const [index, domain] of emailDomains.entries()) {
      const place = [...path, 'emailDomains', index]
      const earlier = domains.get(domain)
      if (earlier === undefined) domains.set(domain, report.lineOf(place))
      else
        report.problem(
          place,
          'this domain is sent to two sources',
          `line ${earlier} has it: keep one`,
        )
    }
  }
  checkSamlKeys(sections, report)
  const isNobody = declaredSources(sections).length === 0 && !hasUnreadSources(sections)
  if (sections.signIn?.password === false && isNobody) {
    const remedy = 'add a provider under `signIn.saml`, or set `password: true`'
    report.problem(['signIn', 'password'], 'nobody can sign in', remedy)
  }
}

function checkSamlKeys(sections: Sections, report: Report): void {
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
}
