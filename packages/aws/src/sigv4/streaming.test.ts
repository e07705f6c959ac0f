import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../errors.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import { createPayloadReader } from './payload-reader.ts'
import { type StreamingOptions, signStreamingRequest } from './sign-streaming-request.ts'
import { verifyRequestHead } from './verify-request-head.ts'
import type { VerifiedRequest } from './verify-types.ts'

const now = new Date('2026-01-02T03:04:05Z')
const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's', sessionToken: 'token' }
const signing = { credentials, region: 'eu-central-1', service: 's3', now, chunkBytes: 8192 }
const verifying = {
  now,
  service: 's3',
  sigV4aRegion: 'eu-central-1',
  allowUnsignedPayload: true,
  findCredentials: () => credentials,
}

/** The same bytes for the same seed: printing the seed is enough to repeat a failure. */
function bytesOf(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = seed | 1
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    bytes[at] = state >>> 24
  }
  return bytes
}

/** Cuts bytes into pieces of these sizes, again and again. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

interface Sent {
  readonly verified: VerifiedRequest
  readonly headers: Record<string, string>
  readonly wire: Buffer
}

function send(
  body: Buffer,
  more: Partial<StreamingOptions> = {},
  sizes: readonly number[] = [4096],
  checksum?: string,
): Sent {
  const { headers, encoder } = signStreamingRequest(
    { method: 'PUT', url: 'https://bucket.example/key', decodedLength: body.length },
    { ...signing, ...more },
  )
  const parts = cut(body, sizes).map(piece => Buffer.from(encoder.push(piece)))
  const wire = Buffer.concat([...parts, encoder.end(checksum)])
  const verified = verifyRequestHead({ method: 'PUT', path: '/key', headers }, verifying)
  return { verified, headers, wire }
}

/** What comes out of a body, and the code that it is refused with. */
function receive(verified: VerifiedRequest, wire: Buffer, sizes: readonly number[] = [4096]) {
  const reader = createPayloadReader(verified)
  const out: Uint8Array[] = []
  try {
    for (const piece of cut(wire, sizes)) out.push(...reader.push(piece))
    return { trailers: reader.end(), body: Buffer.concat(out), refused: undefined }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { trailers: undefined, body: Buffer.concat(out), refused: error.code }
  }
}

const checksums: (ChecksumAlgorithm | undefined)[] = [undefined, 'crc32', 'sha1', 'sha256']
const algorithm = fc.constantFrom('AWS4-HMAC-SHA256' as const, 'AWS4-ECDSA-P256-SHA256' as const)
const sizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 4 })
const length = fc.oneof(fc.constantFrom(0, 1, 8191, 8192, 8193, 16_384), fc.nat(40_000))

