/** An entry as the directory gave it. Names of attributes do not differ by case (RFC 4512, 2.5). */
export interface LdapEntry {
  readonly dn: string
  /** The values that are text, in their order. */
  texts(attribute: string): readonly string[]
  /** The first value as it is. */
  bytes(attribute: string): Buffer | undefined
}

/** From what the client library makes of an entry. */
export function readEntry(found: {
  readonly dn: string
  readonly [name: string]: unknown
}): LdapEntry {
  const values = new Map<string, readonly unknown[]>()
  for (const [name, value] of Object.entries(found)) {
    if (name === 'dn') continue
    values.set(name.toLowerCase(), Array.isArray(value) ? value : [value])
  }
  const of = (attribute: string) => values.get(attribute.toLowerCase()) ?? []
  return Object.freeze({
    dn: found.dn,
    texts: (attribute: string) => of(attribute).filter(value => typeof value === 'string'),
    bytes(attribute: string) {
      const [first] = of(attribute)
      if (Buffer.isBuffer(first)) return first
      return typeof first === 'string' ? Buffer.from(first) : undefined
    },
  })
}
