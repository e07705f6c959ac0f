import type { RequestHead } from '../http/exchange.ts'
import { preconditionFailed, S3Fault } from './s3-fault.ts'
import type { StoredObject } from './store.ts'

/** Checks the conditions of a read (RFC 9110 13.2.2). True: not modified. Throws 412 PreconditionFailed. */
export function isNotModified({ headers }: RequestHead, object: StoredObject): boolean {
  const seconds = Math.floor(object.modified.getTime() / 1000) * 1000
  const match = headers['if-match']
  const since = Date.parse(headers['if-unmodified-since'] ?? '')
  if (match !== undefined) {
    if (!names(match, object.etag)) throw preconditionFailed('If-Match')
  } else if (since < seconds) {
    throw preconditionFailed('If-Unmodified-Since')
  }
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined) return names(noneMatch, object.etag)
  return Date.parse(headers['if-modified-since'] ?? '') >= seconds
}

/** Checks the conditions of a write: `If-None-Match: *` and `If-Match: etag`. */
export function checkWrite({ headers }: RequestHead, object: StoredObject | undefined): void {
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Fault(501, 'NotImplemented', 'If-None-Match of a write is * only.')
  }
  if (noneMatch === '*' && object !== undefined) throw preconditionFailed('If-None-Match')
  const match = headers['if-match']
  if (match === undefined) return
  if (object === undefined) {
    throw new S3Fault(404, 'NoSuchKey', 'The specified key does not exist.')
  }
  if (!names(match, object.etag)) throw preconditionFailed('If-Match')
}

function names(header: string, etag: string): boolean {
  return header.split(',').some(item => {
    const one = item.trim().replace(/^W\//, '')
    return one === '*' || one === etag || `"${one}"` === etag
  })
}
