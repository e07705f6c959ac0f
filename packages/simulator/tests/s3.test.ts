import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { presignUrl, StsClient } from '@rolecall/aws'
import { parseXml } from '@rolecall/saml'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hub } from './running.ts'
import { foreignKeys, readerKeys, runS3, sendRaw, texts, writerKeys } from './s3-client.ts'

const { simulator, send } = await runS3()

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const base64 = (algorithm: string, text: string) =>
  createHash(algorithm).update(text).digest('base64')

test('an object comes back as it was put', async () => {
  const headers = {
    'content-type': 'text/plain',
    'x-amz-meta-owner': 'ann',
    'cache-control': 'no-cache',
  }
  const put = await send('PUT', '/plain/a/b%20c.txt', { headers, body: 'hello' })
  expect(put).toMatchObject({ status: 200, text: '', headers: { etag: `"${md5('hello')}"` } })
  const get = await send('GET', '/plain/a/b%20c.txt')
  expect(get).toMatchObject({
    status: 200,
    text: 'hello',
    headers: {
      ...headers,
      etag: `"${md5('hello')}"`,
      'content-length': '5',
      'accept-ranges': 'bytes',
    },
  })
  const head = await send('HEAD', '/plain/a/b%20c.txt')
  expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-length': '5' } })
  expect(await send('DELETE', '/plain/a/b%20c.txt')).toMatchObject({ status: 204 })
  expect(await send('DELETE', '/plain/a/b%20c.txt')).toMatchObject({ status: 204 })
  expect(await send('GET', '/plain/a/b%20c.txt')).toMatchObject({ status: 404, code: 'NoSuchKey' })
  expect(await send('HEAD', '/plain/a/b%20c.txt')).toMatchObject({ status: 404, text: '' })
})

test('an empty object and one of several blocks', async () => {
  const large = Buffer.alloc(700_001, 'abcdefg')
  expect(await send('PUT', '/plain/empty')).toMatchObject({ status: 200 })
  expect(await send('PUT', '/plain/large', { body: large })).toMatchObject({ status: 200 })
  expect(await send('GET', '/plain/empty')).toMatchObject({ status: 200, text: '' })
  const { text } = await send('GET', '/plain/large')
  expect(text === large.toString()).toBe(true)
  const part = await send('GET', '/plain/large', { headers: { range: 'bytes=262140-524290' } })
  expect(part.status).toBe(206)
  expect(part.text === large.subarray(262_140, 524_291).toString()).toBe(true)
})

