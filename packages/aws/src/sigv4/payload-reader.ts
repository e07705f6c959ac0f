import { createHash } from 'node:crypto'
import { AwsError } from '../errors.ts'
import { createChunkReader } from './chunk-reader.ts'
import { payloadMismatch } from './claimed-content.ts'
import { equalTexts } from './equal-texts.ts'
import type { PayloadReader, VerifiedRequest } from './verify-types.ts'

/** The bounds of a {@link PayloadReader}. */
export interface PayloadReaderOptions {
  /** The largest signed chunk, all of which is held until its signature is checked. Default 4 MiB. */
  readonly maxChunkBytes?: number
}

/** Reads and checks the body of a request that `verifyRequestHead` verified. */
export function createPayloadReader(
  verified: VerifiedRequest,
  options: PayloadReaderOptions = {},
): PayloadReader {
  const { payload } = verified
  switch (payload.kind) {
    case 'chunks':
      return failingOnce(createChunkReader(payload, options.maxChunkBytes ?? 4 * 1024 * 1024))
    case 'sha256':
      return failingOnce(createHashReader(payload.sha256, verified.service))
    case 'unsigned':
      return failingOnce({ push: bytes => [bytes], end: () => ({}) })
  }
}

function createHashReader(sha256: string, service: string): PayloadReader {
  const hash = createHash('sha256')
  return {
    push(bytes) {
      hash.update(bytes)
      return [bytes]
    },
    end() {
      if (!equalTexts(hash.digest('hex'), sha256)) throw payloadMismatch(service)
      return {}
    },
  }
}

/** What has failed or ended stays so: nothing after a refused byte can be taken for checked. */
function failingOnce(reader: PayloadReader): PayloadReader {
  let outcome: unknown
  function once<T>(step: () => T): T {
    if (outcome !== undefined) throw outcome
    try {
      return step()
    } catch (error) {
      outcome = error
      throw error
    }
  }
  return Object.freeze({
    push: (bytes: Uint8Array) => once(() => reader.push(bytes)),
    end: () =>
      once(() => {
        const trailers = reader.end()
        outcome = new AwsError('invalid_argument', 'the body was ended before')
        return trailers
      }),
  })
}
