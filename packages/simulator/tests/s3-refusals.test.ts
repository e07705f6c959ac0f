import { createHash } from 'node:crypto'
import { signRequest, signStreamingRequest } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { runS3, sendRaw, writerKeys } from './s3-client.ts'

const { simulator, send } = await runS3({ s3: { maxObjectBytes: 100_000, maxTotalBytes: 250_000 } })
const { host } = new URL(simulator.url)

const scope = () => ({
  credentials: writerKeys,
  region: 'us-east-1',
  service: 's3',
  now: new Date(),
})
const url = (path: string) => `http://${host}${path}`
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000)

test.each([
  [
    'another secret',
    { credentials: { ...writerKeys, secretAccessKey: 'x' } },
    403,
    'SignatureDoesNotMatch',
  ],
  [
    'an unknown key',
    { credentials: { ...writerKeys, accessKeyId: 'AKIATESTNOBODY000001' } },
    403,
    'InvalidAccessKeyId',
  ],
  [
    'a token that is none',
    { credentials: { ...writerKeys, sessionToken: 'x' } },
    400,
    'InvalidToken',
  ],
  ['a clock 16 minutes behind', { now: ago(960) }, 403, 'RequestTimeTooSkewed'],
  ['a clock 16 minutes ahead', { now: ago(-960) }, 403, 'RequestTimeTooSkewed'],
  ['a region that is none', { region: 'nowhere' }, 400, 'AuthorizationHeaderMalformed'],
] as const)('%s is refused', async (_, signing, status, code) => {
  expect(await send('GET', '/plain/x', { signing })).toMatchObject({ status, code })
})

test('a header of the signature that is not the form is refused', async () => {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIATESTWRITER000001/20260101/us-east-1/s3/aws4_request'
  const answer = await sendRaw(simulator, 'GET', '/plain/x', { host, authorization })
  expect(answer).toMatchObject({ status: 400, code: 'AuthorizationHeaderMalformed' })
})

test('Signature Version 2 is told that it is over', async () => {
  const query = await sendRaw(simulator, 'GET', '/plain/x?AWSAccessKeyId=A&Signature=x&Expires=1', {
    host,
  })
  expect(query).toMatchObject({ status: 400, code: 'InvalidRequest' })
  const header = await sendRaw(simulator, 'GET', '/plain/x', { host, authorization: 'AWS A:x' })
  expect(header.text).toContain('Please use AWS4-HMAC-SHA256.')
})

test('the hash of the body must stand in the head', async () => {
  const signed = signRequest(
    { method: 'GET', url: url('/plain/x') },
    { ...scope(), contentSha256Header: false },
  )
  const answer = await sendRaw(simulator, 'GET', '/plain/x', signed)
  expect(answer).toMatchObject({ status: 400, code: 'InvalidRequest' })
})

test('another body than the signed one leaves nothing', async () => {
  const signed = signRequest({ method: 'PUT', url: url('/plain/forged'), body: 'mine' }, scope())
  const answer = await sendRaw(simulator, 'PUT', '/plain/forged', signed, ['thei', 'rs'])
  expect(answer).toMatchObject({ status: 400, code: 'XAmzContentSHA256Mismatch' })
  expect(await send('HEAD', '/plain/forged')).toMatchObject({ status: 404 })
})

const streamings = [
  ['signed chunks', {}],
  ['signed chunks and a trailer', { checksum: 'crc32' }],
  ['unsigned chunks and a trailer', { checksum: 'sha256', unsignedPayload: true }],
  ['chunks signed by SigV4A', { algorithm: 'AWS4-ECDSA-P256-SHA256', regionSet: ['us-east-1'] }],
] as const

