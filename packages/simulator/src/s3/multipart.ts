import { createHash } from 'node:crypto'
import type { XmlElement } from '@rolecall/saml'
import { answer, type XmlPart, xmlAnswer } from './answer.ts'
import {
  bucketOf,
  keepOrRelease,
  permit,
  receiveDocument,
  receiveObject,
  type S3Call,
  type S3Operation,
} from './call.ts'
import { checkWrite } from './conditions.ts'
import { metadataOf } from './metadata.ts'
import { children, childText, readXml } from './read-xml.ts'
import { invalidArgument, malformedXml, noSuchUpload, S3Fault } from './s3-fault.ts'
import { objectOverhead } from './store.ts'
import type { Part, Upload } from './uploads.ts'

const maxParts = 10_000
/** Of every part but the last (S3 User Guide, "Multipart upload limits"). */
const minPartBytes = 5 * 1024 * 1024

export const createMultipartUpload: S3Operation = async call => {
  await receiveDocument(call)
  const { caller, key, request, state } = call
  const bucket = bucketOf(call)
  permit(caller, 's3:PutObject', bucket, key)
  const { id } = state.uploads.create({ bucket, key, headers: metadataOf(request.headers) })
  const parts: XmlPart[] = [
    ['Bucket', bucket.name],
    ['Key', key],
    ['UploadId', id],
  ]
  return xmlAnswer('InitiateMultipartUploadResult', parts, state.now())
}

export const uploadPart: S3Operation = async call => {
  const { query, state } = call
  uploadOf(call, 's3:PutObject')
  const number = Number(query.get('partNumber') ?? '')
  if (!Number.isInteger(number) || number < 1 || number > maxParts) {
    throw invalidArgument(
      `Part number must be an integer between 1 and ${maxParts}, inclusive`,
      'partNumber',
      query.get('partNumber') ?? '',
    )
  }
  const body = await receiveObject(call)
  return keepOrRelease(state.store, body, () => {
    // The upload may have been completed or aborted while the body came.
    const upload = uploadOf(call, 's3:PutObject')
    const { blocks, size, md5, checksums } = body
    const modified = state.now()
    state.uploads.putPart(upload, number, { blocks, size, md5, checksums, modified })
    return answer(200, { etag: etagOf(md5), ...checksums }, '', modified)
  })
}

export const completeMultipartUpload: S3Operation = async call => {
  const root = readXml(await receiveDocument(call), 'CompleteMultipartUpload')
  const { key, request, state } = call
  const { store, uploads, now } = state
  const upload = uploadOf(call, 's3:PutObject')
  const { bucket } = upload
  const chosen = chosenParts(root, upload)
  const parts = [...chosen.values()]
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  if (size > store.maxObjectBytes) {
    const message = `Your proposed upload exceeds the maximum allowed object size: the simulator takes ${store.maxObjectBytes} bytes.`
    throw new S3Fault(400, 'EntityTooLarge', message, { ProposedSize: String(size) })
  }
  checkWrite(request, bucket.get(key))
  const hash = createHash('md5')
  for (const { md5 } of parts) hash.update(md5)
  const etag = `"${hash.digest('hex')}-${parts.length}"`
  uploads.remove(upload, new Set(chosen.keys()))
  // The parts' bytes are the object's now; it costs the overhead of one.
  store.release((parts.length - 1) * objectOverhead)
  const blocks = parts.flatMap(part => part.blocks)
  bucket.put({ key, blocks, size, etag, headers: upload.headers, checksums: {}, modified: now() })
  const result: XmlPart[] = [
    ['Location', `http://${request.headers.host ?? ''}/${bucket.name}/${encodeURIComponent(key)}`],
    ['Bucket', bucket.name],
    ['Key', key],
    ['ETag', etag],
  ]
  return xmlAnswer('CompleteMultipartUploadResult', result, now())
}

