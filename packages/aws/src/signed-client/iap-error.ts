import { AwsError } from '../errors.ts'
import type { HttpResponse } from '../http/http.ts'

/** An error in the shape that callers of an Itential adapter get. */
export interface IapError {
  /** `AD.` and a number, by which callers decide. */
  readonly icode: string
  readonly IAPerror: {
    /** Which method failed. */
    readonly origin: string
    readonly displayString: string
    readonly recommendation: string
    /** HTTP status, -1 for a broken connection, -2 for a timeout, or AWS's code. */
    readonly code?: number | string
    /** The answer of the service, masked. */
    readonly raw_response?: HttpResponse
  }
}

/**
 * A failure of a signed client in that shape: `AD.500` for an answer with an error status, `AD.501` for a
 * timeout, `AD.502` for a broken connection, `AD.999` when there were no credentials or AWS did not give
 * them, `AD.900` for anything else. `mask` (the client's) is needed to quote an answer.
 */
export function toIapError(
  failure: unknown,
  options: {
    readonly origin?: string | undefined
    readonly mask?: ((text: string) => string) | undefined
  } = {},
): IapError {
  const { origin = 'signed-client', mask } = options
  const made = (icode: string, rest: Omit<IapError['IAPerror'], 'origin'>): IapError =>
    Object.freeze({ icode, IAPerror: Object.freeze({ origin, ...rest }) })
  if (isAnswer(failure)) {
    const raw = mask === undefined ? {} : { raw_response: maskedAnswer(failure, mask) }
    return made('AD.500', {
      displayString: `Error ${failure.status} received on request`,
      recommendation: 'Look up the error of the service in the response.',
      code: failure.status,
      ...raw,
    })
  }
  if (!(failure instanceof AwsError)) {
    return made('AD.900', {
      displayString: `Exception: ${failure instanceof Error ? failure.name : typeof failure}`,
      recommendation: 'Report it with the steps that lead to it.',
    })
  }
  const { code, message } = failure
  const recommendation = failure.remedy ?? 'Look up the code in the documentation of AWS.'
  if (code === 'timeout') {
    return made('AD.501', {
      displayString: `Request Timeout: ${message}`,
      recommendation,
      code: -2,
    })
  }
  if (code === 'network' || code === 'proxy_refused') {
    return made('AD.502', { displayString: `Disconnected: ${message}`, recommendation, code: -1 })
  }
  if (isAboutCredentials(failure)) {
    return made('AD.999', {
      displayString: `AWS Assume Role Error ${code}: ${message}`,
      recommendation,
      code: failure.status ?? code,
    })
  }
  return made('AD.900', { displayString: `Exception ${code}: ${message}`, recommendation, code })
}

const aboutRequest: ReadonlySet<string> = new Set([
  'bad_url',
  'bad_proxy',
  'bad_certificates',
  'bad_region',
  'invalid_argument',
  'response_too_large',
  'unsupported',
])

/** Codes of AWS come from STS alone: an answer of the service itself is no error of this package. */
function isAboutCredentials({ code }: AwsError): boolean {
  return !aboutRequest.has(code)
}

function isAnswer(failure: unknown): failure is HttpResponse {
  return (
    typeof failure === 'object' &&
    failure !== null &&
    !(failure instanceof Error) &&
    'status' in failure &&
    typeof failure.status === 'number' &&
    'body' in failure &&
    typeof failure.body === 'string' &&
    'headers' in failure
  )
}

function maskedAnswer(
  { status, headers, body }: HttpResponse,
  mask: (text: string) => string,
): HttpResponse {
  const lines = Object.entries(headers).map(([name, value]) => {
    // As a line, so that the name decides too.
    const line = mask(`${name}: ${value}`)
    return [name, line.startsWith(`${name}: `) ? line.slice(name.length + 2) : line]
  })
  return Object.freeze({
    status,
    headers: Object.freeze(Object.fromEntries(lines)),
    body: mask(body),
  })
}
