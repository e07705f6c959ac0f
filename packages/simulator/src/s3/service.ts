import type { AwsState } from '../aws-state.ts'
import type { Outgoing, RequestHead, StreamingRequest } from '../http/exchange.ts'
import { type StreamingService, signingName } from '../service.ts'
import { type Address, addressOf, isS3Host } from './address.ts'
import { errorAnswer } from './answer.ts'
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './buckets.ts'
import { receiveDocument, type S3Operation, type S3State } from './call.ts'
import { listObjectsV2 } from './list-objects.ts'
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
  uploadPart,
} from './multipart.ts'
import { operationOf, type S3OperationName } from './operation.ts'
import { getObject } from './read-object.ts'
import { invalidRequest, notImplemented } from './s3-fault.ts'
import { createStore, type S3Limits } from './store.ts'
import { createUploads } from './uploads.ts'
import { s3FaultOf, verifyHead } from './verify.ts'
import { copyObject, deleteObject, deleteObjects, putObject } from './write-object.ts'

/** What each operation does. */
export const s3Operations: Readonly<Record<S3OperationName, S3Operation>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  ListObjectsV2: listObjectsV2,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: getObject,
  DeleteObject: deleteObject,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
}

/** S3 with the buckets of the world. */
export function createS3(aws: AwsState, limits?: S3Limits): StreamingService {
  const store = createStore(limits)
  for (const bucket of aws.world.buckets) store.createBucket({ ...bucket, created: aws.now() })
  return s3Service({ ...aws, store, uploads: createUploads(store) })
}

/** What is signed for S3, and unsigned what asks a host of S3's. */
const s3Service = (state: S3State): StreamingService => ({
  name: 'S3',
  matches(request) {
    const name = signingName(request)
    if (name !== undefined) return name === 's3'
    return isS3Host(request.headers.host ?? '') || isSignedByV2(request)
  },
  operation(request) {
    const named = operationOf(request, addressOrNothing(request))
    return 'name' in named ? named.name : named.missing
  },
  handle: request => handleS3(state, request),
})

async function handleS3(state: S3State, request: StreamingRequest): Promise<Outgoing> {
  try {
    if (isSignedByV2(request)) throw invalidRequest(onlyV4)
    const { bucket: bucketName = '', key = '' } = addressOf(request)
    const bucket = state.store.buckets.get(bucketName)
    const verified = verifyHead(state, request, bucket?.region)
    const query = new URLSearchParams(request.query)
    const call = { ...verified, state, request, query, bucketName, key }
    const named = operationOf(request, addressOf(request))
    if ('name' in named) return await s3Operations[named.name](call)
    await receiveDocument(call)
    throw notImplemented(named.missing)
  } catch (error) {
    return errorAnswer(s3FaultOf(error, request, state.now()), request, state.now())
  }
}

/** As regions of S3 that never knew Signature Version 2 say it; boto3 signs URLs so if not told otherwise. */
const onlyV4 =
  'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'

function isSignedByV2({ headers, query }: RequestHead): boolean {
  return /^AWS /.test(headers.authorization ?? '') || /(?:^|&)AWSAccessKeyId=/.test(query)
}

/** The address, for the name of the operation alone: one that is malformed is refused later. */
function addressOrNothing(request: RequestHead): Address {
  try {
    return addressOf(request)
  } catch {
    return { bucket: undefined, key: undefined }
  }
}
