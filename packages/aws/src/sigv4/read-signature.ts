import { AwsError } from '../errors.ts'
import type { QueryParameter } from './canonical-query.ts'
import { ecdsaAlgorithm, hmacAlgorithm, type SigningAlgorithm, signatureForms } from './signer.ts'
import { amzDate, maxPresignSeconds, parseAmzDate } from './time.ts'

/** What a signed request says about its own signature; nothing of it is checked yet. */
export interface ClaimedSignature {
  readonly form: 'header' | 'query'
  readonly algorithm: SigningAlgorithm
  readonly accessKeyId: string
  /** The parts of the scope after the access key ID. */
  readonly date: string
  /** Of SigV4A the region set as it stands, from `x-amz-region-set`. */
  readonly region: string
  readonly service: string
  readonly terminator: string
  /** Names in lower case, in the order given. */
  readonly signedHeaders: readonly string[]
  /** Hex digits in lower case. */
  readonly signature: string
  /** `YYYYMMDDThhmmssZ`, and the same as a date. */
  readonly time: string
  readonly signedAt: Date
  /** Only in the query form. */
  readonly expiresInSeconds: number | undefined
}

/** Reads the Authorization header. Throws {@link AwsError} `IncompleteSignature`. */
export function readAuthorizationHeader(
  authorization: string,
  headers: Readonly<Record<string, string>>,
): ClaimedSignature {
  const [scheme, rest = ''] = authorization.split(/ (.*)/s)
  const algorithm = algorithmOf(scheme)
  if (algorithm === undefined)
    throw incomplete(`Authorization header requires the algorithm '${hmacAlgorithm}'.`)
  const parts = new Map<string, string>()
  for (const part of rest.split(',')) {
    const [, name = '', value = ''] = /^\s*([A-Za-z]+)=(.*?)\s*$/.exec(part) ?? []
    if (name === '' || parts.has(name)) {
      throw incomplete('Authorization header is malformed, or has a parameter twice.')
    }
    parts.set(name, value)
  }
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter(name => !parts.get(name))
    .map(name => `Authorization header requires '${name}' parameter.`)
  const time = timeOf(headers)
  if (time === undefined) {
    missing.push(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    )
  }
  if (missing.length > 0 || time === undefined) throw incomplete(missing.join(' '))
  return claimOf('header', {
    algorithm,
    regionSet: headers['x-amz-region-set'],
    credential: parts.get('Credential') ?? '',
    signature: parts.get('Signature') ?? '',
    signedHeaders: parts.get('SignedHeaders') ?? '',
    time,
    expiresInSeconds: undefined,
  })
}

/**
 * Reads the parameters of a presigned request. Throws {@link AwsError} `IncompleteSignature`, also when
 * one of them stands twice.
 */
export function readPresignedQuery(parameters: readonly QueryParameter[]): ClaimedSignature {
  const read = (name: string) => presignParameter(parameters, name)
  const algorithm = algorithmOf(read('X-Amz-Algorithm'))
  if (algorithm === undefined) {
    throw incomplete(
      `AWS query-string parameters must include 'X-Amz-Algorithm' with the value '${hmacAlgorithm}'.`,
    )
  }
  const required = ['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-SignedHeaders', 'X-Amz-Expires']
  const missing = required.filter(name => !read(name))
  if (missing.length > 0) {
    throw incomplete(`AWS query-string parameters must include '${missing.join("', '")}'.`)
  }
  const expires = read('X-Amz-Expires') ?? ''
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > maxPresignSeconds) {
    throw incomplete("'X-Amz-Expires' must be a number of seconds from 1 to 604800.")
  }
  return claimOf('query', {
    algorithm,
    regionSet: read('X-Amz-Region-Set'),
    credential: read('X-Amz-Credential') ?? '',
    signature: read('X-Amz-Signature') ?? '',
    signedHeaders: read('X-Amz-SignedHeaders') ?? '',
    time: read('X-Amz-Date') ?? '',
    expiresInSeconds: Number(expires),
  })
}

