import { createHmac, createSecretKey, hash } from 'node:crypto'
import { createPayloadReader, signStreamingRequest, verifyRequestHead } from '@rolecall/aws'
import { mustEqual } from '../check.ts'
import { compare, repeat } from '../measure.ts'
import type { Row } from '../row.ts'
import { credentials, now, region } from './requests.ts'

const pieceBytes = 64 * 1024
const body = Buffer.alloc(16 * pieceBytes, 'The body of an upload. ')
const pieces = cut(body)
const request = {
  method: 'PUT',
  url: `https://bucket.s3.${region}.amazonaws.com/key`,
  decodedLength: body.length,
}

function cut(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / pieceBytes)
  return Array.from({ length: count }, (_, n) =>
    bytes.subarray(n * pieceBytes, (n + 1) * pieceBytes),
  )
}

/** Signs the body as it is sent, and gives what is sent. */
function write() {
  const { headers, encoder } = signStreamingRequest(request, {
    credentials,
    region,
    service: 's3',
    now,
  })
  const sent = pieces.map(piece => encoder.push(piece))
  return { headers, sent: [...sent, encoder.end()] }
}

/** Verifies a body as it comes, and gives how many bytes came out. */
function read(headers: Record<string, string>, wire: readonly Buffer[]): number {
  const verified = verifyRequestHead(
    { method: 'PUT', path: '/key', headers },
    { now, service: 's3', findCredentials: () => credentials },
  )
  const reader = createPayloadReader(verified)
  let bytes = 0
  for (const piece of wire) for (const out of reader.push(piece)) bytes += out.length
  reader.end()
  return bytes
}

const key = createSecretKey(Buffer.alloc(32, 1))

/** A SHA-256 and an HMAC for each chunk: what neither side can do without. */
function bare(): string {
  let last = ''
  for (const piece of pieces)
    last = createHmac('sha256', key).update(hash('sha256', piece)).digest('hex')
  return last
}

const peerName = 'a SHA-256 and an HMAC for each chunk'

/** A body of 1 MiB in signed chunks of 64 KiB. */
export const awsChunks: readonly Row[] = [
  {
    name: 'aws-chunks-write',
    unit: 'MiB/s',
    peerName,
    what: 'signing 1 MiB in signed chunks of 64 KiB',
    target: 0.5,
    measure: compare(async () => {
      const { headers, sent } = write()
      mustEqual('length', String(Buffer.concat(sent).length), headers['content-length'])
      return { ours: repeat(write), peer: repeat(bare) }
    }),
  },
  {
    name: 'aws-chunks-read',
    unit: 'MiB/s',
    peerName,
    what: 'verifying 1 MiB in signed chunks of 64 KiB',
    target: 0.5,
    measure: compare(async () => {
      const { headers, sent } = write()
      const wire = cut(Buffer.concat(sent))
      mustEqual('length', read(headers, wire), body.length)
      return { ours: repeat(() => read(headers, wire)), peer: repeat(bare) }
    }),
  },
]
