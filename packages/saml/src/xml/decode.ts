import { SamlError } from '../errors.ts'
import { exceeded } from './limits.ts'

/** A text with its UTF-16 code units, which are faster to look at one by one than characters. */
export interface Decoded {
  readonly text: string
  readonly units: Uint8Array | Uint16Array
  /** The same memory, to compare runs of units by four octets. */
  readonly octets: DataView
}

const blockLength = 64
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The text of a document, before it is parsed (R1): UTF-8 or nothing, one byte order mark allowed,
 * only XML characters, line ends as XML 1.0 section 2.11 wants them. `maxBytes` counts UTF-8.
 */
export function decodeText(input: string | Uint8Array, maxBytes: number): Decoded {
  if (typeof input !== 'string' && !ArrayBuffer.isView(input)) {
    throw new SamlError('option.invalid', {
      check: 'XML text',
      expected: 'a text or a Uint8Array',
      received: typeof input,
    })
  }
  const octets =
    typeof input === 'string' ? fromString(input, maxBytes) : fromBytes(input, maxBytes)
  const isAscii = refuseControls(octets)
  const text = typeof input === 'string' ? input : textOf(octets, isAscii)
  if (isAscii && !text.includes('\r')) return { text, units: octets, octets: viewOf(octets) }
  if (text.includes('\uFFFE') || text.includes('\uFFFF')) forbidden('U+FFFE or U+FFFF')
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  return unitsOf(body.includes('\r') ? body.replace(/\r\n?/g, '\n') : body)
}

/** A text with its code units. */
export function unitsOf(text: string): Decoded {
  const octets = Buffer.from(text, 'utf16le')
  if (!isLittleEndian) octets.swap16()
  const units = new Uint16Array(octets.buffer, octets.byteOffset, text.length)
  return { text, units, octets: viewOf(octets) }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function fromBytes(bytes: Uint8Array, maxBytes: number): Buffer {
  if (bytes.byteLength > maxBytes) exceeded('bytes of a document', maxBytes)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function textOf(octets: Buffer, isAscii: boolean): string {
  if (isAscii) return octets.toString('latin1')
  try {
    return utf8.decode(octets)
  } catch {
    throw new SamlError('xml.encoding', { check: 'UTF-8', received: 'other bytes' })
  }
}

function fromString(text: string, maxBytes: number): Buffer {
  if (text.length > maxBytes || Buffer.byteLength(text, 'utf8') > maxBytes) {
    exceeded('bytes of a document', maxBytes)
  }
  if (!text.isWellFormed()) forbidden('a lone surrogate')
  return Buffer.from(text, 'utf8')
}

/** Refuses control characters but tab and line ends; tells whether all octets are ASCII. */
function refuseControls(octets: Buffer): boolean {
  // Four octets at a time: this reads every document, and one by one would cost as much as parsing.
  const words = wordsOf(octets)
  const whole = octets.length - (octets.length % blockLength)
  let highBits = 0
  for (let block = 0; block < whole; block += blockLength) {
    let low = 0
    for (let at = block / 4; at < (block + blockLength) / 4; at += 1) {
      const word = words[at] ?? 0
      // The high bit of an octet below 0x20 is set here, now and then that of its neighbour too.
      low |= (word - 0x20202020) & ~word
      highBits |= word
    }
    if ((low & 0x80808080) !== 0) refuseControl(octets, block, block + blockLength)
  }
  refuseControl(octets, whole, octets.length)
  for (let at = whole; at < octets.length; at += 1) highBits |= octets[at] ?? 0
  return (highBits & 0x80808080) === 0
}

function wordsOf(octets: Buffer): Int32Array {
  const { buffer, byteOffset, length } = octets
  if (byteOffset % 4 === 0) return new Int32Array(buffer, byteOffset, Math.floor(length / 4))
  return new Int32Array(new Uint8Array(octets).buffer, 0, Math.floor(length / 4))
}

function refuseControl(octets: Buffer, from: number, end: number): void {
  for (let at = from; at < end; at += 1) {
    const octet = octets[at] ?? 0
    if (octet >= 0x20 || octet === 0x0a || octet === 0x09 || octet === 0x0d) continue
    forbidden(`U+${octet.toString(16).toUpperCase().padStart(4, '0')}`)
  }
}

function forbidden(received: string): never {
  throw new SamlError('xml.character', { check: 'XML character', received })
}

const declaration =
  /^<\?xml[\t\n ]+version[\t\n ]*=[\t\n ]*(?:"1\.0"|'1\.0')(?:[\t\n ]+encoding[\t\n ]*=[\t\n ]*(?:"([A-Za-z0-9._-]{1,40})"|'([A-Za-z0-9._-]{1,40})'))?(?:[\t\n ]+standalone[\t\n ]*=[\t\n ]*(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n ]*\?>/

/** The offset after the XML declaration, 0 when there is none. Only version 1.0 and UTF-8 pass. */
export function endOfDeclaration(text: string): number {
  if (!text.startsWith('<?xml') || !/^<\?xml[\t\n ?]/.test(text)) return 0
  // The declaration is short; a window keeps the pattern from walking over a hostile run of spaces.
  const match = declaration.exec(text.slice(0, 256))
  if (match === null) {
    throw new SamlError('xml.malformed', { check: 'XML declaration', expected: 'version 1.0' })
  }
  const encoding = match[1] ?? match[2] ?? 'UTF-8'
  if (!/^utf-8$/i.test(encoding)) {
    throw new SamlError('xml.encoding', {
      check: 'encoding',
      expected: 'UTF-8',
      received: encoding,
    })
  }
  return match[0].length
}