test.each([
  ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
  ['bytes=3-', 206, '3456789', 'bytes 3-9/10'],
  ['bytes=-3', 206, '789', 'bytes 7-9/10'],
  ['bytes=-30', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
  ['bytes=0-1,4-5', 200, '0123456789', undefined],
  ['bytes=5-2', 200, '0123456789', undefined],
  ['pages=1-2', 200, '0123456789', undefined],
])('range %s', async (range, status, text, contentRange) => {
  await send('PUT', '/plain/ten', { body: '0123456789' })
  const answer = await send('GET', '/plain/ten', { headers: { range } })
  expect(answer).toMatchObject({ status, text })
  expect(answer.headers['content-range']).toBe(contentRange)
})

test.each(['bytes=10-', 'bytes=-0'])('range %s cannot be had', async range => {
  await send('PUT', '/plain/ten', { body: '0123456789' })
  const answer = await send('GET', '/plain/ten', { headers: { range } })
  expect(answer).toMatchObject({ status: 416, code: 'InvalidRange' })
  expect(answer.headers['content-range']).toBe('bytes */10')
})

test('conditions of reads and writes', async () => {
  const etag = `"${md5('x')}"`
  const created = await send('PUT', '/plain/cond', { body: 'x', headers: { 'if-none-match': '*' } })
  expect(created.status).toBe(200)
  const again = await send('PUT', '/plain/cond', { body: 'y', headers: { 'if-none-match': '*' } })
  expect(again).toMatchObject({ status: 412, code: 'PreconditionFailed' })
  const read = (headers: Record<string, string>) => send('GET', '/plain/cond', { headers })
  expect(await read({ 'if-none-match': etag })).toMatchObject({ status: 304, text: '' })
  expect(await read({ 'if-match': '"other"' })).toMatchObject({ status: 412 })
  expect(await read({ 'if-match': etag })).toMatchObject({ status: 200, text: 'x' })
  const future = new Date(Date.now() + 60_000).toUTCString()
  const past = new Date(0).toUTCString()
  expect(await read({ 'if-modified-since': future })).toMatchObject({ status: 304 })
  expect(await read({ 'if-unmodified-since': past })).toMatchObject({ status: 412 })
  const other = await send('PUT', '/plain/cond', { body: 'y', headers: { 'if-match': '"other"' } })
  expect(other.status).toBe(412)
  const same = await send('PUT', '/plain/cond', { body: 'y', headers: { 'if-match': etag } })
  expect(same.status).toBe(200)
})

test('checksums are checked, kept and given back when asked for', async () => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32('hello'))
  for (const [name, value] of [
    ['x-amz-checksum-crc32', bytes.toString('base64')],
    ['x-amz-checksum-sha1', base64('sha1', 'hello')],
    ['x-amz-checksum-sha256', base64('sha256', 'hello')],
    ['x-amz-checksum-crc32c', 'AAAAAA=='],
    ['content-md5', base64('md5', 'hello')],
  ] as const) {
    const put = await send('PUT', '/plain/sum', { body: 'hello', headers: { [name]: value } })
    expect(put.status).toBe(200)
    const asked = { 'x-amz-checksum-mode': 'ENABLED' }
    const get = await send('GET', '/plain/sum', { headers: asked })
    const isKept = name !== 'content-md5'
    expect(get.headers[name]).toBe(isKept ? value : undefined)
    expect((await send('GET', '/plain/sum')).headers[name]).toBeUndefined()
    if (name === 'x-amz-checksum-crc32c') continue
    const bad = await send('PUT', '/plain/bad', { body: 'hellO', headers: { [name]: value } })
    expect(bad).toMatchObject({ status: 400, code: 'BadDigest' })
  }
  expect(await send('HEAD', '/plain/bad')).toMatchObject({ status: 404 })
})

test('a bucket in the name of the host', async () => {
  await send('PUT', '/plain/host/key', { body: 'by path' })
  for (const host of ['plain.s3.us-east-1.amazonaws.com', 'plain.localhost:4566']) {
    expect(await send('GET', '/host/key', { host })).toMatchObject({ status: 200, text: 'by path' })
    const list = await send('GET', '/?list-type=2&prefix=host/', { host })
    expect(texts(list.text, 'Key')).toEqual(['host/key'])
  }
  const service = await send('GET', '/', { host: 's3.us-east-1.amazonaws.com' })
  expect(texts(service.text, 'Name')).toEqual(expect.arrayContaining(['plain', 'central']))
})

