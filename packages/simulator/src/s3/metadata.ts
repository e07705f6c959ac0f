import { S3Fault } from './s3-fault.ts'

const kept: ReadonlySet<string> = new Set([
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'expires',
])
const maxUserMetadata = 2048

/** The headers of a PUT that a GET answers again: those of the content, and `x-amz-meta-*` (2 KB together). */
export function metadataOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const metadata: Record<string, string> = {}
  let size = 0
  for (const [name, value] of Object.entries(headers)) {
    const isUsers = name.startsWith('x-amz-meta-')
    if (isUsers) size += name.length - 'x-amz-meta-'.length + value.length
    if (isUsers || kept.has(name)) metadata[name] = value
  }
  if (size > maxUserMetadata) {
    const message = 'Your metadata headers exceed the maximum allowed metadata size'
    throw new S3Fault(400, 'MetadataTooLarge', message, {
      Size: String(size),
      MaxSizeAllowed: String(maxUserMetadata),
    })
  }
  metadata['content-type'] ??= 'binary/octet-stream'
  const encoding = contentEncoding(headers['content-encoding'])
  if (encoding !== '') metadata['content-encoding'] = encoding
  return metadata
}

/** `aws-chunked` is how the body came, not how it is kept. */
function contentEncoding(header = ''): string {
  const encodings = header.split(',').map(encoding => encoding.trim())
  return encodings.filter(encoding => encoding.toLowerCase() !== 'aws-chunked').join(',')
}
