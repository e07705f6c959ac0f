import type { XmlPart } from './answer.ts'
import { xmlAnswer } from './answer.ts'
import { bucketOf, permit, receiveDocument, type S3Operation } from './call.ts'
import { listKeys, type Mark, markOf, tokenOf } from './list-keys.ts'
import { invalidArgument } from './s3-fault.ts'
import type { Bucket } from './store.ts'

const maxKeysOfPage = 1000

export const listObjectsV2: S3Operation = async call => {
  await receiveDocument(call)
  const { caller, query, state } = call
  const bucket = bucketOf(call)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const max = maxKeys(query.get('max-keys'))
  permit(caller, 's3:ListBucket', bucket, undefined, listContext(query))
  const token = query.get('continuation-token') ?? undefined
  const startAfter = query.get('start-after') ?? undefined
  const page = listKeys(bucket.keys(), { prefix, delimiter, max, after: start(token, startAfter) })
  const written = encoder(query.get('encoding-type'))
  const parts: XmlPart[] = [
    ['Name', bucket.name],
    ['Prefix', written(prefix)],
    ['Delimiter', delimiter === '' ? undefined : written(delimiter)],
    ['StartAfter', startAfter === undefined ? undefined : written(startAfter)],
    ['EncodingType', query.get('encoding-type') ?? undefined],
    ['ContinuationToken', token],
    ['NextContinuationToken', page.next && tokenOf(page.next)],
    ['KeyCount', page.keys.length + page.prefixes.length],
    ['MaxKeys', max],
    ['IsTruncated', page.next !== undefined],
    ...page.keys.flatMap(key =>
      contents(bucket, key, written, query.get('fetch-owner') === 'true'),
    ),
    ...page.prefixes.map((text): XmlPart => ['CommonPrefixes', [['Prefix', written(text)]]]),
  ]
  return xmlAnswer('ListBucketResult', parts, state.now())
}

/** The condition keys of a list (Service Authorization Reference, "Amazon S3"). */
function listContext(query: URLSearchParams): Map<string, readonly string[]> {
  const given = ['prefix', 'delimiter', 'max-keys'].flatMap(name => {
    const value = query.get(name)
    return value === null ? [] : [[`s3:${name}`, [value]] as const]
  })
  return new Map(given)
}

function contents(
  bucket: Bucket,
  key: string,
  written: (text: string) => string,
  withOwner: boolean,
): XmlPart[] {
  const object = bucket.get(key)
  if (object === undefined) return []
  const parts: XmlPart[] = [
    ['Key', written(key)],
    ['LastModified', object.modified.toISOString()],
    ['ETag', object.etag],
    ['Size', object.size],
    ['StorageClass', 'STANDARD'],
    ['Owner', withOwner ? [['ID', bucket.account.id]] : undefined],
  ]
  return [['Contents', parts]]
}

function start(token: string | undefined, startAfter: string | undefined): Mark | undefined {
  if (token === undefined) {
    return startAfter === undefined || startAfter === ''
      ? undefined
      : { kind: 'key', text: startAfter }
  }
  const mark = markOf(token)
  if (mark !== undefined) return mark
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
}

function maxKeys(given: string | null): number {
  if (given === null || given === '') return maxKeysOfPage
  if (/^\d{1,10}$/.test(given)) return Math.min(Number(given), maxKeysOfPage)
  throw invalidArgument(
    'Provided max-keys not an integer or within integer range',
    'max-keys',
    given,
  )
}

/** Keys may have characters that XML cannot carry: clients ask for them percent-encoded. */
function encoder(given: string | null): (text: string) => string {
  if (given === null) return text => text
  if (given === 'url') return text => encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '/')
  throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', given)
}
