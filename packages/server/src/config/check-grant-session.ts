/** What a grant adds to its sessions, and what a grant that denies may say. */
import { AwsError, checkTags } from '@rolecall/aws'
import { readTextExpression } from './expression.ts'
import type { Report } from './report.ts'
import type { GrantEntry } from './sections.ts'

/** Reports session tags, source identities and keys that cannot be. Policies are checked when they are read. */
export function checkGrantSession(grant: GrantEntry, index: number, report: Report): void {
  if (grant.effect === 'deny') {
    checkDenial(grant, index, report)
    return
  }
  const at = (...keys: (string | number)[]) => ['grants', index, ...keys]
  for (const [key, text] of Object.entries(grant.tags)) {
    const read = readTextExpression(text)
    if ('problem' in read) report.problem(at('tags', key), read.problem, read.remedy)
    if (key.toLowerCase().startsWith('aws:')) {
      const message = 'keys that begin with `aws:` are those of AWS'
      report.problem(at('tags', key), message, 'choose another', { atKey: true })
    }
  }
  // The values are not known yet; whether the keys are right does not hang on them.
  const tags = Object.fromEntries(Object.keys(grant.tags).map(key => [key, '']))
  try {
    checkTags({ tags, transitiveTagKeys: grant.transitiveTags })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const key = error.message.startsWith('transitive') ? 'transitiveTags' : 'tags'
    const message = error.message.replace(/^transitiveTagKeys/, 'transitiveTags')
    report.problem(at(key), message, 'see "Passing session tags" of AWS')
  }
  if (grant.sourceIdentity === undefined) return
  const read = readTextExpression(grant.sourceIdentity)
  if ('problem' in read) report.problem(at('sourceIdentity'), read.problem, read.remedy)
}

/** The keys that say what a session is, which a grant that denies never makes. */
const ofSessions = ['policy', 'sourceIdentity', 'destination', 'region'] as const
const listsOfSessions = ['policyArns', 'transitiveTags'] as const

function checkDenial(grant: GrantEntry, index: number, report: Report): void {
  const said = [
    ...ofSessions.filter(key => grant[key] !== undefined),
    ...listsOfSessions.filter(key => grant[key].length > 0),
    ...(Object.keys(grant.tags).length > 0 ? ['tags'] : []),
  ]
  for (const key of said) {
    const message = 'a grant that denies makes no session'
    report.problem(['grants', index, key], message, 'remove it')
  }
}
