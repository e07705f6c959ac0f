import {
  type ChecksumAlgorithm,
  createPayloadReader,
  type PayloadReader,
  type VerifiedRequest,
} from '@rolecall/aws'
import type { S3Payload } from '../../config/signing-gateway-config.ts'
import { isS3Service, type Target } from './find-target.ts'
import { refusal } from './refusal.ts'
import { one, type RequestHead } from './request-head.ts'
import type { OnwardBody } from './sign-onward.ts'

/** What happens to the body of a request: it is read whole, or passed on piece by piece. */
export type BodyPlan =
  | { readonly kind: 'read' }
  | {
      readonly kind: 'pass'
      readonly onward: OnwardBody
      /** Checks the pieces, and takes off the chunks of the caller. */
      readonly reader: PayloadReader | undefined
    }

/** What to do with the body. Refuses with `signing-unsupported`. */
export function planBody(
  head: RequestHead,
  target: Target,
  verified: VerifiedRequest | undefined,
  s3Payload: S3Payload,
): BodyPlan {
  const isS3 = isS3Service(target.service)
  const isTls = target.origin.startsWith('https:')
  const isUnsigned = s3Payload === 'unsigned' || (s3Payload === 'auto' && isTls)
  const length = head.bodyLength
  if (verified?.payload.kind === 'chunks') {
    if (!isS3) throw refusal('signing-unsupported', 'chunks (`aws-chunked`) are for S3 only')
    const { decodedLength, trailers } = verified.payload
    const checksum = checksumOf(trailers)
    const onward: OnwardBody =
      checksum === undefined && isUnsigned
        ? { kind: 'unsigned', length: decodedLength }
        : { kind: 'chunks', length: decodedLength, isUnsigned, checksum }
    return { kind: 'pass', onward, reader: createPayloadReader(verified) }
  }
  if (/aws-chunked/i.test(one(head.headers, 'content-encoding') ?? '')) {
    throw refusal(
      'signing-unsupported',
      'a body in chunks (`aws-chunked`) whose signature does not say so',
    )
  }
  const reader = verified === undefined ? undefined : createPayloadReader(verified)
  if (length === 0) {
    reader?.end()
    const onward: OnwardBody = { kind: 'whole', bytes: new Uint8Array() }
    return { kind: 'pass', onward, reader: undefined }
  }
  if (length === undefined) return { kind: 'read' }
  const sha256 =
    verified === undefined
      ? givenHash(head)
      : verified.payload.kind === 'sha256'
        ? verified.payload.sha256
        : undefined
  if (sha256 !== undefined) {
    return { kind: 'pass', onward: { kind: 'hashed', length, sha256 }, reader }
  }
  if (!isS3) return { kind: 'read' }
  const onward: OnwardBody = isUnsigned
    ? { kind: 'unsigned', length }
    : { kind: 'chunks', length, isUnsigned: false, checksum: undefined }
  return { kind: 'pass', onward, reader: undefined }
}

/** The hash that a caller with a token announces: AWS holds the body to it. */
function givenHash(head: RequestHead): string | undefined {
  const given = one(head.headers, 'x-amz-content-sha256')
  if (given === undefined || given === 'UNSIGNED-PAYLOAD') return undefined
  if (/^[0-9a-f]{64}$/.test(given)) return given
  throw refusal(
    'signing-unsupported',
    'x-amz-content-sha256 is the SHA-256 in hex; chunks are for callers that sign with the key pair of the gateway',
  )
}

const checksums: ReadonlySet<string> = new Set(['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'])

function checksumOf(trailers: readonly string[] | undefined): ChecksumAlgorithm | undefined {
  const [trailer, ...others] = trailers ?? []
  if (trailer === undefined) return undefined
  const name = trailer.replace(/^x-amz-checksum-/, '')
  if (others.length > 0 || !checksums.has(name)) {
    throw refusal(
      'signing-unsupported',
      `the trailers ${(trailers ?? []).join(', ')}: one checksum is`,
    )
  }
  return name as ChecksumAlgorithm
}
