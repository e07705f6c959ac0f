import {
  AwsError,
  type CredentialSource,
  type HttpSend,
  type MetadataRoles,
  type TemporaryCredentials,
} from '@rolecall/aws'
import { getUpstreamCredentials, listUpstreamRoles } from './upstream-client.ts'

/** See {@link upstreamRoles}. */
export interface UpstreamOptions {
  /** Scheme, host and port of the metadata proxy. */
  readonly origin: string
  readonly http: HttpSend
  readonly now: () => Date
  /** From 0 up to 1. */
  readonly random: () => number
  /** Waits; ends early once `signal` aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  /** Told of what goes wrong; a text without secrets. */
  readonly report: (problem: string) => void
}

/** The roles of a metadata proxy, fetched before they are asked for. */
export interface UpstreamRoles {
  readonly roles: MetadataRoles
  /** Credentials of the first role of the list, which is the one that SDKs take. */
  readonly first: CredentialSource
  /** Ends when the proxy was asked once, whatever it said. */
  readonly asked: Promise<void>
  /** Ends after the signal. */
  readonly ended: Promise<void>
}

const pauses = { failureBase: 1.5, mostFailureMs: 10_000, noRolesBase: 3, mostNoRolesMs: 300_000 }
const shortestMs = 1_000
/** Roles that come or go are seen after this time at the latest. */
const longestMs = 3_600_000

/**
 * Polls a proxy that speaks IMDSv1: the list of roles, then each. The next poll is at a random point
 * between 50 % and 90 % of the life of what expires first; after a failure in 1.5, 2.25, … s up to 10 s;
 * while there are no roles in 3, 9, … s up to 5 minutes. A role that the list has no more is forgotten at
 * once; while the proxy is away, what has not expired stays.
 */
export function upstreamRoles(options: UpstreamOptions): UpstreamRoles {
  const { origin, now, random, sleep, signal, report } = options
  let held: ReadonlyMap<string, TemporaryCredentials> = new Map()
  let failures = 0
  let emptyLists = 0

  /** Polls once and says how long to wait. */
  const poll = async (): Promise<number> => {
    try {
      const { found, problems } = await fetchAll(options, held)
      held = found
      for (const problem of problems) report(problem)
      if (found.size === 0 && problems.length === 0) {
        failures = 0
        emptyLists += 1
        if (emptyLists === 1) report(`${origin} lists no role for this machine`)
        return Math.min(pauses.noRolesBase ** Math.min(emptyLists, 10) * 1000, pauses.mostNoRolesMs)
      }
      emptyLists = 0
      if (problems.length > 0) return afterFailure()
      failures = 0
      return nextPoll(found.values(), now(), random())
    } catch (error) {
      emptyLists = 0
      report(error instanceof AwsError ? error.message : `asking ${origin} failed inside`)
      return afterFailure()
    }
  }
  const afterFailure = (): number => {
    failures += 1
    return Math.min(pauses.failureBase ** Math.min(failures, 10) * 1000, pauses.mostFailureMs)
  }

  const firstPoll = poll()
  const run = async (): Promise<void> => {
    for (let pause = await firstPoll; !signal.aborted; pause = await poll()) {
      await sleep(pause, signal)
      if (signal.aborted) return
    }
  }

  const sourceOf = (name: () => string | undefined): CredentialSource => ({
    get: async () => {
      const role = name()
      const credentials = role === undefined ? undefined : held.get(role)
      if (credentials !== undefined) return credentials
      throw new AwsError('no_credentials', `${origin} gave none`, { fault: 'server' })
    },
    describe: () => `${origin}, role ${name() ?? 'that it lists first'}`,
  })
  return {
    roles: {
      names: () => [...held.keys()],
      find: name => (held.has(name) ? sourceOf(() => name) : undefined),
    },
    first: sourceOf(() => held.keys().next().value),
    asked: firstPoll.then(() => undefined),
    ended: run(),
  }
}

/** Every role of the list; of one that fails now, the credentials that it has. */
async function fetchAll(
  { http, origin, now }: UpstreamOptions,
  held: ReadonlyMap<string, TemporaryCredentials>,
): Promise<{ found: Map<string, TemporaryCredentials>; problems: string[] }> {
  const names = await listUpstreamRoles(http, origin)
  const results = await Promise.allSettled(
    names.map(name => getUpstreamCredentials(http, origin, name, now())),
  )
  const found = new Map<string, TemporaryCredentials>()
  const problems: string[] = []
  for (const [index, name] of names.entries()) {
    const result = results[index]
    const before = held.get(name)
    if (result?.status === 'fulfilled') found.set(name, result.value)
    else {
      if (before !== undefined && before.expiration > now()) found.set(name, before)
      const reason: unknown = result?.reason
      problems.push(reason instanceof AwsError ? reason.message : `role ${name} failed inside`)
    }
  }
  return { found, problems }
}

function nextPoll(credentials: Iterable<TemporaryCredentials>, now: Date, chance: number): number {
  const ends = [...credentials].map(({ expiration }) => expiration.getTime())
  const left = Math.min(...ends) - now.getTime()
  return Math.min(Math.max(left * (0.5 + 0.4 * chance), shortestMs), longestMs)
}
