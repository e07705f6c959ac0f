import { SamlError } from '../errors.ts'
import { exceeded } from './limits.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
const notXmlCharacter = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/

/**
 * The text of a document, before it is parsed (R1): UTF-8 or nothing, one byte order mark allowed,
 * only XML characters, line ends as XML 1.0 section 2.11 wants them. `maxBytes` counts UTF-8.
 */
export function decodeText(input: string | Uint8Array, maxBytes: number): string {
  if (typeof input !== 'string' && !ArrayBuffer.isView(input)) {
    throw new SamlError('option.invalid', {
      check: 'XML text',
      expected: 'a text or a Uint8Array',
      received: typeof input,
    })
  }
  const text = typeof input === 'string' ? fromString(input, maxBytes) : fromBytes(input, maxBytes)
  const invalid = notXmlCharacter.exec(text)
  if (invalid !== null) {
    throw new SamlError('xml.character', {
      check: 'XML character',
      received: `U+${invalid[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
    })
  }
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  return body.includes('\r') ? body.replace(/\r\n?/g, '\n') : body
}

function fromBytes(bytes: Uint8Array, maxBytes: number): string {
  if (bytes.byteLength > maxBytes) exceeded('bytes of a document', maxBytes)
  try {
    return utf8.decode(bytes)
  } catch {
    throw new SamlError('xml.encoding', { check: 'UTF-8', received: 'other bytes' })
  }
}

function fromString(text: string, maxBytes: number): string {
  if (text.length > maxBytes || Buffer.byteLength(text, 'utf8') > maxBytes) {
    exceeded('bytes of a document', maxBytes)
  }
  if (!text.isWellFormed()) {
    throw new SamlError('xml.character', { check: 'XML character', received: 'a lone surrogate' })
  }
  return text
}

const declaration =
  /^<\?xml[\t\n ]+version[\t\n ]*=[\t\n ]*(?:"1\.0"|'1\.0')(?:[\t\n ]+encoding[\t\n ]*=[\t\n ]*(?:"([A-Za-z0-9._-]{1,40})"|'([A-Za-z0-9._-]{1,40})'))?(?:[\t\n ]+standalone[\t\n ]*=[\t\n ]*(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n ]*\?>/

/** The offset after the XML declaration, 0 when there is none. Only version 1.0 and UTF-8 pass. */
export function endOfDeclaration(text: string): number {
  if (!/^<\?xml[\t\n ?]/.test(text)) return 0
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
