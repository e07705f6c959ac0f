/** The trusted proxies: whose headers count for a request, and whose are ignored. */
import type { HeaderSourceConfig } from '../../config/config.ts'
import { networkMatcher } from '../../config/index.ts'
import { RefusedBy, SignInRefusal } from '../refusals.ts'
import { checkProxy } from './check-proxy.ts'
import { type PersonOfHeaders, readPerson } from './read-person.ts'
import type { RequestFacts } from './request-facts.ts'

/** What the headers of a request come to. */
export type HeaderFinding =
  | { readonly kind: 'nobody' }
  /** Headers of a source came from somebody else than its proxy. */
  | { readonly kind: 'ignored'; readonly source: HeaderSourceConfig }
  | {
      readonly kind: 'person'
      readonly source: HeaderSourceConfig
      readonly person: PersonOfHeaders
    }

/** Reads requests for a list of sources. */
export interface HeaderSources {
  /** Throws `RefusedBy` when a proxy of ours sends what cannot be taken. */
  read(facts: RequestFacts): HeaderFinding
}

/** The sources of one configuration. */
export function createHeaderSources(configs: readonly HeaderSourceConfig[]): HeaderSources {
  const sources = configs.map(config => ({ config, isProxy: networkMatcher(config.from) }))

  function readOf(config: HeaderSourceConfig, facts: RequestFacts): PersonOfHeaders | undefined {
    try {
      const person = readPerson(config, facts)
      if (person !== undefined) checkProxy(config, facts)
      return person
    } catch (error) {
      throw error instanceof SignInRefusal ? new RefusedBy(config.id, error) : error
    }
  }

  return Object.freeze({
    read(facts: RequestFacts): HeaderFinding {
      const found: Extract<HeaderFinding, { kind: 'person' }>[] = []
      let ignored: HeaderSourceConfig | undefined
      for (const { config, isProxy } of sources) {
        if (!isProxy(facts.peer)) {
          if (facts.header(config.username).length > 0) ignored ??= config
          continue
        }
        const person = readOf(config, facts)
        if (person !== undefined) found.push({ kind: 'person', source: config, person })
      }
      const [one, another] = found
      if (one !== undefined && another !== undefined) {
        const received = `headers of ${one.source.id} and ${another.source.id}`
        const refusal = { check: 'headers', expected: 'one person', received }
        throw new RefusedBy(one.source.id, new SignInRefusal('header-refused', refusal))
      }
      if (one !== undefined) return one
      return ignored === undefined ? { kind: 'nobody' } : { kind: 'ignored', source: ignored }
    },
  })
}
