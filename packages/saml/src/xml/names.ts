import type { Decoded } from './decode.ts'
import { malformed } from './fail.ts'

// One byte per ASCII character: 1 = may stand in a name, 2 = may also begin one. The colon is
// left out: it separates the two parts of a qualified name and is read on its own.
const classes = new Uint8Array(128)
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_') {
  classes[letter.charCodeAt(0)] = 2
}
for (const sign of '0123456789-.') classes[sign.charCodeAt(0)] = 1

// XML 1.0 (fifth edition) productions 4 and 4a, beyond ASCII.
const startRanges = [
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
  [0x10000, 0xeffff],
] as const
const furtherRanges = [
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
] as const

/** 2 when a code point may begin a name without colon (NCName), 1 when it may only follow, else 0. */
function classOf(point: number): number {
  if (point < 128) return classes[point] ?? 0
  if (startRanges.some(([from, to]) => point >= from && point <= to)) return 2
  return furtherRanges.some(([from, to]) => point >= from && point <= to) ? 1 : 0
}

/** The offset after the NCName that begins at `at`; refuses when none begins there. */
export function endOfNcName(units: Decoded['units'], at: number): number {
  let end = at
  let needed = 2
  for (;;) {
    // Past the end of the text is a unit of no class.
    const unit = units[end] ?? 0
    if (unit < 128) {
      if ((classes[unit] ?? 0) < needed) break
      end += 1
    } else {
      const isPair = unit >= 0xd800 && unit <= 0xdbff
      const point = isPair ? codePoint(unit, units[end + 1] ?? 0) : unit
      if (classOf(point) < needed) break
      end += isPair ? 2 : 1
    }
    needed = 1
  }
  if (end === at) malformed('XML name', at)
  return end
}

function codePoint(high: number, low: number): number {
  return 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00)
}

/** Whether a whole text is an NCName (xml-names, production 4). */
export function isNcName(value: string): boolean {
  let needed = 2
  for (const character of value) {
    if (classOf(character.codePointAt(0) ?? 0) < needed) return false
    needed = 1
  }
  return needed === 1
}
