import { longNames } from '../names.ts'
import type { Decoded } from './decode.ts'
import { malformed } from './fail.ts'
import { exceeded, type XmlLimits } from './limits.ts'
import { endOfNcName } from './names.ts'
import type { NamespaceScope } from './namespaces.ts'
import type { XmlElement } from './nodes.ts'

/** Where the reading of a document stands; `at` is the offset of the next character. */
export interface Reader extends Decoded {
  readonly limits: XmlLimits
  readonly scope: NamespaceScope
  at: number
  nodes: number
  /** Whether the attribute value read last has no reference, tab or line end in it. */
  isPlain: boolean
  /** Every element so far, in document order. */
  readonly elements: XmlElement[]
}

/** A qualified name, taken apart at its colon. */
export interface QualifiedName {
  readonly name: string
  readonly prefix: string
  readonly local: string
}

/** Reads `prefix:local` or `local` (xml-names, production 7). */
export function readName(reader: Reader): QualifiedName {
  const { text, units, at, limits } = reader
  let end = endOfNcName(units, at)
  let colon = -1
  if (units[end] === 0x3a) {
    colon = end
    end = endOfNcName(units, end + 1)
  }
  if (end - at > limits.name) exceeded('length of a name', limits.name)
  reader.at = end
  const name = text.slice(at, end)
  if (colon === -1) return { name, prefix: '', local: known(name) }
  return { name, prefix: text.slice(at, colon), local: known(text.slice(colon + 1, end)) }
}

// A slice of 13 letters or more is a view of the document: comparing it with a name takes a call to
// the runtime each time. Those of our vocabulary become the very text with which readers compare.
const shortestView = 13

function known(local: string): string {
  return local.length < shortestView ? local : (longNames.get(local) ?? local)
}

/** Skips white space; line ends are normalized already. */
export function skipSpace(reader: Reader): void {
  const { units } = reader
  for (;;) {
    const unit = units[reader.at]
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x09) return
    reader.at += 1
  }
}

/** Reads over one expected character. */
export function expect(reader: Reader, unit: number, check: string): void {
  if (reader.units[reader.at] !== unit) malformed(check, reader.at)
  reader.at += 1
}

/** Counts one more node of the document. */
export function countNode(reader: Reader): void {
  reader.nodes += 1
  if (reader.nodes > reader.limits.nodes) exceeded('nodes of a document', reader.limits.nodes)
}
