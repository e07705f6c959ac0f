import type { CredentialSource, Credentials } from '../credentials/credentials.ts'
import type { HttpResponse, HttpSend } from '../http/http.ts'
import { httpSend } from '../http/http-send.ts'
import { type RetryRules, withRetries } from '../http/with-retries.ts'
import { type Partition, partitionOf } from '../identifiers/partitions.ts'
import { signRequest } from '../sigv4/sign-request.ts'
import { createSigningClock, sendInTime } from '../sigv4/signing-clock.ts'

/** Where and as whom AWS is read. */
export interface ReaderOptions {
  readonly credentials: CredentialSource
  /** Default `aws`. */
  readonly partition?: Partition | undefined
  /** Default: that of the partition. */
  readonly endpoint?: string | undefined
  readonly http?: HttpSend | undefined
  readonly now?: (() => Date) | undefined
  /** Milliseconds for each call with all its attempts. Default 30 000. */
  readonly timeoutMs?: number | undefined
  readonly retry?: RetryRules | undefined
  /** Told how far the clock is found to be from AWS's, in milliseconds. */
  readonly onClockCorrected?: ((offsetMs: number) => void) | undefined
}

/** A service of one partition. */
export interface ReadService {
  /** The name that calls are signed for. */
  readonly name: string
  readonly url: string
  readonly signingRegion: string
}

/** One POST, signed anew for each attempt, and how its answer is read; `secrets` must be in no error. */
export interface SignedCall<T> {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  read(response: HttpResponse, secrets: readonly string[]): T
}

const defaultTimeoutMs = 30_000
/** A page of a hundred roles, each with the longest trust policy that IAM takes (8,192 characters, percent-encoded). */
export const maxAnswerBytes = 4 * 1024 * 1024

/**
 * What a throttled reader does: six attempts with pauses of up to 0.2, 0.4, 0.8, 1.6 and 3.2 seconds, or as long as
 * the service asks. Nobody waits for what is read.
 */
const patient: RetryRules = { attempts: 6, delayMs: at => Math.random() * 50 * 2 ** at }

/** The endpoint of a service that a partition has once; some have hosts of their own. */
export function globalService(
  name: string,
  { partition = 'aws', endpoint }: Pick<ReaderOptions, 'partition' | 'endpoint'>,
  own: Partial<Record<Partition, readonly [host: string, signingRegion: string]>> = {},
): ReadService {
  const { globalRegion, dnsSuffix } = partitionOf(partition)
  const [host, signingRegion] = own[partition] ?? [
    `${name}.${globalRegion}.${dnsSuffix}`,
    globalRegion,
  ]
  return { name, url: endpoint ?? `https://${host}/`, signingRegion }
}

/** Makes calls to one service: repeats them when it is throttling or at fault, and sets the clock right. */
export function createSignedCaller(service: ReadService, options: ReaderOptions) {
  const { credentials: source, http = httpSend, timeoutMs = defaultTimeoutMs } = options
  const clock = createSigningClock(options.now ?? (() => new Date()), options.onClockCorrected)
  // Kept, as answers are searched for them.
  let signer: { readonly credentials: Credentials; readonly secrets: readonly string[] } | undefined

  return async <T>({ headers, body, read }: SignedCall<T>): Promise<T> => {
    const attempt = async (leftMs: number): Promise<T> => {
      const deadline = performance.now() + leftMs
      const credentials = await source.get()
      const send = () =>
        http({
          method: 'POST',
          url: service.url,
          headers: signRequest(
            { method: 'POST', url: service.url, headers, body },
            {
              credentials,
              region: service.signingRegion,
              service: service.name,
              now: clock.now(),
            },
          ),
          body,
          timeoutMs: Math.max(1, Math.ceil(deadline - performance.now())),
          maxBytes: maxAnswerBytes,
        })
      if (credentials !== signer?.credentials) {
        signer = { credentials, secrets: secretsOf(credentials) }
      }
      const { secrets } = signer
      return await sendInTime(clock, send, response => read(response, secrets))
    }
    return await withRetries(attempt, timeoutMs, options.retry ?? patient)
  }
}

function secretsOf({ secretAccessKey, sessionToken }: Credentials): string[] {
  return [secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])]
}