test.each(streamings)('%s are taken apart and checked', async (_, form) => {
  const body = Buffer.from('0123456789'.repeat(3000))
  const put = (path: string, change: (bytes: Buffer) => Buffer) => {
    const { headers, encoder } = signStreamingRequest(
      {
        method: 'PUT',
        url: url(path),
        headers: { 'content-encoding': 'gzip' },
        decodedLength: body.length,
      },
      { ...scope(), chunkBytes: 8192, ...form },
    )
    const wire = change(Buffer.concat([encoder.push(body), encoder.end()]))
    const pieces = [wire.subarray(0, 1), wire.subarray(1, 9000), wire.subarray(9000)]
    return sendRaw(simulator, 'PUT', path, headers, pieces)
  }
  const answer = await put('/plain/streamed', wire => wire)
  expect(answer).toMatchObject({ status: 200, text: '' })
  const md5 = createHash('md5').update(body).digest('hex')
  expect(answer.headers.etag).toBe(`"${md5}"`)
  const back = await send('GET', '/plain/streamed')
  expect(back.headers['content-encoding']).toBe('gzip')
  expect(back.text === body.toString()).toBe(true)
  const forged = await put('/plain/forged', wire => {
    // Somewhere in the data of the second chunk.
    const at = wire.indexOf('0123456789', 12_000)
    wire[at] = 'x'.charCodeAt(0)
    return wire
  })
  expect([400, 403]).toContain(forged.status)
  expect(forged.code).toMatch(/^(?:SignatureDoesNotMatch|BadDigest)$/)
  expect(await send('HEAD', '/plain/forged')).toMatchObject({ status: 404 })
  await send('DELETE', '/plain/streamed')
})

test('objects are bounded, one and all together, and what is let go can be used again', async () => {
  const body = Buffer.alloc(100_000)
  const large = await send('PUT', '/plain/large', { body: Buffer.alloc(100_001) })
  expect(large).toMatchObject({ status: 400, code: 'EntityTooLarge' })
  expect(await send('PUT', '/plain/1', { body })).toMatchObject({ status: 200 })
  expect(await send('PUT', '/plain/2', { body })).toMatchObject({ status: 200 })
  const full = await send('PUT', '/plain/3', { body })
  expect(full).toMatchObject({ status: 507, code: 'InsufficientStorage' })
  expect(full.text).toContain('s3.maxTotalBytes')
  // Replacing, refusing and deleting give back all that they took: else this ends at 507.
  for (let round = 0; round < 5; round++) {
    expect(await send('DELETE', '/plain/2')).toMatchObject({ status: 204 })
    const bad = { body, headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } }
    expect(await send('PUT', '/plain/2', bad)).toMatchObject({ status: 400, code: 'BadDigest' })
    expect(await send('PUT', '/plain/2', { body })).toMatchObject({ status: 200 })
  }
  await send('DELETE', '/plain/1')
  await send('DELETE', '/plain/2')
  const upload = await send('POST', '/plain/parts?uploads')
  const id = /<UploadId>([^<]+)/.exec(upload.text)?.[1] ?? ''
  const part = (number: number) =>
    send('PUT', `/plain/parts?partNumber=${number}&uploadId=${id}`, { body })
  for (let round = 0; round < 5; round++) expect(await part(1)).toMatchObject({ status: 200 })
  expect(await part(2)).toMatchObject({ status: 200 })
  expect(await part(3)).toMatchObject({ status: 507 })
  expect(await send('DELETE', `/plain/parts?uploadId=${id}`)).toMatchObject({ status: 204 })
  expect(await send('PUT', '/plain/2', { body })).toMatchObject({ status: 200 })
  await send('DELETE', '/plain/2')
})

test('a length must be told, and a key has its bounds', async () => {
  const headers = signRequest(
    { method: 'PUT', url: url('/plain/x'), headers: {} },
    { ...scope(), unsignedPayload: true },
  )
  const chunked = { ...headers, 'transfer-encoding': 'chunked' }
  const untold = await sendRaw(simulator, 'PUT', '/plain/x', chunked, ['x'])
  expect(untold).toMatchObject({ status: 411, code: 'MissingContentLength' })
  const long = await send('PUT', `/plain/${'k'.repeat(1025)}`)
  expect(long).toMatchObject({ status: 400, code: 'KeyTooLongError' })
  const metadata = { 'x-amz-meta-long': 'm'.repeat(2100) }
  const much = await send('PUT', '/plain/x', { headers: metadata })
  expect(much).toMatchObject({ status: 400, code: 'MetadataTooLarge' })
})
