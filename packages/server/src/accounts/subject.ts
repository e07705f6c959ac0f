/** One thing that is read of AWS again and again: an organization, or the roles of an account. */

import { AwsError } from '@rolecall/aws'
import type { z } from 'zod'
import type { DiscoveryRecord } from './discovery-store.ts'
import type { Read } from './facts.ts'

/** What was read, and when. */
export interface Reading<Facts> {
  readonly facts: Facts
  /** Milliseconds since 1970. */
  readonly readAt: number
}

/** Why it cannot be read. */
export interface ReadingProblem {
  /** `AccessDenied: User … is not authorized …` */
  readonly message: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** A subject; `visit` is under way while it is read. */
export interface Subject<Facts> {
  readonly key: string
  readonly basis: string
  readonly everyMs: number
  read(before: Facts | undefined): Promise<Read<Facts>>
  reading: Reading<Facts> | undefined
  problem: ReadingProblem | undefined
  failures: number
  triedAt: number | undefined
  /** When it is read next; milliseconds since 1970. */
  dueAt: number
  visit: Promise<void> | undefined
}

/** The first pause after a failure; each further one doubles it, up to the usual time. */
const firstPauseMs = 30_000
const maxMessage = 500

/** A subject that nothing is known of; it is due at once. */
export function newSubject<Facts>(
  given: Pick<Subject<Facts>, 'key' | 'basis' | 'everyMs' | 'read'>,
): Subject<Facts> {
  const unknown = { reading: undefined, problem: undefined, triedAt: undefined, visit: undefined }
  return { ...given, ...unknown, failures: 0, dueAt: 0 }
}

/** Takes what the store has of it. What was read in another way, or cannot be understood, is passed over. */
export function takeRecord<Facts>(
  subject: Subject<Facts>,
  record: DiscoveryRecord,
  schema: z.ZodType<Facts>,
  random: number,
): void {
  if (record.basis !== subject.basis || record.triedAt <= (subject.triedAt ?? -1)) return
  const facts = factsOf(record.body, schema)
  if (facts !== undefined && record.readAt !== undefined) {
    subject.reading = { facts, readAt: record.readAt }
  }
  const { problem: message, problemSince: since } = record
  subject.problem = message === undefined ? undefined : { message, since: since ?? record.triedAt }
  subject.failures = subject.problem === undefined ? 0 : 1
  subject.triedAt = record.triedAt
  subject.dueAt = record.triedAt + pauseOf(subject, random)
}

/** Notes what a visit brought. */
export function tookFacts<Facts>(
  subject: Subject<Facts>,
  { facts, problem }: Read<Facts>,
  at: { readonly began: number; readonly now: number; readonly random: number },
): void {
  subject.reading = { facts, readAt: at.began }
  if (problem === undefined) subject.problem = undefined
  noteTried(subject, problem, at)
}

/** Notes that a visit failed, or in part; what was read before stays. */
export function noteTried(
  subject: Subject<unknown>,
  problem: unknown,
  at: { readonly now: number; readonly random: number },
): void {
  subject.triedAt = at.now
  subject.failures = problem === undefined ? 0 : subject.failures + 1
  if (problem !== undefined) {
    subject.problem = { message: messageOf(problem), since: subject.problem?.since ?? at.now }
  }
  subject.dueAt = at.now + pauseOf(subject, at.random)
}

/** Whether it is to be read now; what was tried later than now was so by a clock that has been set back since. */
export function isDue({ dueAt, triedAt = 0 }: Subject<unknown>, at: number): boolean {
  return dueAt <= at || triedAt > at
}

/** A little less than asked for, at random: what was read together does not come back together. */
function pauseOf(
  { failures, everyMs }: Pick<Subject<unknown>, 'failures' | 'everyMs'>,
  random: number,
): number {
  const most = failures === 0 ? everyMs : Math.min(everyMs, firstPauseMs * 2 ** (failures - 1))
  return most * (0.8 + random / 5)
}

function factsOf<Facts>(body: string | undefined, schema: z.ZodType<Facts>): Facts | undefined {
  if (body === undefined) return undefined
  try {
    return schema.parse(JSON.parse(body))
  } catch {
    // Of another version, or damaged: it is read anew.
    return undefined
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AwsError) return `${error.code}: ${error.message}`.slice(0, maxMessage)
  return (error instanceof Error ? error.message : String(error)).slice(0, maxMessage)
}
