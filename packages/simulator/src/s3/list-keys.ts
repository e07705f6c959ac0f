/** What to list: as the parameters of ListObjectsV2. */
export interface ListRequest {
  readonly prefix: string
  /** Keys with it after the prefix are one common prefix, up to and with it. '' for none. */
  readonly delimiter: string
  readonly max: number
  readonly after: Mark | undefined
}

/** Where a page begins: after a key, or after all keys of a common prefix. */
export interface Mark {
  readonly kind: 'key' | 'prefix'
  readonly text: string
}

/** A page: keys and common prefixes, both in order, and where the next one begins. */
export interface ListPage {
  readonly keys: readonly string[]
  readonly prefixes: readonly string[]
  readonly next: Mark | undefined
}

/** One page of sorted keys. */
export function listKeys(sorted: readonly string[], request: ListRequest): ListPage {
  const { prefix, delimiter, max, after } = request
  const keys: string[] = []
  const prefixes: string[] = []
  let last: Mark | undefined
  for (const key of sorted) {
    if (!key.startsWith(prefix) || isBehind(key, after)) continue
    const common = commonPrefix(key, prefix, delimiter)
    if (common !== undefined && common === prefixes.at(-1)) continue
    if (keys.length + prefixes.length >= max) return { keys, prefixes, next: last }
    if (common === undefined) keys.push(key)
    else prefixes.push(common)
    last = common === undefined ? { kind: 'key', text: key } : { kind: 'prefix', text: common }
  }
  return { keys, prefixes, next: undefined }
}

function isBehind(key: string, after: Mark | undefined): boolean {
  if (after === undefined) return false
  if (after.kind === 'prefix' && key.startsWith(after.text)) return true
  return compareUtf8(key, after.text) <= 0
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/** The order of S3's lists: that of the bytes of UTF-8. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at)
    const y = b.charCodeAt(at)
    if (x !== y) return weight(x) - weight(y)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all other code units. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit
}

/** A mark as an opaque token. */
export function tokenOf(mark: Mark): string {
  return Buffer.from(JSON.stringify([mark.kind, mark.text])).toString('base64url')
}

/** The mark of a token; `undefined` when it is none of ours. */
export function markOf(token: string): Mark | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (!Array.isArray(read)) return undefined
    const [kind, text]: unknown[] = read
    const isMark = (kind === 'key' || kind === 'prefix') && typeof text === 'string'
    return isMark ? { kind, text } : undefined
  } catch {
    return undefined
  }
}
