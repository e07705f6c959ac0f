import { SamlError } from '../errors.ts'

/** What a document may cost; checked while it is read (R3). Lengths are in characters unless said. */
export interface XmlLimits {
  /** Bytes of UTF-8. */
  readonly bytes: number
  /** Nested elements; 256 at most. */
  readonly depth: number
  /** Attributes of one element, namespace declarations not counted. */
  readonly attributes: number
  /** Namespace declarations of one element. */
  readonly namespaces: number
  /** Start tags, end tags, runs of text, CDATA sections, comments and instructions together. */
  readonly nodes: number
  /** A qualified name. */
  readonly name: number
  /** One run of text, CDATA section, comment, attribute value. */
  readonly text: number
}

/** Limits of a protocol message, the default. */
export const messageLimits: XmlLimits = Object.freeze({
  bytes: 256 * 1024,
  depth: 64,
  attributes: 64,
  namespaces: 32,
  nodes: 20_000,
  name: 256,
  text: 128 * 1024,
})

/** Limits of a metadata document: federations publish thousands of entities in one, with their logos. */
export const metadataLimits: XmlLimits = Object.freeze({
  ...messageLimits,
  bytes: 10 * 1024 * 1024,
  nodes: 1_000_000,
  text: 1024 * 1024,
})

const maxDepth = 256

/** The default limits with some replaced. A limit that is no positive number is refused. */
export function resolveLimits(limits: Partial<XmlLimits>): XmlLimits {
  if (limits === messageLimits || limits === metadataLimits) return limits as XmlLimits
  const resolved = { ...messageLimits, ...limits }
  for (const [name, value] of Object.entries(resolved)) {
    // A count that is compared with a fraction or a text would pass it without being equal to it.
    const isLimit = (Number.isInteger(value) && value > 0) || value === Number.POSITIVE_INFINITY
    if (name in messageLimits && !isLimit) {
      const expected = 'a whole number, 1 or more'
      throw new SamlError('option.invalid', { check: `limit ${name}`, expected })
    }
  }
  return { ...resolved, depth: Math.min(resolved.depth, maxDepth) }
}

/** Refuses what goes beyond a limit. */
export function exceeded(limit: string, allowed: number): never {
  throw new SamlError('xml.limit', { check: limit, expected: `at most ${allowed}` })
}
