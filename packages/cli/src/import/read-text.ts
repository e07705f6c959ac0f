import { open } from 'node:fs/promises'
import { Failure } from '../failure.ts'

const maxBytes = 4 * 1_048_576

/** The text of an old file: UTF-8, at most 4 MiB. */
export async function readText(file: string): Promise<string> {
  try {
    const handle = await open(file)
    try {
      const buffer = Buffer.alloc(maxBytes + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
        if (bytesRead === 0) break
        length += bytesRead
        if (length > maxBytes) throw new Failure('refused', `${file} is larger than 4 MiB`)
      }
      return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, length))
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : code
    throw new Failure('refused', `${file} cannot be read: ${reason}`, 'check its path and mode')
  }
}
