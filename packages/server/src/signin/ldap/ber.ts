/** The little of BER that LDAP uses (RFC 4511, 5.1): tags of one byte, lengths of up to four. */

/** An element; its content is `bytes.subarray(from, to)`. */
export interface Element {
  readonly tag: number
  readonly from: number
  readonly to: number
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
} as const

/**
 * The element that begins at `at`, `'incomplete'` while its first bytes are missing, and undefined when it
 * is none of LDAP's. Its content may reach beyond the bytes that are there.
 */
export function elementAt(bytes: Buffer, at: number): Element | 'incomplete' | undefined {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) return 'incomplete'
  if ((tag & 0x1f) === 0x1f) return undefined
  if (first < 0x80) return { tag, from: at + 2, to: at + 2 + first }
  const count = first & 0x7f
  if (count === 0 || count > 4) return undefined
  const from = at + 2 + count
  if (bytes.length < from) return 'incomplete'
  return { tag, from, to: from + bytes.readUIntBE(at + 2, count) }
}

/** Reads the elements inside one, in their order. */
export interface Inside {
  /** The next one; undefined when there is none of that tag that ends where it must. */
  next(tag: number): Element | undefined
  /** The tag of what comes next; undefined at the end. */
  readonly peek: number | undefined
}

/** What is inside of an element that is there to its end. */
export function inside(bytes: Buffer, { from, to }: Element): Inside {
  let at = from
  return {
    get peek() {
      return at < to ? bytes[at] : undefined
    },
    next(tag) {
      if (at >= to) return undefined
      const found = elementAt(bytes, at)
      if (found === undefined || found === 'incomplete') return undefined
      if (found.tag !== tag || found.to > to) return undefined
      at = found.to
      return found
    },
  }
}
