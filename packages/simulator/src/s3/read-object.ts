import { answer } from './answer.ts'
import { bucketOf, mayDo, permit, receiveDocument, type S3Call, type S3Operation } from './call.ts'
import { isNotModified } from './conditions.ts'
import { slices } from './pile.ts'
import { rangeOf } from './range.ts'
import { accessDenied, noSuchKey } from './s3-fault.ts'
import type { Bucket, StoredObject } from './store.ts'

/** GetObject, and HeadObject: the answer to a HEAD goes out without its body. */
export const getObject: S3Operation = async call => {
  await receiveDocument(call)
  const { request, state, query } = call
  const object = objectOf(call)
  const facts = {
    etag: object.etag,
    'last-modified': object.modified.toUTCString(),
    'accept-ranges': 'bytes',
  }
  if (isNotModified(request, object)) return answer(304, facts, '', state.now())
  const range = rangeOf(request.headers.range, object.size)
  const { start, end } = range ?? { start: 0, end: object.size }
  // A checksum is of the whole object: clients would check a part against it.
  const withChecksums = request.headers['x-amz-checksum-mode'] === 'ENABLED' && range === undefined
  const headers = {
    ...object.headers,
    ...overrides(query),
    ...facts,
    ...(withChecksums ? object.checksums : {}),
    ...(range && { 'content-range': `bytes ${start}-${end - 1}/${object.size}` }),
    'content-length': String(end - start),
  }
  const body = slices(object.blocks, start, end)
  return answer(range === undefined ? 200 : 206, headers, body, state.now())
}

function objectOf(call: S3Call): StoredObject {
  const { caller, key } = call
  const bucket = bucketOf(call)
  permit(caller, 's3:GetObject', bucket, key)
  return bucket.get(key) ?? refuseMissing(call, bucket)
}

/** Who may not list a bucket does not hear which keys it lacks (S3 API Reference, GetObject "Permissions"). */
function refuseMissing({ caller, key }: S3Call, bucket: Bucket): never {
  throw mayDo(caller, 's3:ListBucket', bucket) ? noSuchKey(key) : accessDenied()
}

const overridable = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

/** Headers that a presigned URL sets: `response-content-type=…`. */
function overrides(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    overridable.flatMap(name => {
      const value = query.get(`response-${name}`)
      // A control character must not end the header.
      return value === null || !/^[\t\x20-\x7e]*$/.test(value) ? [] : [[name, value]]
    }),
  )
}
