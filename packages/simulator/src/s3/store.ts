import type { LoadedAccount } from '../world/loaded.ts'
import { compareUtf8 } from './list-keys.ts'
import { S3Fault } from './s3-fault.ts'

/** An object as it is kept. */
export interface StoredObject {
  readonly key: string
  readonly blocks: readonly Uint8Array[]
  readonly size: number
  /** With its quotes. */
  readonly etag: string
  /** What a GET answers beside its own headers: content type, metadata, … */
  readonly headers: Readonly<Record<string, string>>
  /** `x-amz-checksum-*` */
  readonly checksums: Readonly<Record<string, string>>
  readonly modified: Date
}

/** A bucket and its objects. */
export interface Bucket {
  readonly name: string
  readonly account: LoadedAccount
  readonly region: string
  readonly created: Date
  get(key: string): StoredObject | undefined
  /** Keeps an object whose bytes were reserved; what it replaces is let go. */
  put(object: StoredObject): void
  delete(key: string): void
  /** Keys in the order of S3's lists. */
  keys(): readonly string[]
}

/** What a simulator's S3 may hold. */
export interface S3Limits {
  /** Bytes of one object. Default 128 MiB. */
  readonly maxObjectBytes?: number
  /** Bytes of all objects and unfinished uploads together. Default 512 MiB. */
  readonly maxTotalBytes?: number
}

/** The buckets of one simulator. */
export interface Store {
  readonly buckets: ReadonlyMap<string, Bucket>
  readonly maxObjectBytes: number
  createBucket(bucket: Pick<Bucket, 'name' | 'account' | 'region' | 'created'>): void
  deleteBucket(name: string): void
  /** Claims memory; throws 507 when there is not so much. */
  reserve(bytes: number): void
  release(bytes: number): void
}

/** What an object costs beside its bytes, so that empty ones are bounded too. */
export const objectOverhead = 4096
const maxBuckets = 1000

/** No buckets yet. */
export function createStore(limits: S3Limits = {}): Store {
  const { maxObjectBytes = 128 * 1024 * 1024, maxTotalBytes = 512 * 1024 * 1024 } = limits
  const buckets = new Map<string, Bucket>()
  let held = 0
  const release = (bytes: number) => {
    held -= bytes
  }
  return {
    buckets,
    maxObjectBytes,
    release,
    reserve(bytes) {
      if (held + bytes > maxTotalBytes) {
        const message = `The simulator holds ${maxTotalBytes} bytes of objects at most. Delete some, or raise s3.maxTotalBytes.`
        throw new S3Fault(507, 'InsufficientStorage', message)
      }
      held += bytes
    },
    createBucket(bucket) {
      if (buckets.size >= maxBuckets) {
        const message = `You have attempted to create more buckets than allowed: ${maxBuckets}`
        throw new S3Fault(400, 'TooManyBuckets', message)
      }
      buckets.set(bucket.name, openBucket(bucket, release))
    },
    deleteBucket(name) {
      buckets.delete(name)
    },
  }
}

function openBucket(
  bucket: Pick<Bucket, 'name' | 'account' | 'region' | 'created'>,
  release: (bytes: number) => void,
): Bucket {
  const objects = new Map<string, StoredObject>()
  let sorted: readonly string[] | undefined
  const letGo = (object: StoredObject | undefined) => {
    if (object !== undefined) release(object.size + objectOverhead)
  }
  return {
    ...bucket,
    get: key => objects.get(key),
    put(object) {
      letGo(objects.get(object.key))
      if (!objects.has(object.key)) sorted = undefined
      objects.set(object.key, object)
    },
    delete(key) {
      letGo(objects.get(key))
      if (objects.delete(key)) sorted = undefined
    },
    keys() {
      sorted ??= [...objects.keys()].sort(compareUtf8)
      return sorted
    },
  }
}
