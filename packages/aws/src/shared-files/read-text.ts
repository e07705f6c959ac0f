import { constants } from 'node:fs'
import { join } from 'node:path'
import { AwsError, type AwsErrorCode } from '../errors.ts'

/**
 * The text of a file, UTF-8, of at most `maxBytes`; undefined when there is no such file. Throws {@link AwsError}
 * of the given code when it cannot be read, is a pipe, is larger or no UTF-8.
 */
export async function readText(
  file: string,
  maxBytes: number,
  code: AwsErrorCode,
): Promise<string | undefined> {
  const bytes = await readBytes(file, maxBytes, code)
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new AwsError(code, `${file}: is not UTF-8`)
  }
}

async function readBytes(
  file: string,
  maxBytes: number,
  code: AwsErrorCode,
): Promise<Uint8Array | undefined> {
  try {
    // Loaded when a file is read: what has its keys in the environment starts faster.
    const { open } = await import('node:fs/promises')
    // Opening a pipe would wait for its writer for ever.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      if ((await handle.stat()).isFIFO()) {
        throw new AwsError(
          code,
          `${file}: is a pipe; expected a file, which is read again and again`,
        )
      }
      // Not by its size in the directory: a file that grows or has none there (a device) is bounded too.
      const buffer = Buffer.alloc(maxBytes + 1)
      let size = 0
      while (size < buffer.length) {
        const { bytesRead } = await handle.read(buffer, size, buffer.length - size, null)
        if (bytesRead === 0) break
        size += bytesRead
      }
      if (size > maxBytes) throw new AwsError(code, `${file}: larger than ${maxBytes} bytes`)
      return buffer.subarray(0, size)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (cause instanceof AwsError) throw cause
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined
    throw new AwsError(code, `${file}: cannot be read (${reason})`, { cause })
  }
}

/** The path with `~` at its start made the home folder. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}
