import { randomBytes } from 'node:crypto'
import { S3Fault } from './s3-fault.ts'
import { type Bucket, objectOverhead, type Store } from './store.ts'

/** A part that arrived. */
export interface Part {
  readonly blocks: readonly Uint8Array[]
  readonly size: number
  readonly md5: Uint8Array
  readonly checksums: Readonly<Record<string, string>>
  readonly modified: Date
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  readonly id: string
  readonly bucket: Bucket
  readonly key: string
  /** What the object's GET will answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly parts: Map<number, Part>
}

/** The unfinished uploads of one simulator. */
export interface Uploads {
  create(upload: Pick<Upload, 'bucket' | 'key' | 'headers'>): Upload
  find(bucket: Bucket, key: string, id: string): Upload | undefined
  /** Keeps a part whose bytes were reserved, in the place of one of the same number. */
  putPart(upload: Upload, number: number, part: Part): void
  /** Forgets an upload; its parts are let go, but for those of `keep`. */
  remove(upload: Upload, keep?: ReadonlySet<number>): void
  removeOf(bucket: Bucket): void
}

const maxUploads = 1000

/** No uploads yet. */
export function createUploads(store: Store): Uploads {
  const uploads = new Map<string, Upload>()
  const letGo = (part: Part | undefined) => {
    if (part !== undefined) store.release(part.size + objectOverhead)
  }
  const remove = (upload: Upload, keep: ReadonlySet<number> = new Set()) => {
    if (!uploads.delete(upload.id)) return
    for (const [number, part] of upload.parts) if (!keep.has(number)) letGo(part)
  }
  return {
    create(upload) {
      if (uploads.size >= maxUploads) {
        const message = `The simulator holds ${maxUploads} unfinished uploads at most. Complete or abort some.`
        throw new S3Fault(507, 'InsufficientStorage', message)
      }
      const id = randomBytes(24).toString('base64url')
      const made = { ...upload, id, parts: new Map<number, Part>() }
      uploads.set(id, made)
      return made
    },
    find(bucket, key, id) {
      const upload = uploads.get(id)
      return upload?.bucket === bucket && upload.key === key ? upload : undefined
    },
    putPart(upload, number, part) {
      letGo(upload.parts.get(number))
      upload.parts.set(number, part)
    },
    remove,
    removeOf(bucket) {
      for (const upload of uploads.values()) if (upload.bucket === bucket) remove(upload)
    },
  }
}
