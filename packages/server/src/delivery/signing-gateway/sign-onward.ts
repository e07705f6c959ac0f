import {
  type ChecksumAlgorithm,
  type ChunkEncoder,
  type Credentials,
  type SigningOptions,
  signRequest,
  signStreamingRequest,
} from '@rolecall/aws'
import type { Target } from './find-target.ts'
import { refusal } from './refusal.ts'

/** How the body of the request that goes on is covered by its signature. */
export type OnwardBody =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'hashed'; readonly length: number; readonly sha256: string }
  | { readonly kind: 'unsigned'; readonly length: number }
  | {
      readonly kind: 'chunks'
      readonly length: number
      readonly isUnsigned: boolean
      readonly checksum: ChecksumAlgorithm | undefined
    }

/** A request that is ready to be sent. */
export interface Onward {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  /** What the body goes through on its way. */
  readonly encoder: ChunkEncoder | undefined
}

/** Signs the request for its target. Throws `AwsError` for what cannot be signed. */
export function signOnward(
  target: Target,
  asked: {
    readonly method: string
    /** Raw. */
    readonly query: string
    /** One character a byte. */
    readonly headers: Record<string, string>
    readonly body: OnwardBody
  },
  credentials: Credentials,
  now: Date,
): Onward {
  const { method, query, headers, body } = asked
  const url = `${target.origin}${target.path}${query === '' ? '' : `?${query}`}`
  const options = { credentials, region: target.region, service: target.service, now }
  const sent = withLength(headers, method, body)
  const texts = asTexts(sent)
  const signed = signBody({ method, url, headers: texts }, body, options)
  // What is sent is what came, byte for byte: blanks and bytes that the canonical form changes count too.
  for (const name in sent) {
    const value = sent[name]
    if (value !== undefined && signed.headers[name] !== value && !rewritten.has(name)) {
      signed.headers[name] = value
    }
  }
  return { method, url, headers: signed.headers, encoder: signed.encoder }
}

/** Headers that signing sets itself. */
const rewritten: ReadonlySet<string> = new Set(['content-encoding', 'content-length'])

function signBody(
  request: { method: string; url: string; headers: Record<string, string> },
  body: OnwardBody,
  options: SigningOptions,
): { headers: Record<string, string>; encoder: ChunkEncoder | undefined } {
  if (body.kind === 'chunks') {
    const { isUnsigned, checksum } = body
    return signStreamingRequest(
      { ...request, decodedLength: body.length },
      {
        ...options,
        unsignedPayload: isUnsigned,
        ...(checksum === undefined ? {} : { checksum }),
      },
    )
  }
  if (body.kind === 'whole') {
    return { headers: signRequest({ ...request, body: body.bytes }, options), encoder: undefined }
  }
  if (body.kind === 'unsigned') {
    const signed = signRequest(request, { ...options, unsignedPayload: true })
    return { headers: signed, encoder: undefined }
  }
  request.headers['x-amz-content-sha256'] = body.sha256
  return { headers: signRequest(request, options), encoder: undefined }
}

function withLength(
  headers: Record<string, string>,
  method: string,
  body: OnwardBody,
): Record<string, string> {
  if (body.kind === 'chunks') return headers
  const length = body.kind === 'whole' ? body.bytes.length : body.length
  if (length > 0 || method === 'POST' || method === 'PUT' || method === 'PATCH') {
    headers['content-length'] = String(length)
  }
  return headers
}

/** Signatures cover UTF-8. */
function asTexts(headers: Record<string, string>): Record<string, string> {
  const texts = { ...headers }
  for (const name in texts) {
    const value = texts[name] ?? ''
    if (!/[\x80-\xff]/.test(value)) continue
    const bytes = Buffer.from(value, 'latin1')
    const text = bytes.toString('utf8')
    if (!Buffer.from(text).equals(bytes)) {
      throw refusal('signing-bad-request', `the header ${name} is not UTF-8`)
    }
    texts[name] = text
  }
  return texts
}
