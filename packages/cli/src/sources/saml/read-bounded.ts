import { open } from 'node:fs/promises'

/** The text of a file of at most so many bytes; undefined: it is larger. Throws what the system says. */
export async function readBounded(file: string, maxBytes: number): Promise<string | undefined> {
  const handle = await open(file)
  try {
    const buffer = Buffer.alloc(maxBytes + 1)
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
    return bytesRead > maxBytes ? undefined : buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