describe('a body in chunks', () => {
  it('comes out as it went in, however it is cut', () => {
    const property = fc.property(
      length,
      fc.integer(),
      algorithm,
      fc.boolean(),
      fc.constantFrom(...checksums),
      sizes,
      sizes,
      (bytes, seed, by, isUnsigned, checksum, into, outOf) => {
        const body = bytesOf(bytes, seed)
        const { verified, headers, wire } = send(
          body,
          {
            algorithm: by,
            unsignedPayload: isUnsigned,
            checksum: isUnsigned ? (checksum ?? 'crc32') : checksum,
          } as Partial<StreamingOptions>,
          into,
        )
        expect(wire.length).toBe(Number(headers['content-length']))
        expect(verified.isPayloadSigned).toBe(!isUnsigned)
        const received = receive(verified, wire, outOf)
        expect(received.refused).toBeUndefined()
        expect(received.body.equals(body)).toBe(true)
        expect(Object.keys(received.trailers ?? {}).join()).toBe(headers['x-amz-trailer'] ?? '')
      },
    )
    fc.assert(property, { numRuns: 200 })
  })

  it('is refused when any byte of it was changed, and no wrong byte comes out', () => {
    const body = bytesOf(8200, 7)
    const modes = [
      send(body),
      send(body, { checksum: 'crc32' }),
      send(body, { algorithm: 'AWS4-ECDSA-P256-SHA256', checksum: 'sha1' }),
    ]
    const property = fc.property(
      fc.constantFrom(...modes),
      fc.nat(),
      fc.nat(7),
      (sent, at, bit) => {
        const wire = Buffer.from(sent.wire)
        const place = at % wire.length
        const was = wire[place] ?? 0
        wire[place] = was ^ (1 << bit)
        const received = receive(sent.verified, wire)
        expect(received.body.equals(body.subarray(0, received.body.length))).toBe(true)
        // The case of a hexadecimal digit or of the name of a trailer says nothing.
        const isLetter = /[a-z]/i.test(String.fromCharCode(was)) && bit === 5
        if (!isLetter) expect(received.refused).toBeDefined()
        else if (received.refused === undefined) expect(received.body.equals(body)).toBe(true)
      },
    )
    fc.assert(property, { numRuns: 3000 })
  })

  it('in unsigned chunks is refused when its checksum is not the one of the trailer', () => {
    const body = bytesOf(20_000, 3)
    for (const checksum of ['crc32', 'sha1', 'sha256'] as const) {
      const { verified, wire } = send(body, { unsignedPayload: true, checksum })
      const changed = Buffer.from(wire)
      changed[9000] = (changed[9000] ?? 0) ^ 1
      expect(receive(verified, changed).refused, checksum).toBe('BadDigest')
    }
  })

  it('is refused when it ends early', () => {
    for (const more of [{}, { checksum: 'crc32' as const }]) {
      const { verified, wire } = send(bytesOf(9000, 1), more)
      // The empty line after the trailers may be missing, as in AWS's own example.
      const least = 'checksum' in more ? wire.length - 2 : wire.length
      for (let end = 0; end < least; end += end > 8000 ? 1 : 97) {
        const { refused } = receive(verified, wire.subarray(0, end))
        expect(refused, `${end}`).toMatch(/^(IncompleteBody|MalformedTrailerError)$/)
      }
    }
  })

  it('is refused when chunks are left out, repeated, swapped, or of another request', () => {
    const body = bytesOf(3 * 8192, 5)
    const { verified, wire } = send(body)
    const chunk = wire.length - `0;chunk-signature=${'0'.repeat(64)}\r\n\r\n`.length
    const [a, b, c] = cut(wire.subarray(0, chunk), [chunk / 3])
    const end = wire.subarray(chunk)
    if (a === undefined || b === undefined || c === undefined) throw new Error('three chunks')
    for (const parts of [
      [a, c, end],
      [a, b, b, end],
      [b, a, c, end],
      [a, b, c, c, end],
      [a, b, end],
    ]) {
      const received = receive(verified, Buffer.concat(parts))
      expect(received.refused).toMatch(/^(SignatureDoesNotMatch|IncompleteBody)$/)
      expect(received.body.equals(body.subarray(0, received.body.length))).toBe(true)
    }
    const other = send(body, { now: new Date(now.getTime() + 1000) })
    expect(receive(verified, other.wire)).toMatchObject({
      refused: 'SignatureDoesNotMatch',
      body: Buffer.alloc(0),
    })
  })

  it('says once that it is in chunks, behind what it was encoded with', () => {
    const encodingsOf = (given?: string) =>
      signStreamingRequest(
        {
          method: 'PUT',
          url: 'https://bucket.example/key',
          decodedLength: 1,
          headers: { 'Content-Encoding': given },
        },
        signing,
      ).headers['content-encoding']
    expect(encodingsOf()).toBe('aws-chunked')
    expect(encodingsOf('gzip')).toBe('gzip,aws-chunked')
    expect(encodingsOf('aws-chunked, gzip')).toBe('gzip,aws-chunked')
    expect(encodingsOf('AWS-chunked')).toBe('aws-chunked')
  })

  it('has checksums that are not computed here from the caller', () => {
    const body = Buffer.from('hello')
    const { verified, wire } = send(body, { checksum: 'crc32c' }, [9], 'mnG7TA==')
    expect(receive(verified, wire).trailers).toEqual({ 'x-amz-checksum-crc32c': 'mnG7TA==' })
    expect(() => send(body, { checksum: 'crc32c' })).toThrow(/x-amz-checksum-crc32c is missing/)
    expect(() => send(body, { checksum: 'crc32c' }, [9], 'a: b\r\nc')).toThrow(/is missing, or/)
    expect(() => send(body, { checksum: 'sha1' }, [9], 'mnG7TA==')).toThrow(/or not of the body/)
  })
})

/** A body in unsigned chunks of what the test writes. */
function unsigned(wire: string | Buffer, decodedLength: number) {
  const { headers } = signStreamingRequest(
    { method: 'PUT', url: 'https://bucket.example/key', decodedLength },
    { ...signing, unsignedPayload: true, checksum: 'crc32c' },
  )
  const verified = verifyRequestHead({ method: 'PUT', path: '/key', headers }, verifying)
  return receive(verified, Buffer.from(wire)).refused
}

