import type { RequestHead } from '../http/exchange.ts'
import { S3Fault } from './s3-fault.ts'

/** What a request addresses: nothing (the service), a bucket, or an object. */
export interface Address {
  readonly bucket: string | undefined
  /** Decoded; `undefined` for the bucket itself. */
  readonly key: string | undefined
}

const maxKeyBytes = 1024

/** Host (`bucket.s3.eu-central-1.amazonaws.com`, `bucket.localhost`) and path (`/bucket/key`) as an address. */
export function addressOf(request: RequestHead): Address {
  const inHost = bucketOfHost(request.headers.host ?? '')
  const path = request.path.slice(1)
  if (inHost !== undefined) return { bucket: inHost, key: keyOf(path) }
  const [bucket = '', ...rest] = path.split('/')
  return bucket === ''
    ? { bucket: undefined, key: undefined }
    : { bucket: decoded(bucket), key: keyOf(rest.join('/')) }
}

/** Whether a host is S3's by its name: `s3.eu-central-1.amazonaws.com`, `bucket.s3.localhost`. */
export function isS3Host(host: string): boolean {
  return labelsOf(host).some(isServiceLabel)
}

/** The bucket of a virtual-hosted request; `undefined` where the bucket stands in the path. */
function bucketOfHost(host: string): string | undefined {
  const labels = labelsOf(host)
  // The last `s3` is the service's: a bucket may have that label too.
  const service = labels.findLastIndex(isServiceLabel)
  const end = service >= 0 ? service : labels.at(-1) === 'localhost' ? labels.length - 1 : 0
  return end > 0 ? labels.slice(0, end).join('.') : undefined
}

const isServiceLabel = (label: string): boolean => /^s3(?:-|$)/.test(label)

const labelsOf = (host: string): string[] => host.toLowerCase().replace(/:\d+$/, '').split('.')

function keyOf(path: string): string | undefined {
  if (path === '') return undefined
  const key = decoded(path)
  if (Buffer.byteLength(key) > maxKeyBytes) {
    throw new S3Fault(400, 'KeyTooLongError', 'Your key is too long', {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: String(maxKeyBytes),
    })
  }
  return key
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Fault(400, 'InvalidURI', "Couldn't parse the specified URI.", { URI: text })
  }
}