/** The parts that the client lists, checked as S3 does: order, ETags, sizes. */
function chosenParts(root: XmlElement, upload: Upload): Map<number, Part> {
  const listed = children(root, 'Part')
  if (listed.length === 0 || listed.length > maxParts) throw malformedXml()
  const chosen = new Map<number, Part>()
  let before = 0
  for (const element of listed) {
    const number = Number(childText(element, 'PartNumber') ?? '')
    if (!(number > before)) {
      const message =
        'The list of parts was not in ascending order. Parts must be ordered by part number.'
      throw new S3Fault(400, 'InvalidPartOrder', message)
    }
    before = number
    const part = upload.parts.get(number)
    const etag = (childText(element, 'ETag') ?? '').replaceAll('"', '')
    if (part === undefined || `"${etag}"` !== etagOf(part.md5) || !hasSums(element, part)) {
      const message =
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."
      throw new S3Fault(400, 'InvalidPart', message, { PartNumber: String(number) })
    }
    chosen.set(number, part)
  }
  const [small] = [...chosen].slice(0, -1).filter(([, { size }]) => size < minPartBytes)
  if (small === undefined) return chosen
  const [number, { size }] = small
  const message = 'Your proposed upload is smaller than the minimum allowed size'
  throw new S3Fault(400, 'EntityTooSmall', message, {
    PartNumber: String(number),
    ProposedSize: String(size),
    MinSizeAllowed: String(minPartBytes),
  })
}

/** Whether the checksums that the client lists for a part are those with which it came. */
function hasSums(element: XmlElement, { checksums }: Part): boolean {
  return Object.entries(checksums).every(([name, value]) => {
    const listed = childText(
      element,
      `Checksum${name.slice('x-amz-checksum-'.length).toUpperCase()}`,
    )
    return listed === undefined || listed === value
  })
}

export const abortMultipartUpload: S3Operation = async call => {
  await receiveDocument(call)
  call.state.uploads.remove(uploadOf(call, 's3:AbortMultipartUpload'))
  return answer(204, {}, '', call.state.now())
}

const maxPartsOfPage = 1000

export const listParts: S3Operation = async call => {
  await receiveDocument(call)
  const { query, state } = call
  const upload = uploadOf(call, 's3:ListMultipartUploadParts')
  const after = whole(query, 'part-number-marker', 0)
  const max = Math.min(whole(query, 'max-parts', maxPartsOfPage), maxPartsOfPage)
  const all = [...upload.parts].filter(([number]) => number > after).sort(([a], [b]) => a - b)
  const page = all.slice(0, max)
  const isTruncated = all.length > page.length
  const parts: XmlPart[] = [
    ['Bucket', upload.bucket.name],
    ['Key', upload.key],
    ['UploadId', upload.id],
    ['StorageClass', 'STANDARD'],
    ['PartNumberMarker', after],
    ['NextPartNumberMarker', page.at(-1)?.[0] ?? after],
    ['MaxParts', max],
    ['IsTruncated', isTruncated],
    ...page.map(
      ([number, { size, md5, modified }]): XmlPart => [
        'Part',
        [
          ['PartNumber', number],
          ['LastModified', modified.toISOString()],
          ['ETag', etagOf(md5)],
          ['Size', size],
        ],
      ],
    ),
  ]
  return xmlAnswer('ListPartsResult', parts, state.now())
}

function whole(query: URLSearchParams, name: string, otherwise: number): number {
  const given = query.get(name)
  if (given === null) return otherwise
  if (/^\d{1,9}$/.test(given)) return Number(given)
  throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, given)
}

function uploadOf(call: S3Call, action: string): Upload {
  const { caller, key, query, state } = call
  const bucket = bucketOf(call)
  permit(caller, action, bucket, key)
  const id = query.get('uploadId') ?? ''
  const upload = state.uploads.find(bucket, key, id)
  if (upload === undefined) throw noSuchUpload(id)
  return upload
}

function etagOf(md5: Uint8Array): string {
  return `"${Buffer.from(md5).toString('hex')}"`
}