const trailer = 'x-amz-checksum-crc32c:mnG7TA==\r\n\r\n'

describe('the form of chunks', () => {
  it.each<[string, string, number, string | undefined]>([
    ['right', `5\r\nhello\r\n0\r\n${trailer}`, 5, undefined],
    ['without the last empty line', `5\r\nhello\r\n0\r\n${trailer.slice(0, -2)}`, 5, undefined],
    ['a longer body', `6\r\nhello!\r\n0\r\n${trailer}`, 5, 'IncompleteBody'],
    ['a shorter body', `4\r\nhell\r\n0\r\n${trailer}`, 5, 'IncompleteBody'],
    ['a size that is too small', `4\r\nhello\r\n0\r\n${trailer}`, 5, 'InvalidRequest'],
    ['no size', `\r\nhello\r\n0\r\n${trailer}`, 5, 'InvalidRequest'],
    ['a sign', `+5\r\nhello\r\n0\r\n${trailer}`, 5, 'InvalidRequest'],
    ['an extension', `5;a=b\r\nhello\r\n0\r\n${trailer}`, 5, 'InvalidRequest'],
    ['a bare line feed', `5\nhello\r\n0\r\n${trailer}`, 5, 'InvalidRequest'],
    ['a huge size', `fffffffff\r\nhello\r\n0\r\n${trailer}`, 5, 'InvalidRequest'],
    ['a line without an end', '0'.repeat(5000), 5, 'InvalidRequest'],
    ['small chunks', `2\r\nhe\r\n3\r\nllo\r\n0\r\n${trailer}`, 5, 'InvalidChunkSizeError'],
    ['bytes after the end', `5\r\nhello\r\n0\r\n${trailer}x`, 5, 'InvalidRequest'],
    ['no trailers', '5\r\nhello\r\n0\r\n\r\n', 5, 'MalformedTrailerError'],
    ['an endless trailer', `0\r\n${'\r\n'.repeat(9000)}`, 0, 'MalformedTrailerError'],
    ['a signature of trailers', `0\r\nx-amz-trailer-signature:0\r\n`, 0, 'MalformedTrailerError'],
  ])('%s', (_, wire, decodedLength, code) => {
    expect(unsigned(wire, decodedLength)).toBe(code)
  })

  it('bounds the bytes that wait for their signature', () => {
    const { verified, wire } = send(bytesOf(20_000, 2), { chunkBytes: 16_384 })
    const reader = createPayloadReader(verified, { maxChunkBytes: 16_383 })
    expect(() => reader.push(wire.subarray(0, 200))).toThrow(/has at most 16383 bytes/)
    expect(() => reader.push(wire)).toThrow(/has at most 16383 bytes/)
    expect(() => reader.end()).toThrow(/has at most 16383 bytes/)
  })
})

describe('the head of a body in chunks', () => {
  const { headers } = signStreamingRequest(
    { method: 'PUT', url: 'https://bucket.example/key', decodedLength: 5 },
    { ...signing, checksum: 'crc32' },
  )

  it.each(['x-amz-decoded-content-length', 'x-amz-trailer', 'x-amz-content-sha256'])(
    'is refused when %s is not covered',
    name => {
      const authorization = headers.authorization?.replace(`;${name}`, '')
      const head = { method: 'PUT', path: '/key', headers: { ...headers, authorization } }
      expect(() => verifyRequestHead(head, verifying)).toThrow(
        expect.objectContaining({ code: 'AccessDenied' }),
      )
    },
  )

  it('does not pass for a service other than S3', () => {
    const sts = signStreamingRequest(
      { method: 'PUT', url: 'https://bucket.example/key', decodedLength: 5 },
      { ...signing, service: 'sts' },
    )
    const head = { method: 'PUT', path: '/key', headers: sts.headers }
    expect(() => verifyRequestHead(head, { ...verifying, service: 'sts' })).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
    )
  })

  it('needs a permission when the chunks are not signed', () => {
    const unsignedHead = signStreamingRequest(
      { method: 'PUT', url: 'https://bucket.example/key', decodedLength: 5 },
      { ...signing, unsignedPayload: true, checksum: 'crc32' },
    )
    const head = { method: 'PUT', path: '/key', headers: unsignedHead.headers }
    expect(() => verifyRequestHead(head, { ...verifying, allowUnsignedPayload: false })).toThrow(
      /payload of this request must be signed/,
    )
  })
})
