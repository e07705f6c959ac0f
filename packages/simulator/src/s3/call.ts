import type { AwsState } from '../aws-state.ts'
import type { Outgoing, StreamingRequest } from '../http/exchange.ts'
import { authorize, denialText } from '../policy/authorize.ts'
import type { ConditionContext } from '../policy/context.ts'
import type { RequestCaller } from '../sts/caller-of.ts'
import { type ReceivedBody, receiveBody } from './receive.ts'
import { accessDenied, noSuchBucket } from './s3-fault.ts'
import { type Bucket, objectOverhead, type Store } from './store.ts'
import type { Uploads } from './uploads.ts'
import type { VerifiedS3Request } from './verify.ts'

/** What the operations of S3 work on. */
export interface S3State extends AwsState {
  readonly store: Store
  readonly uploads: Uploads
}

/** One verified call. */
export interface S3Call extends VerifiedS3Request {
  readonly state: S3State
  readonly request: StreamingRequest
  readonly query: URLSearchParams
  /** Name in the address; '' for the service itself. */
  readonly bucketName: string
  /** '' for a bucket itself. */
  readonly key: string
}

/** Answers one call, or throws `S3Fault`. */
export type S3Operation = (call: S3Call) => Outgoing | Promise<Outgoing>

/** The bucket of the address. Throws 404 NoSuchBucket. */
export function bucketOf(call: S3Call): Bucket {
  return bucketNamed(call, call.bucketName)
}

/** A bucket by its name. Throws 404 NoSuchBucket. */
export function bucketNamed({ state }: S3Call, name: string): Bucket {
  const bucket = state.store.buckets.get(name)
  if (bucket === undefined) throw noSuchBucket(name)
  return bucket
}

/** Whether the caller's policies allow an action on a bucket, or on an object of it. */
export function mayDo(
  caller: RequestCaller,
  action: string,
  bucket: Bucket,
  key?: string,
  context?: ConditionContext,
): boolean {
  return authorize(caller, action, resourceOf(bucket, key), context).allowed
}

/** As `mayDo`, but a no is thrown: 403 AccessDenied. */
export function permit(
  caller: RequestCaller,
  action: string,
  bucket: Bucket,
  key?: string,
  context?: ConditionContext,
): void {
  const resource = resourceOf(bucket, key)
  const decision = authorize(caller, action, resource, context)
  if (!decision.allowed) throw accessDenied(denialText(caller, action, resource, decision))
}

function resourceOf({ account, name }: Bucket, key: string | undefined) {
  const arn = `arn:${account.partition}:s3:::${name}${key === undefined ? '' : `/${key}`}`
  return { arn, accountId: account.id }
}

const maxDocumentBytes = 2_000_000

/** A body that is a document, or nothing. */
export async function receiveDocument({ request, reader }: S3Call): Promise<Uint8Array> {
  const free = { reserve: () => undefined, release: () => undefined }
  const body = await receiveBody(request, reader, { maxBytes: maxDocumentBytes, ...free })
  return Buffer.concat(body.blocks)
}

/** The body of an object or part; its bytes and one object's overhead are reserved when it returns. */
export async function receiveObject({ request, reader, state }: S3Call): Promise<ReceivedBody> {
  const { store } = state
  store.reserve(objectOverhead)
  try {
    return await receiveBody(request, reader, {
      maxBytes: store.maxObjectBytes,
      reserve: store.reserve,
      release: store.release,
      needsLength: true,
    })
  } catch (error) {
    store.release(objectOverhead)
    throw error
  }
}

/** Keeps what `receiveObject` reserved if `keep` does not throw, else lets it go. */
export function keepOrRelease<T>(store: Store, { size }: ReceivedBody, keep: () => T): T {
  try {
    return keep()
  } catch (error) {
    store.release(size + objectOverhead)
    throw error
  }
}
