import { answer, type XmlPart, xmlAnswer } from './answer.ts'
import {
  bucketNamed,
  bucketOf,
  keepOrRelease,
  permit,
  receiveDocument,
  receiveObject,
  type S3Operation,
} from './call.ts'
import { checkWrite } from './conditions.ts'
import { metadataOf } from './metadata.ts'
import { children, childText, readXml } from './read-xml.ts'
import { invalidArgument, invalidRequest, malformedXml, noSuchKey } from './s3-fault.ts'
import { objectOverhead } from './store.ts'

export const putObject: S3Operation = async call => {
  const { caller, key, request, state } = call
  permit(caller, 's3:PutObject', bucketOf(call), key)
  const headers = metadataOf(request.headers)
  const body = await receiveObject(call)
  return keepOrRelease(state.store, body, () => {
    // The bucket may have gone, and come again, while the body came.
    const bucket = bucketOf(call)
    permit(caller, 's3:PutObject', bucket, key)
    checkWrite(request, bucket.get(key))
    const { blocks, size, checksums } = body
    const etag = `"${Buffer.from(body.md5).toString('hex')}"`
    bucket.put({ key, blocks, size, etag, headers, checksums, modified: state.now() })
    return answer(200, { etag, ...checksums }, '', state.now())
  })
}

export const copyObject: S3Operation = async call => {
  await receiveDocument(call)
  const { caller, key, request, state } = call
  const from = sourceOf(request.headers['x-amz-copy-source'] ?? '')
  const replaces = request.headers['x-amz-metadata-directive'] === 'REPLACE'
  const bucket = bucketOf(call)
  const source = bucketNamed(call, from.bucket)
  permit(caller, 's3:GetObject', source, from.key)
  permit(caller, 's3:PutObject', bucket, key)
  const object = source.get(from.key)
  if (object === undefined) throw noSuchKey(from.key)
  if (bucket === source && key === from.key && !replaces) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    )
  }
  const headers = replaces ? metadataOf(request.headers) : object.headers
  checkWrite(request, bucket.get(key))
  state.store.reserve(object.size + objectOverhead)
  const modified = state.now()
  bucket.put({ ...object, key, headers, modified })
  const parts: XmlPart[] = [
    ['LastModified', modified.toISOString()],
    ['ETag', object.etag],
  ]
  return xmlAnswer('CopyObjectResult', parts, modified)
}

/** `/bucket/key`, percent-encoded. */
function sourceOf(header: string): { readonly bucket: string; readonly key: string } {
  try {
    const [, bucket, key] = /^\/?([^/?]+)\/([^?]+)$/s.exec(header) ?? []
    if (bucket !== undefined && key !== undefined) {
      return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) }
    }
  } catch {
    // Not UTF-8: refused below.
  }
  throw invalidArgument(
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    'x-amz-copy-source',
    header,
  )
}

export const deleteObject: S3Operation = async call => {
  await receiveDocument(call)
  const { caller, key, state } = call
  const bucket = bucketOf(call)
  permit(caller, 's3:DeleteObject', bucket, key)
  bucket.delete(key)
  return answer(204, {}, '', state.now())
}

const maxDeletes = 1000

export const deleteObjects: S3Operation = async call => {
  const { caller, state } = call
  const root = readXml(await receiveDocument(call), 'Delete')
  const bucket = bucketOf(call)
  const keys = children(root, 'Object').map(object => childText(object, 'Key') ?? '')
  if (keys.length === 0 || keys.length > maxDeletes || keys.includes('')) throw malformedXml()
  const isQuiet = childText(root, 'Quiet') === 'true'
  const parts = keys.flatMap((key): XmlPart[] => {
    try {
      permit(caller, 's3:DeleteObject', bucket, key)
    } catch {
      const why: XmlPart[] = [
        ['Key', key],
        ['Code', 'AccessDenied'],
        ['Message', 'Access Denied'],
      ]
      return [['Error', why]]
    }
    bucket.delete(key)
    return isQuiet ? [] : [['Deleted', [['Key', key]]]]
  })
  return xmlAnswer('DeleteResult', parts, state.now())
}
