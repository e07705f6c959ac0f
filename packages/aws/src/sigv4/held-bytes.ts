import { createHash } from 'node:crypto'

/** The bytes of a chunk that wait until the whole of it is there. */
export interface HeldBytes {
  readonly add: (piece: Uint8Array) => void
  /** Their SHA-256 in hex; ends them. */
  readonly sha256: () => string
  readonly pieces: () => readonly Uint8Array[]
}

// So many pieces of 64 KiB, as sockets give them, are the largest chunk: more are smaller, and cost more than they hold.
const maxPieces = 64

/** Room for `size` bytes: kept as they came, or, when they come in very many pieces, copied into one buffer. */
export function heldBytes(size: number): HeldBytes {
  const hash = createHash('sha256')
  const pieces: Uint8Array[] = []
  let copy: Buffer | undefined
  let copied = 0
  return {
    add(piece) {
      hash.update(piece)
      if (copy === undefined && pieces.length < maxPieces) {
        pieces.push(piece)
        return
      }
      if (copy === undefined) {
        copy = Buffer.allocUnsafeSlow(size)
        for (const held of pieces) copied += write(copy, held, copied)
        pieces.length = 0
        pieces.push(copy)
      }
      copied += write(copy, piece, copied)
    },
    sha256: () => hash.digest('hex'),
    pieces: () => pieces,
  }
}

function write(into: Buffer, bytes: Uint8Array, at: number): number {
  into.set(bytes, at)
  return bytes.length
}
