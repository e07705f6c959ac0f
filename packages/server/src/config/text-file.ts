import { open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** Why a file could not be read, in words that do not quote it. */
export class UnreadableFile extends Error {}

/** The file's text: strict UTF-8 (a byte order mark is dropped), at most `maxBytes`. */
export async function readTextFile(file: string, maxBytes: number): Promise<string> {
  const bytes = await readBytes(file, maxBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UnreadableFile('it is not UTF-8 text')
  }
}

/** A path in the configuration: `~/` is the home directory, all else is relative to the file. */
export function resolvePath(directory: string, path: string): string {
  if (path.startsWith('~/')) return join(homedir(), path.slice(2))
  return isAbsolute(path) ? path : resolve(directory, path)
}

async function readBytes(file: string, maxBytes: number): Promise<Uint8Array> {
  let handle: Awaited<ReturnType<typeof open>> | undefined
  try {
    handle = await open(file, 'r')
    if ((await handle.stat()).isDirectory()) throw new UnreadableFile('it is a directory')
    // One byte more than allowed tells "too large" for pipes too, whose size nobody knows before.
    const buffer = Buffer.alloc(maxBytes + 1)
    let length = 0
    while (length <= maxBytes) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null)
      if (bytesRead === 0) break
      length += bytesRead
    }
    if (length > maxBytes) throw new UnreadableFile(`it is larger than ${maxBytes / 1024} KiB`)
    return buffer.subarray(0, length)
  } catch (error) {
    if (error instanceof UnreadableFile) throw error
    throw new UnreadableFile(reasons[codeOf(error)] ?? `reading it failed (${codeOf(error)})`)
  } finally {
    await handle?.close()
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a directory',
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
