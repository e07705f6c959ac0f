import type { RequestHead } from '../http/exchange.ts'
import type { Address } from './address.ts'

/** The operations of S3 that the simulator has. */
export type S3OperationName =
  | 'ListBuckets'
  | 'CreateBucket'
  | 'HeadBucket'
  | 'DeleteBucket'
  | 'GetBucketLocation'
  | 'ListObjectsV2'
  | 'DeleteObjects'
  | 'PutObject'
  | 'CopyObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'

/** Query parameters that choose another operation or state of a bucket or object than those above have. */
const elsewhere: ReadonlySet<string> = new Set(
  `abac accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging
metadataConfiguration metadataTable metrics notification object-lock ownershipControls policy policyStatus
publicAccessBlock renameObject replication requestPayment restore retention select session tagging torrent uploads
versionId versioning versions website`.split(/\s/),
)

/**
 * The operation that method and query ask for, by whether a bucket or an object is addressed; for what the simulator
 * has not, what it would be, in words.
 */
export function operationOf(
  { method, query, headers }: RequestHead,
  { bucket, key }: Address,
): { readonly name: S3OperationName } | { readonly missing: string } {
  const parameters = new Set(new URLSearchParams(query).keys())
  const has = (name: string) => parameters.has(name)
  if (key !== undefined && method === 'POST' && has('uploads')) {
    return { name: 'CreateMultipartUpload' }
  }
  const other = [...parameters].find(name => elsewhere.has(name))
  if (other !== undefined) return { missing: `${method} with ?${other}` }
  if (bucket === undefined) {
    return method === 'GET' ? { name: 'ListBuckets' } : { missing: `${method} of the service` }
  }
  const name =
    key === undefined
      ? bucketOperation(method, has, new URLSearchParams(query).get('list-type'))
      : objectOperation(method, has, headers['x-amz-copy-source'] !== undefined)
  if (name !== undefined) return { name }
  const what = key === undefined ? 'bucket' : 'object'
  return { missing: `${method} of a ${what}${query === '' ? '' : ' with these parameters'}` }
}

function bucketOperation(
  method: string,
  has: (name: string) => boolean,
  listType: string | null,
): S3OperationName | undefined {
  switch (method) {
    case 'GET':
      if (has('location')) return 'GetBucketLocation'
      return listType === '2' ? 'ListObjectsV2' : undefined
    case 'HEAD':
      return 'HeadBucket'
    case 'PUT':
      return 'CreateBucket'
    case 'DELETE':
      return 'DeleteBucket'
    case 'POST':
      return has('delete') ? 'DeleteObjects' : undefined
    default:
      return undefined
  }
}

function objectOperation(
  method: string,
  has: (name: string) => boolean,
  isCopy: boolean,
): S3OperationName | undefined {
  const isPart = has('uploadId')
  switch (method) {
    case 'GET':
      if (has('partNumber')) return undefined
      return isPart ? 'ListParts' : 'GetObject'
    case 'HEAD':
      return has('partNumber') ? undefined : 'HeadObject'
    case 'PUT':
      if (isPart) return isCopy ? undefined : 'UploadPart'
      return isCopy ? 'CopyObject' : 'PutObject'
    case 'POST':
      return isPart ? 'CompleteMultipartUpload' : undefined
    case 'DELETE':
      return isPart ? 'AbortMultipartUpload' : 'DeleteObject'
    default:
      return undefined
  }
}
