import { describe, expect, it } from 'vitest'
import { createPayloadReader, signStreamingRequest, verifyRequestHead } from '../src/index.ts'

// The two examples of the Amazon S3 API Reference, "Signature calculations: transferring payload in
// multiple chunks" and "including trailing headers": 65 KiB of `a` in chunks of 64 KiB.
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const now = new Date('2013-05-24T00:00:00Z')
const body = Buffer.alloc(66_560, 'a')
const url = 'https://s3.amazonaws.com/examplebucket/chunkObject.txt'

const plain = {
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  chunks: [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
}
const trailing = {
  seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  chunks: [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ],
  trailer: 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
}

/** The body as AWS's example sends it, with this end. */
function wire(signatures: readonly string[], end: string): Buffer {
  const [first, second, last] = signatures
  return Buffer.concat([
    Buffer.from(`10000;chunk-signature=${first}\r\n`),
    body.subarray(0, 65_536),
    Buffer.from(`\r\n400;chunk-signature=${second}\r\n`),
    body.subarray(65_536),
    Buffer.from(`\r\n0;chunk-signature=${last}\r\n${end}`),
  ])
}

/** The head as AWS's example sends it. */
function head(sha256: string, seed: string, more: Record<string, string>) {
  const headers = {
    'content-encoding': 'aws-chunked',
    host: 's3.amazonaws.com',
    'x-amz-content-sha256': sha256,
    'x-amz-date': '20130524T000000Z',
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    ...more,
  }
  const names = Object.keys(headers).sort().join(';')
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names},Signature=${seed}`
  return {
    method: 'PUT',
    path: '/examplebucket/chunkObject.txt',
    headers: { ...headers, authorization },
  }
}

const verifying = { now, service: 's3', findCredentials: () => credentials }
const plainHead = head('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', plain.seed, {
  'content-length': '66824',
})
const trailingHead = head('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', trailing.seed, {
  'x-amz-trailer': 'x-amz-checksum-crc32c',
})
const trailerLines = `x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${trailing.trailer}\r\n`

describe("AWS's example of signed chunks", () => {
  it('is what signStreamingRequest makes', () => {
    const { headers, encoder } = signStreamingRequest(
      {
        method: 'PUT',
        url,
        headers: { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
        decodedLength: body.length,
      },
      { credentials, region: 'us-east-1', service: 's3', now },
    )
    expect(headers['content-length']).toBe('66824')
    expect(headers.authorization).toMatch(new RegExp(`Signature=${plain.seed}$`))
    const sent = Buffer.concat([encoder.push(body), encoder.end()])
    expect(sent.equals(wire(plain.chunks, '\r\n'))).toBe(true)
  })

  it('is read, in pieces of any size', () => {
    const verified = verifyRequestHead(plainHead, verifying)
    const sent = wire(plain.chunks, '\r\n')
    for (const size of [1, 7, 1000, 65_536, sent.length]) {
      const reader = createPayloadReader(verified)
      const out: Uint8Array[] = []
      for (let at = 0; at < sent.length; at += size) {
        out.push(...reader.push(sent.subarray(at, at + size)))
      }
      expect(reader.end()).toEqual({})
      expect(Buffer.concat(out).equals(body)).toBe(true)
    }
  })
})

describe("AWS's example of signed trailers", () => {
  const ends: [string, string][] = [
    ['as AWS writes it', trailerLines],
    ['with an empty line at the end', `${trailerLines}\r\n`],
    // As the client library of MinIO sends it.
    ['with an empty line before the signature', trailerLines.replace('\r\n', '\n\r\n\r\n')],
  ]
  it.each(ends)('is read %s', (_, end) => {
    const reader = createPayloadReader(verifyRequestHead(trailingHead, verifying))
    const out = reader.push(wire(trailing.chunks, end))
    expect(reader.end()).toEqual({ 'x-amz-checksum-crc32c': 'sOO8/Q==' })
    expect(Buffer.concat(out).equals(body)).toBe(true)
  })

  it.each([
    ['another checksum', trailerLines.replace('sOO8', 'sOO9'), 'SignatureDoesNotMatch'],
    ['another signature', trailerLines.replace(/5\r\n$/, '6\r\n'), 'SignatureDoesNotMatch'],
    ['no signature', 'x-amz-checksum-crc32c:sOO8/Q==\r\n\r\n', 'MalformedTrailerError'],
    ['no trailers', '\r\n', 'MalformedTrailerError'],
    ['one more trailer', `x-amz-meta-a:b\r\n${trailerLines}`, 'MalformedTrailerError'],
    [
      'a trailer twice',
      `x-amz-checksum-crc32c:sOO8/Q==\r\n${trailerLines}`,
      'MalformedTrailerError',
    ],
    ['more after the end', `${trailerLines}\r\nx`, 'InvalidRequest'],
    ['a cut line', trailerLines.slice(0, -1), 'IncompleteBody'],
  ])('is refused with %s', (_, end, code) => {
    const reader = createPayloadReader(verifyRequestHead(trailingHead, verifying))
    const read = () => {
      reader.push(wire(trailing.chunks, end))
      reader.end()
    }
    expect(read).toThrow(expect.objectContaining({ code }))
    expect(read, 'and stays refused').toThrow(expect.objectContaining({ code }))
  })
})
