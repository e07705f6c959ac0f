/** One configured identity provider, with metadata that is read again every hour. */
import type { HttpSend } from '@rolecall/aws'
import type { SamlProviderConfig } from '../config/config.ts'
import { reasonOf, ServerError } from '../errors.ts'
import { type IdpFacts, readIdpFacts } from './idp-facts.ts'
import { signsRequests } from './our-saml-keys.ts'

const refreshMs = 60 * 60 * 1000
/**
 * Metadata that was read from an address counts this long when the address fails: a provider that
 * withdrew a key, or ended, must not be believed for ever. Its publisher may want less, but a copy
 * lasts some minutes in any case, else each sign-in would depend on the address.
 */
const longestMs = 7 * 24 * 60 * 60 * 1000
const shortestMs = 5 * 60 * 1000
const retryMs = 60 * 1000
/** Sign-ins that come while metadata is missing ask for it again, but not more often than this. */
const pressMs = 5 * 1000
const fetchTimeoutMs = 10_000
const maxMetadataBytes = 10 * 1024 * 1024

/** Facts, and the time in ms from which they count no more. */
interface Known {
  readonly facts: IdpFacts
  readonly until: number
}

/** An identity provider that sign-ins can be started with. */
export interface SamlProvider {
  readonly config: SamlProviderConfig
  /** What was read last. */
  known(): Known | undefined
  /** The facts now; throws `provider-unavailable` while there are none that count. */
  idp(): Promise<IdpFacts>
  /** Reads the metadata again; on failure the last good one stays for a time. Never throws. */
  refresh(): Promise<void>
  close(): void
}

/** What a provider reads its metadata with. */
export interface SamlProviderOptions {
  readonly http: HttpSend
  readonly now: () => Date
  /** Told about metadata that cannot be read, or that asks for what we have not. */
  readonly onProblem: (message: string) => void
  /** Whether there is a key to sign with. */
  readonly canSign: () => boolean
}

/**
 * Starts reading the metadata and keeps it fresh; does not wait for it and does not fail. Until it
 * is read, what the provider `before` knows from the same place counts.
 */
export function createSamlProvider(
  config: SamlProviderConfig,
  options: SamlProviderOptions,
  before?: SamlProvider,
): SamlProvider {
  const { http, now, onProblem, canSign } = options
  let known =
    before !== undefined && isSameSource(before.config, config) ? before.known() : undefined
  let problem = 'not read yet'
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  async function readText(): Promise<string> {
    if ('xml' in config.metadata) return config.metadata.xml
    const response = await http({
      method: 'GET',
      url: config.metadata.url,
      headers: { accept: 'application/samlmetadata+xml, application/xml' },
      timeoutMs: fetchTimeoutMs,
      maxBytes: maxMetadataBytes,
    })
    if (response.status !== 200) throw new Error(`the address answered ${response.status}`)
    return response.body
  }

  async function read(): Promise<void> {
    readAt = now().getTime()
    try {
      const facts = readIdpFacts(await readText(), config.entityId, now())
      known = { facts, until: Math.min(readAt + keepMs(facts), endOf(facts)) }
      problem = 'the metadata is out of date'
      if (signsRequests(config, facts) && !canSign()) {
        const effect = 'sign-ins cannot start until signIn.samlKeys has a key'
        onProblem(`identity provider ${config.id} wants signed requests: ${effect}`)
      }
    } catch (error) {
      problem = reasonOf(error)
      onProblem(`metadata of identity provider ${config.id} cannot be read: ${problem}${last()}`)
    }
    schedule()
  }

  function keepMs(facts: IdpFacts): number {
    if ('xml' in config.metadata) return Number.POSITIVE_INFINITY
    const wanted = (facts.cacheDurationSeconds ?? Number.POSITIVE_INFINITY) * 1000
    return Math.min(Math.max(wanted, shortestMs), longestMs)
  }

  function current(): IdpFacts | undefined {
    return known !== undefined && now().getTime() < known.until ? known.facts : undefined
  }

  function last(): string {
    if (known === undefined || !Number.isFinite(known.until)) return ''
    return `; what was read before counts until ${new Date(known.until).toISOString()}`
  }

  function schedule(): void {
    clearTimeout(timer)
    if (isClosed || 'xml' in config.metadata) return
    const facts = current()
    const pause = facts === undefined ? retryMs : Math.min(refreshMs, keepMs(facts) / 2)
    timer = setTimeout(() => void refresh(), pause)
    timer.unref()
  }

  function refresh(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function idp(): Promise<IdpFacts> {
    if (reading !== undefined && current() === undefined) await reading
    if (current() === undefined && now().getTime() - readAt >= pressMs) await refresh()
    const facts = current()
    if (facts !== undefined) return facts
    throw new ServerError('provider-unavailable', { detail: `${config.id}: ${problem}${last()}` })
  }

  void refresh()
  return {
    config,
    known: () => known,
    idp,
    refresh,
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}

function isSameSource(one: SamlProviderConfig, other: SamlProviderConfig): boolean {
  const sourceOf = ({ metadata, entityId }: SamlProviderConfig) =>
    JSON.stringify([metadata, entityId])
  return sourceOf(one) === sourceOf(other)
}

function endOf({ validUntil }: IdpFacts): number {
  return validUntil?.getTime() ?? Number.POSITIVE_INFINITY
}