/** The decoded value of a parameter. Throws {@link AwsError} `IncompleteSignature` when it stands twice. */
export function presignParameter(
  parameters: readonly QueryParameter[],
  name: string,
): string | undefined {
  const found = parameters.filter(([each]) => each === name)
  if (found.length > 1)
    throw incomplete(`The query-string parameter '${name}' must stand only once.`)
  const value = found[0]?.[1]
  try {
    return value === undefined ? undefined : decodeURIComponent(value)
  } catch {
    throw incomplete(`The query-string parameter '${name}' is not UTF-8.`)
  }
}

function claimOf(
  form: 'header' | 'query',
  texts: {
    readonly algorithm: SigningAlgorithm
    readonly regionSet: string | undefined
    readonly credential: string
    readonly signature: string
    readonly signedHeaders: string
    readonly time: string
    readonly expiresInSeconds: number | undefined
  },
): ClaimedSignature {
  const { algorithm } = texts
  const { accessKeyId, date, region, service, terminator } = readCredential(texts)
  if (!signatureForms[algorithm].test(texts.signature)) {
    throw incomplete(
      algorithm === hmacAlgorithm
        ? "'Signature' must be 64 hexadecimal digits in lower case."
        : "'Signature' must be a DER sequence in hexadecimal digits in lower case.",
    )
  }
  const signedHeaders = texts.signedHeaders.split(';')
  const isSortedOnce = signedHeaders.every(
    (name, at) => at === 0 || name > (signedHeaders[at - 1] ?? ''),
  )
  if (!isSortedOnce || texts.signedHeaders !== texts.signedHeaders.toLowerCase()) {
    throw incomplete("'SignedHeaders' must be names in lower case, sorted, each once.")
  }
  const signedAt = parseAmzDate(texts.time)
  if (signedAt === undefined) {
    throw incomplete("Date must be in ISO-8601 'basic format', e.g. 20150830T123600Z.")
  }
  return {
    form,
    algorithm,
    accessKeyId,
    date,
    region,
    service,
    terminator,
    signedHeaders,
    signature: texts.signature,
    time: texts.time,
    signedAt,
    expiresInSeconds: texts.expiresInSeconds,
  }
}

/** The parts of `Credential=`: SigV4A has its regions elsewhere. */
function readCredential(texts: {
  readonly algorithm: SigningAlgorithm
  readonly credential: string
  readonly regionSet: string | undefined
}) {
  const parts = texts.credential.split('/')
  const hasRegion = texts.algorithm === hmacAlgorithm
  const isWhole = parts.length === (hasRegion ? 5 : 4) && !parts.includes('')
  const [accessKeyId = '', date = '', ...rest] = parts
  if (!isWhole || !/^\w{1,128}$/.test(accessKeyId)) {
    throw incomplete(
      hasRegion
        ? 'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.'
        : 'Credential must have exactly 4 slash-delimited elements, e.g. keyid/date/service/term.',
    )
  }
  const region = hasRegion ? rest.shift() : texts.regionSet
  if (!region) throw incomplete(`'${ecdsaAlgorithm}' requires 'X-Amz-Region-Set'.`)
  const [service = '', terminator = ''] = rest
  return { accessKeyId, date, region, service, terminator }
}

function algorithmOf(name: string | undefined): SigningAlgorithm | undefined {
  return name === hmacAlgorithm || name === ecdsaAlgorithm ? name : undefined
}

const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

/** The time of a request in the form of X-Amz-Date; the Date header counts only without X-Amz-Date. */
function timeOf(headers: Readonly<Record<string, string>>): string | undefined {
  const own = headers['x-amz-date']
  if (own !== undefined) return own
  const date = headers.date
  if (date === undefined || !httpDate.test(date)) return date
  const time = new Date(date)
  return Number.isNaN(time.getTime()) ? date : amzDate(time)
}

/** The error for a signature that lacks a part. */
export function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignature', message, { status: 400 })
}
