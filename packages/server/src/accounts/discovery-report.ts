/** What is known of each account, for people. */
import type { Config } from '../config/config.ts'
import type { Account, RoleCatalog } from '../nouns.ts'
import { accountKey } from './catalog.ts'
import { accountsAt, type Subjects, stateOf } from './discovery-view.ts'
import type { Subject } from './subject.ts'

/** When something was read, and why it cannot be. */
export interface ReadingReport {
  /** Undefined: never, or it is not read. */
  readonly readAt: Date | undefined
  /** How many were found. */
  readonly found: number | undefined
  readonly problem: { readonly message: string; readonly since: Date } | undefined
  /** When what was read counts no more. */
  readonly countsUntil: Date | undefined
}

/** One account. */
export interface AccountReport extends ReadingReport {
  readonly account: Account
  readonly from: 'file' | 'organization'
}

/** All of it. */
export interface DiscoveryReport {
  readonly state: RoleCatalog['state']
  /** Undefined when no organization is read. */
  readonly organization: ReadingReport | undefined
  readonly accounts: readonly AccountReport[]
  /** How many accounts are to be read, and how many of them were tried. */
  readonly progress: { readonly of: number; readonly tried: number }
}

/** The report of a moment. */
export function reportOf(
  config: Pick<Config, 'accounts' | 'aws' | 'discovery'>,
  subjects: Subjects,
  at: number,
): DiscoveryReport {
  const keepMs = config.discovery?.keepMs ?? 0
  const declared = new Set(config.accounts.map(accountKey))
  const { organization, roles } = subjects
  const accounts = accountsAt(config, organization, at).accounts.map((account): AccountReport => {
    const key = accountKey(account)
    const subject = roles.get(key)
    const found = subject?.reading?.facts.roles.length
    const from = declared.has(key) ? 'file' : 'organization'
    return Object.freeze({ account, from, ...readingReport(subject, found, keepMs) })
  })
  const found = organization?.reading?.facts.accounts.filter(({ isActive }) => isActive).length
  const tried = [...roles.values()].filter(({ triedAt }) => triedAt !== undefined).length
  return Object.freeze({
    state: stateOf(subjects),
    organization: organization && readingReport(organization, found, keepMs),
    accounts,
    progress: { of: roles.size, tried },
  })
}

/** The report of one subject of which so many were found. */
export function readingReport(
  subject: Pick<Subject<unknown>, 'reading' | 'problem'> | undefined,
  found: number | undefined,
  keepMs: number,
): ReadingReport {
  const { reading, problem } = subject ?? {}
  return {
    readAt: reading && new Date(reading.readAt),
    found,
    problem: problem && { message: problem.message, since: new Date(problem.since) },
    countsUntil: reading && new Date(reading.readAt + keepMs),
  }
}
