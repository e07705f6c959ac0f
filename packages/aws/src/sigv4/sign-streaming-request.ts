import { AwsError } from '../errors.ts'
import { headersByName } from './canonical-headers.ts'
import { type ChecksumAlgorithm, checksumHeader } from './checksums.ts'
import { chunkChain } from './chunk-chain.ts'
import { type ChunkEncoder, createChunkEncoder, encodedLength } from './chunk-writer.ts'
import { signHead } from './sign-request.ts'
import { hmacAlgorithm } from './signer.ts'
import { minChunkBytes, signedChunks, unsignedChunks } from './streaming-payload.ts'
import type { SignableRequest, SigningOptions } from './types.ts'

/** A request to sign whose body comes later. */
export interface StreamingRequest extends Omit<SignableRequest, 'body'> {
  /** The bytes that the body will have. */
  readonly decodedLength: number
}

/** With what, for what and when to sign, and how to cut the body into chunks. */
export interface StreamingOptions extends Omit<SigningOptions, 'contentSha256Header'> {
  /** Default 64 KiB, at least 8 KiB, up to 16 MiB: what is held in memory. */
  readonly chunkBytes?: number
  /** A checksum to send in a trailer. Unsigned chunks (`unsignedPayload`) need one. */
  readonly checksum?: ChecksumAlgorithm
}

/** The headers to send, and what turns the body into what is to be sent. */
export interface SignedStream {
  readonly headers: Record<string, string>
  readonly encoder: ChunkEncoder
}

/**
 * Signs a request to S3 whose body is sent in chunks (`aws-chunked`): each chunk is signed as it comes, so that the
 * body need not be at hand. Sets `content-length`, `content-encoding`, `x-amz-decoded-content-length`,
 * `x-amz-trailer` and what {@link signRequest} sets. Throws {@link AwsError} as that does.
 */
export function signStreamingRequest(
  request: StreamingRequest,
  options: StreamingOptions,
): SignedStream {
  const { decodedLength } = request
  const { chunkBytes = 64 * 1024, checksum } = options
  checkNumber('decodedLength', decodedLength, 0, Number.MAX_SAFE_INTEGER / 2)
  checkNumber('chunkBytes', chunkBytes, minChunkBytes, 16 * 1024 * 1024)
  const isUnsigned = options.unsignedPayload ?? false
  if (isUnsigned && checksum === undefined) {
    throw new AwsError('invalid_argument', 'a body in unsigned chunks needs a checksum')
  }
  const algorithm = options.algorithm ?? hmacAlgorithm
  const layout = {
    decodedLength,
    chunkBytes,
    algorithm: isUnsigned ? undefined : algorithm,
    checksum,
  }
  const given = headersByName(request.headers ?? {})
  const head = signHead(
    {
      method: request.method,
      url: request.url,
      headers: {
        ...given,
        'content-encoding': withChunks(given['content-encoding']),
        'content-length': String(encodedLength(layout)),
        'x-amz-decoded-content-length': String(decodedLength),
        'x-amz-content-sha256': isUnsigned
          ? unsignedChunks
          : signedChunks(algorithm, checksum !== undefined),
        ...(checksum === undefined ? {} : { 'x-amz-trailer': checksumHeader(checksum) }),
      },
    },
    options,
  )
  const chain = isUnsigned ? undefined : chunkChain(head.signer, head.time, head.signature)
  return { headers: head.headers, encoder: createChunkEncoder(layout, chain) }
}

/** The encodings of the body with `aws-chunked` as the last one. */
function withChunks(encodings: string | undefined): string {
  const others = (encodings ?? '').split(/ ?, ?/).filter(each => !/^(?:aws-chunked)?$/i.test(each))
  return [...others, 'aws-chunked'].join(',')
}

function checkNumber(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new AwsError(
      'invalid_argument',
      `${name} is a whole number from ${least} to ${most}; received ${value}`,
    )
  }
}
