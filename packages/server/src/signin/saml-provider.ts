/** One configured identity provider, with metadata that is read again every hour. */
import type { HttpSend } from '@rolecall/aws'
import type { SamlProviderConfig } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import { type IdpFacts, readIdpFacts } from './idp-facts.ts'

const refreshMs = 60 * 60 * 1000
const retryMs = 60 * 1000
/** Sign-ins that come while metadata is missing ask for it again, but not more often than this. */
const pressMs = 5 * 1000
const fetchTimeoutMs = 10_000
const maxMetadataBytes = 10 * 1024 * 1024

/** An identity provider that sign-ins can be started with. */
export interface SamlProvider {
  readonly config: SamlProviderConfig
  /** The facts now; throws `provider-unavailable` while there are none. */
  idp(): Promise<IdpFacts>
  /** Reads the metadata again; on failure the last good one stays. Never throws. */
  refresh(): Promise<void>
  close(): void
}

export interface SamlProviderOptions {
  readonly http: HttpSend
  readonly now: () => Date
  /** Told about metadata that cannot be read. */
  readonly onProblem: (message: string) => void
}

/** Starts reading the metadata and keeps it fresh; does not wait for it and does not fail. */
export function createSamlProvider(
  config: SamlProviderConfig,
  options: SamlProviderOptions,
): SamlProvider {
  const { http, now, onProblem } = options
  let facts: IdpFacts | undefined
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
      facts = readIdpFacts(await readText(), config.entityId, now())
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error)
      onProblem(`metadata of identity provider ${config.id} cannot be read: ${problem}`)
    }
    schedule()
  }

  function schedule(): void {
    clearTimeout(timer)
    if (isClosed || 'xml' in config.metadata) return
    timer = setTimeout(() => void refresh(), facts === undefined ? retryMs : refreshMs)
    timer.unref()
  }

  function refresh(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function idp(): Promise<IdpFacts> {
    if (reading !== undefined && facts === undefined) await reading
    const isStale = (known: IdpFacts | undefined) =>
      known === undefined || (known.validUntil !== undefined && known.validUntil <= now())
    if (isStale(facts) && now().getTime() - readAt >= pressMs) await refresh()
    if (facts === undefined || isStale(facts)) {
      const detail = facts === undefined ? problem : 'the metadata’s validUntil has passed'
      throw new ServerError('provider-unavailable', { detail: `${config.id}: ${detail}` })
    }
    return facts
  }

  void refresh()
  return {
    config,
    idp,
    refresh,
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
