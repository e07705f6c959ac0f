import { createHash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { PayloadReader } from '@rolecall/aws'
import type { StreamingRequest } from '../http/exchange.ts'
import { createPile } from './pile.ts'
import { invalidRequest, S3Fault } from './s3-fault.ts'

/** A body that arrived whole and is what was signed and summed. */
export interface ReceivedBody {
  readonly blocks: readonly Uint8Array[]
  readonly size: number
  readonly md5: Uint8Array
  /** `x-amz-checksum-*`, of the head or of trailers. */
  readonly checksums: Readonly<Record<string, string>>
}

/** What a body may cost, and who is asked for the memory. */
export interface ReceiveOptions {
  readonly maxBytes: number
  readonly reserve: (bytes: number) => void
  readonly release: (bytes: number) => void
  /** Refuse a body whose length is not told before it comes. */
  readonly needsLength?: boolean
}

/**
 * Reads a verified request's body to its end: bounds, signature, Content-MD5, checksums. What it reserved belongs to the
 * caller afterwards; when it throws (`S3Fault`, `AwsError`), it has released it.
 */
export async function receiveBody(
  request: StreamingRequest,
  reader: PayloadReader,
  { maxBytes, reserve, release, needsLength = false }: ReceiveOptions,
): Promise<ReceivedBody> {
  const { headers } = request
  checkLength(headers, maxBytes, needsLength)
  const md5 = createHash('md5')
  const sums = Object.entries(headers).flatMap(([name, value]) => checksumOf(name, value))
  const pile = createPile()
  let reserved = 0
  try {
    for await (const bytes of request.stream) {
      for (const decoded of reader.push(bytes)) {
        if (pile.size + decoded.length > maxBytes)
          throw tooLarge(pile.size + decoded.length, maxBytes)
        reserve(decoded.length)
        reserved += decoded.length
        pile.append(decoded)
        md5.update(decoded)
        for (const { update } of sums) update(decoded)
      }
    }
    const trailers = reader.end()
    const digest = md5.digest()
    checkContentMd5(headers['content-md5'], digest)
    for (const { name, value, digest: ofBody } of sums) {
      if (!sameBytes(Buffer.from(value, 'base64'), ofBody())) throw badDigest(name)
    }
    const checksums = { ...checksumsOf(headers), ...checksumsOf(trailers) }
    return { blocks: pile.finish(), size: pile.size, md5: digest, checksums }
  } catch (error) {
    release(reserved)
    throw error
  }
}

function checkLength(
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
  needsLength: boolean,
): void {
  const given = headers['x-amz-decoded-content-length'] ?? headers['content-length']
  if (given === undefined && needsLength) {
    throw new S3Fault(
      411,
      'MissingContentLength',
      'You must provide the Content-Length HTTP header.',
    )
  }
  if (given !== undefined && Number(given) > maxBytes) throw tooLarge(Number(given), maxBytes)
}

function tooLarge(size: number, max: number): S3Fault {
  return new S3Fault(
    400,
    'EntityTooLarge',
    'Your proposed upload exceeds the maximum allowed size. The simulator holds small objects; see s3.maxObjectBytes.',
    { ProposedSize: String(size), MaxSizeAllowed: String(max) },
  )
}

function checkContentMd5(given: string | undefined, digest: Uint8Array): void {
  if (given === undefined) return
  const expected = Buffer.from(given, 'base64')
  if (expected.length !== digest.length) {
    throw new S3Fault(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.')
  }
  if (!sameBytes(expected, digest)) {
    throw new S3Fault(
      400,
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
    )
  }
}

const badDigest = (header: string) =>
  new S3Fault(
    400,
    'BadDigest',
    `The ${header.replace('x-amz-checksum-', '').toUpperCase()} you specified did not match the calculated checksum.`,
  )

interface RunningSum {
  readonly name: string
  readonly value: string
  readonly update: (bytes: Uint8Array) => void
  readonly digest: () => Uint8Array
}

const checksumName = /^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/

/** A checksum of the head, to be made of the body; of those that are not checked, nothing. */
function checksumOf(name: string, value: string): RunningSum[] {
  const algorithm = checksumName.exec(name)?.[1]
  if (algorithm === undefined) return []
  if (!/^[A-Za-z0-9+/]{6,43}={0,2}$/.test(value)) {
    throw invalidRequest(`Value for ${name} header is invalid.`)
  }
  if (algorithm === 'sha1' || algorithm === 'sha256') {
    const hash = createHash(algorithm)
    return [{ name, value, update: bytes => hash.update(bytes), digest: () => hash.digest() }]
  }
  return algorithm === 'crc32' ? [crc32Sum(name, value)] : []
}

function crc32Sum(name: string, value: string): RunningSum {
  let sum = 0
  return {
    name,
    value,
    update(bytes) {
      sum = crc32(bytes, sum)
    },
    digest() {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(sum)
      return bytes
    },
  }
}

/** The checksums among headers or trailers. */
function checksumsOf(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => checksumName.test(name)))
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
