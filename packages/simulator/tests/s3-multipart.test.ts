import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { runS3, texts } from './s3-client.ts'

const { send } = await runS3()

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest()
const large = Buffer.alloc(5 * 1024 * 1024, 'x')
const small = Buffer.from('the end')

async function begin(key: string): Promise<string> {
  const headers = { 'content-type': 'text/plain', 'x-amz-meta-in': 'parts' }
  const { text } = await send('POST', `/plain/${key}?uploads`, { headers })
  const [id = ''] = texts(text, 'UploadId')
  expect(id).not.toBe('')
  return id
}

const part = (key: string, id: string, number: number | string, body: Uint8Array) =>
  send('PUT', `/plain/${key}?partNumber=${number}&uploadId=${id}`, { body })

const complete = (key: string, id: string, parts: readonly (readonly [number, string])[]) => {
  const listed = parts.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  )
  const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${listed.join('')}</CompleteMultipartUpload>`
  return send('POST', `/plain/${key}?uploadId=${id}`, { body })
}

test('parts become an object, in the order of their numbers', async () => {
  const id = await begin('whole')
  const second = await part('whole', id, 2, small)
  const first = await part('whole', id, 1, large)
  const unused = await part('whole', id, 3, small)
  expect([first.status, second.status, unused.status]).toEqual([200, 200, 200])
  expect(await send('GET', '/plain/whole')).toMatchObject({ status: 404 })
  const listed = await send('GET', `/plain/whole?uploadId=${id}`)
  expect(texts(listed.text, 'PartNumber')).toEqual(['1', '2', '3'])
  expect(texts(listed.text, 'Size')).toEqual([String(large.length), '7', '7'])
  const page = await send('GET', `/plain/whole?uploadId=${id}&max-parts=1&part-number-marker=1`)
  expect(texts(page.text, 'PartNumber')).toEqual(['2'])
  expect(texts(page.text, 'IsTruncated')).toEqual(['true'])
  expect(texts(page.text, 'NextPartNumberMarker')).toEqual(['2'])
  const done = await complete('whole', id, [
    [1, String(first.headers.etag)],
    [2, String(second.headers.etag).replaceAll('"', '')],
  ])
  expect(done.status).toBe(200)
  const etag = createHash('md5').update(md5(large)).update(md5(small)).digest('hex')
  expect(texts(done.text, 'ETag')).toEqual([`&#34;${etag}-2&#34;`])
  const object = await send('GET', '/plain/whole')
  expect(object.headers).toMatchObject({
    etag: `"${etag}-2"`,
    'content-type': 'text/plain',
    'x-amz-meta-in': 'parts',
  })
  expect(object.text === Buffer.concat([large, small]).toString()).toBe(true)
  expect(await complete('whole', id, [[1, 'x']])).toMatchObject({
    status: 404,
    code: 'NoSuchUpload',
  })
})

test('lists of parts that are wrong are refused, and the upload stays', async () => {
  const id = await begin('wrong')
  const etag = (bytes: Uint8Array) => `"${md5(bytes).toString('hex')}"`
  await part('wrong', id, 1, small)
  await part('wrong', id, 2, small)
  for (const [parts, code] of [
    [[], 'MalformedXML'],
    [[[1, etag(large)]], 'InvalidPart'],
    [[[3, etag(small)]], 'InvalidPart'],
    [
      [
        [2, etag(small)],
        [1, etag(small)],
      ],
      'InvalidPartOrder',
    ],
    [
      [
        [1, etag(small)],
        [1, etag(small)],
      ],
      'InvalidPartOrder',
    ],
    [
      [
        [1, etag(small)],
        [2, etag(small)],
      ],
      'EntityTooSmall',
    ],
  ] as const) {
    expect(await complete('wrong', id, parts)).toMatchObject({ status: 400, code })
  }
  expect(await complete('wrong', id, [[2, etag(small)]])).toMatchObject({ status: 200 })
  expect(await send('GET', '/plain/wrong')).toMatchObject({ text: 'the end' })
})

test('an aborted upload is gone, as is one of another key', async () => {
  const id = await begin('aborted')
  expect(await part('other', id, 1, small)).toMatchObject({ status: 404, code: 'NoSuchUpload' })
  expect(await send('DELETE', `/plain/aborted?uploadId=${id}`)).toMatchObject({ status: 204 })
  expect(await part('aborted', id, 1, small)).toMatchObject({ status: 404, code: 'NoSuchUpload' })
})

test.each(['0', '10001', 'x', '1.5'])('there is no part %s', async number => {
  const id = await begin('numbers')
  expect(await part('numbers', id, number, small)).toMatchObject({
    status: 400,
    code: 'InvalidArgument',
  })
})