test('a presigned URL needs no header, and may name the content type', async () => {
  await send('PUT', '/plain/shared', { body: 'for all' })
  const url = presignUrl(
    { method: 'GET', url: `${simulator.url}/plain/shared?response-content-type=text%2Fcsv` },
    {
      credentials: writerKeys,
      region: 'us-east-1',
      service: 's3',
      now: new Date(),
      expiresInSeconds: 60,
    },
  )
  const answer = await fetch(url)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv'])
  expect(await answer.text()).toBe('for all')
  const tampered = await fetch(url.replace('text%2Fcsv', 'text%2Fhtml'))
  expect(tampered.status).toBe(403)
  expect(await tampered.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
})

test('copying, and deleting several', async () => {
  const headers = { 'x-amz-meta-a': 'b' }
  await send('PUT', '/plain/from', { body: 'copy me', headers })
  const source = { 'x-amz-copy-source': '/plain/from' }
  const copy = await send('PUT', '/plain/to', { headers: source })
  expect(texts(copy.text, 'ETag')).toEqual([`&#34;${md5('copy me')}&#34;`])
  expect(await send('GET', '/plain/to')).toMatchObject({ text: 'copy me', headers })
  const itself = await send('PUT', '/plain/from', { headers: source })
  expect(itself).toMatchObject({ status: 400, code: 'InvalidRequest' })
  const body = '<Delete><Object><Key>from</Key></Object><Object><Key>none</Key></Object></Delete>'
  const deleted = await send('POST', '/plain?delete', { body })
  expect(texts(deleted.text, 'Key')).toEqual(['from', 'none'])
  expect(await send('GET', '/plain/from')).toMatchObject({ status: 404 })
  const wrong = await send('POST', '/plain?delete', { body: '<Delete>' })
  expect(wrong).toMatchObject({ status: 400, code: 'MalformedXML' })
})

test('buckets are made, found, listed and removed', async () => {
  expect(await send('HEAD', '/new-one')).toMatchObject({ status: 404 })
  expect(await send('PUT', '/new-one')).toMatchObject({ status: 200 })
  expect(await send('PUT', '/new-one')).toMatchObject({ status: 200 })
  expect(await send('HEAD', '/new-one')).toMatchObject({
    status: 200,
    headers: { 'x-amz-bucket-region': 'us-east-1' },
  })
  const taken = await send('PUT', '/new-one', { signing: { credentials: foreignKeys } })
  expect(taken).toMatchObject({ status: 409, code: 'BucketAlreadyExists' })
  await send('PUT', '/new-one/x', { body: 'x' })
  expect(await send('DELETE', '/new-one')).toMatchObject({ status: 409, code: 'BucketNotEmpty' })
  await send('DELETE', '/new-one/x')
  expect(await send('DELETE', '/new-one')).toMatchObject({ status: 204 })
  expect(await send('GET', '/new-one/x')).toMatchObject({ status: 404, code: 'NoSuchBucket' })
  expect(await send('PUT', '/UPPER')).toMatchObject({ status: 400, code: 'InvalidBucketName' })
})

test('a bucket stands in the region that is asked for, and answers there only', async () => {
  const signing = { region: 'eu-west-1' }
  const none = await send('PUT', '/irish', { signing })
  expect(none).toMatchObject({ status: 400, code: 'IllegalLocationConstraintException' })
  const body =
    '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>'
  expect(await send('PUT', '/irish', { signing, body })).toMatchObject({ status: 200 })
  const location = await send('GET', '/irish?location', { signing })
  expect(location.text).toMatch(/<LocationConstraint xmlns="[^"]+">eu-west-1<\/LocationConstraint>/)
  const elsewhere = await send('GET', '/irish?list-type=2')
  expect(elsewhere).toMatchObject({
    status: 400,
    code: 'AuthorizationHeaderMalformed',
    headers: { 'x-amz-bucket-region': 'eu-west-1' },
  })
  expect(elsewhere.text).toContain('<Region>eu-west-1</Region>')
})

test('policies decide, and other accounts have nothing', async () => {
  await send('PUT', '/plain/public/p', { body: 'open' })
  await send('PUT', '/plain/private/p', { body: 'closed' })
  const signing = { credentials: readerKeys }
  expect(await send('GET', '/plain/public/p', { signing })).toMatchObject({ text: 'open' })
  for (const [method, path] of [
    ['GET', '/plain/private/p'],
    // Who may not list does not hear that there is nothing.
    ['GET', '/plain/public/none'],
    ['PUT', '/plain/public/p'],
    ['DELETE', '/plain/public/p'],
    ['GET', '/plain?list-type=2'],
    ['GET', '/'],
    ['PUT', '/readers-own'],
    ['DELETE', '/plain'],
    ['POST', '/plain/public/p?uploads'],
  ] as const) {
    const answer = await send(method, path, { signing })
    expect([method, path, answer.status, answer.code]).toEqual([method, path, 403, 'AccessDenied'])
  }
  const foreign = await send('GET', '/plain/public/p', { signing: { credentials: foreignKeys } })
  expect(foreign).toMatchObject({ status: 403, code: 'AccessDenied' })
  const listed = await send('GET', '/', { signing: { credentials: foreignKeys } })
  expect(texts(listed.text, 'Name')).toEqual([])
})

test.each(['/plain?acl', '/plain/x?tagging', '/plain?versions', '/plain?uploads', '/plain'])(
  'GET %s is not simulated, and says so',
  async path => {
    expect(await send('GET', path)).toMatchObject({ status: 501, code: 'NotImplemented' })
  },
)

test('a refusal has S3’s form', async () => {
  const { text, headers } = await send('GET', '/plain/no%20key')
  expect(text).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>' +
      `<Key>no key</Key><Resource>/plain/no%20key</Resource><RequestId>${headers['x-amz-request-id']}</RequestId><HostId>c2ltdWxhdG9y</HostId></Error>`,
  )
  const unsigned = await sendRaw(simulator, 'GET', '/x', { host: 'plain.s3.localhost' })
  expect(unsigned).toMatchObject({ status: 403, code: 'AccessDenied' })
})

