/** Who sends a request that rests on no browser session: each request proves it anew. */
import type { AuditEvent } from '../audit/index.ts'
import type { Config } from '../config/config.ts'
import type { Principal } from '../nouns.ts'
import type { FoldedRecord } from '../ops/fold-events.ts'
import { gatherGroups } from './groups-from.ts'
import { createHeaderSources, type HeaderFinding } from './headers/header-sources.ts'
import type { RequestFacts } from './headers/request-facts.ts'
import { passwordRefused, verifyPassword } from './password-sources.ts'
import { personPrincipal } from './person.ts'
import { recordRefusal } from './record-refusal.ts'
import { RefusedBy, SignInRefusal } from './refusals.ts'
import type { GroupSource, PasswordSource, TypedCredentials } from './sources.ts'

/** A username and password that came with a request (HTTP Basic). */
export interface PasswordOfRequest extends TypedCredentials {
  /** The sources that may check it; undefined: all. */
  readonly sources?: readonly string[] | undefined
  readonly address: string
}

/**
 * Each way leaves an audit event, one a minute for the same person and address. A refusal is thrown
 * as a `ServerError` (its `cause` is the `SignInRefusal`) with the number of its event.
 */
export interface RequestSignIn {
  /** Undefined when no trusted proxy says anything. Throws `signin-refused`, `audit-unavailable`. */
  byHeaders(facts: RequestFacts): Promise<Principal | undefined>
  /** Throws `password-refused`, `too-many-requests`, `audit-unavailable`. */
  byPassword(attempt: PasswordOfRequest): Promise<Principal>
}

/** The step over its parts. */
export function createRequestSignIn(parts: {
  readonly config: () => Config
  readonly passwords: () => readonly PasswordSource[]
  readonly groups: (id: string) => GroupSource | undefined
  /** Of people, and of what networks send. */
  readonly record: { readonly ofPerson: FoldedRecord; readonly ofNetwork: FoldedRecord }
  readonly now: () => Date
}): RequestSignIn {
  const { record } = parts
  const headerSources = memoOf(createHeaderSources)

  async function succeeded(principal: Principal, how: string, detail = {}): Promise<void> {
    const { id, source, address, groups } = principal
    await record.ofPerson(`${how} ${id} ${address}`, {
      type: 'signin.succeeded',
      result: 'success',
      principal: id,
      source,
      address,
      detail: { groups: String(groups.length), how, ...detail },
    })
  }

  /** The error to throw for what a source refused. */
  function refused(error: unknown, facts: { source: string; address: string }) {
    const key = error instanceof SignInRefusal ? `${error.code} ${error.check}` : 'failed'
    const folded = {
      record: (event: AuditEvent) =>
        record.ofNetwork(`${key} ${facts.source} ${facts.address}`, event),
    }
    return recordRefusal(folded, error, facts, 'signin')
  }

  async function ignore(finding: HeaderFinding, { peer }: RequestFacts): Promise<void> {
    if (finding.kind !== 'ignored') return
    const { id, username } = finding.source
    const { code, message } = new SignInRefusal('header-ignored', { check: 'from' })
    await record.ofNetwork(`${code} ${peer}`, {
      type: 'signin.refused',
      result: 'refused',
      source: id,
      // The address that the connection has: what the sender says of it counts for nothing.
      address: peer,
      code,
      reason: message,
      detail: { check: `signIn.headers from of ${id}`, header: username },
    })
  }

  async function personOf(facts: RequestFacts): Promise<Principal | undefined> {
    const finding = headerSources(parts.config().signIn.headers).read(facts)
    if (finding.kind !== 'person') {
      await ignore(finding, facts)
      return undefined
    }
    const { source, person } = finding
    try {
      const { groups, counts } = await gatherGroups(
        person.username,
        person.groups,
        source.groupsFrom,
        parts.groups,
      )
      const whole = { ...person, groups, attributes: {}, amr: [] }
      const { address } = facts
      const principal = personPrincipal(source.id, whole, { address, now: parts.now() })
      await succeeded(principal, 'headers', { groupsFrom: counts })
      return principal
    } catch (error) {
      throw error instanceof SignInRefusal ? new RefusedBy(source.id, error) : error
    }
  }

  return Object.freeze({
    async byHeaders(facts: RequestFacts) {
      if (facts.isCrossSite || parts.config().signIn.headers.length === 0) return undefined
      try {
        return await personOf(facts)
      } catch (error) {
        if (!(error instanceof RefusedBy)) throw error
        throw await refused(error.cause, { source: error.source, address: facts.address })
      }
    },

    async byPassword({ sources, address, ...typed }: PasswordOfRequest) {
      const usable = parts.passwords().filter(({ id }) => sources?.includes(id) ?? true)
      try {
        const { source, person } = await verifyPassword(usable, typed)
        const principal = personPrincipal(source.id, person, { address, now: parts.now() })
        await succeeded(principal, 'password')
        return principal
      } catch (error) {
        throw await passwordRefused(error, (cause, source) => refused(cause, { source, address }))
      }
    },
  })
}

/** Made once for each configuration. */
function memoOf<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>()
  return key => {
    const known = made.get(key) ?? make(key)
    made.set(key, known)
    return known
  }
}
