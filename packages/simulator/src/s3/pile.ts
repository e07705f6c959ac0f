/** Bytes in blocks of one size: what arrives in small pieces would else hold the large buffers it came in. */
export interface Pile {
  readonly size: number
  append(bytes: Uint8Array): void
  /** The bytes as blocks. The pile must not be used after. */
  finish(): readonly Uint8Array[]
}

const blockBytes = 256 * 1024

/** An empty pile. */
export function createPile(): Pile {
  const blocks: Uint8Array[] = []
  let open = new Uint8Array(0)
  let used = 0
  let size = 0
  return {
    get size() {
      return size
    },
    append(bytes) {
      size += bytes.length
      for (let at = 0; at < bytes.length; ) {
        if (used === open.length) {
          if (used > 0) blocks.push(open)
          open = new Uint8Array(blockBytes)
          used = 0
        }
        const part = bytes.subarray(at, at + open.length - used)
        open.set(part, used)
        used += part.length
        at += part.length
      }
    },
    finish() {
      // A copy of what is used lets go of the rest of the block.
      if (used > 0) blocks.push(used === open.length ? open : open.slice(0, used))
      return blocks
    },
  }
}

/** The bytes from `start` up to `end` of blocks. */
export function* slices(
  blocks: readonly Uint8Array[],
  start: number,
  end: number,
): Generator<Uint8Array> {
  let at = 0
  for (const block of blocks) {
    const from = Math.max(0, start - at)
    const to = Math.min(block.length, end - at)
    if (from < to) yield block.subarray(from, to)
    at += block.length
    if (at >= end) return
  }
}