test('a host of another service below localhost is not a bucket', async () => {
  const sts = await sendRaw(simulator, 'GET', '/?Action=X', { host: 'sts.localhost' })
  expect(sts.text).toContain('<Code>InvalidAction</Code>')
  const signing = { service: 'sts' }
  const signed = await send('GET', '/?Action=GetCallerIdentity&Version=2011-06-15', {
    host: 'sts.localhost',
    signing,
  })
  expect(signed.status).toBe(200)
})

test('a session policy limits what a session may do', async () => {
  const sts = new StsClient({
    endpoint: simulator.stsEndpoint,
    region: 'us-east-1',
    credentials: writerKeys,
  })
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::plain/s/*' },
  })
  const { credentials } = await sts.assumeRole({
    roleArn: `arn:aws:iam::${hub}:role/Storage`,
    roleSessionName: 'ann',
    policy,
  })
  const signing = { credentials }
  await send('PUT', '/plain/s/x', { body: 'x' })
  await send('PUT', '/plain/t/x', { body: 'x' })
  expect(await send('GET', '/plain/s/x', { signing })).toMatchObject({ status: 200, text: 'x' })
  expect(await send('GET', '/plain/t/x', { signing })).toMatchObject({ status: 403 })
  expect(await send('PUT', '/plain/s/x', { signing, body: 'y' })).toMatchObject({ status: 403 })
  expect(simulator.calls()[0]?.caller).toBe(`arn:aws:sts::${hub}:assumed-role/Storage/ann`)
})

test('no request brings it down', async () => {
  const text = fc.oneof(
    fc.constantFrom(
      'plain',
      'key',
      '..',
      '%2e',
      '%',
      '%ff',
      '//',
      'uploads',
      'list-type',
      '2',
      'acl',
    ),
    fc.string({
      unit: fc.constantFrom('a', '/', '%00', '%F0%9F%98%80', '&', '=', '?', '~', '*'),
      maxLength: 8,
    }),
  )
  const header = fc.tuple(
    fc.constantFrom(
      'range',
      'if-match',
      'content-md5',
      'x-amz-copy-source',
      'x-amz-checksum-crc32',
    ),
    fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map(value => value.trim()),
  )
  const request = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'),
    path: fc.array(text, { maxLength: 3 }).map(parts => `/plain/${parts.join('/')}`),
    query: fc.array(text, { maxLength: 3 }).map(parts => parts.join('&').replaceAll('?', '')),
    headers: fc.array(header, { maxLength: 2 }).map(list => Object.fromEntries(list)),
    body: fc.oneof(fc.constant('<Delete><Object><Key>a</Key></Object></Delete>'), fc.string()),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, query, headers, body }) => {
      const target = `${path.replaceAll('?', '')}?${query}`
      const sent = method === 'GET' || method === 'HEAD' ? '' : body
      const answer = await send(method, target, { headers, body: sent })
      expect([500, 502]).not.toContain(answer.status)
      const isXml = answer.headers['content-type'] === 'application/xml' && method !== 'HEAD'
      if (isXml && answer.status >= 400) expect(parseXml(answer.text).root.local).toBe('Error')
    }),
    { numRuns: 300 },
  )
  expect(await send('PUT', '/plain/after', { body: 'x' })).toMatchObject({ status: 200 })
})
