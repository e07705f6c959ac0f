import { isUtf8 } from 'node:buffer'

const utf8Runs =
  /(?:[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+|[\x80-\xff]/g
const strayBytes = /([\udc80-\udcff])/u

/**
 * The text of a file, from which `bytesOfText` makes the same bytes again whatever they were: a byte that is
 * no UTF-8 is a lone surrogate U+DC80 to U+DCFF (Python's `surrogateescape`, PEP 383).
 */
export function textOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return bytes
    .toString('latin1')
    .replace(utf8Runs, run =>
      run.length === 1 && run > '\x7f'
        ? String.fromCharCode(0xdc00 + run.charCodeAt(0))
        : Buffer.from(run, 'latin1').toString('utf8'),
    )
}

/** The bytes that `textOfBytes` made a text of, with what was changed in it as UTF-8. */
export function bytesOfText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  const parts = text
    .split(strayBytes)
    .map((part, at) =>
      at % 2 === 0 ? Buffer.from(part, 'utf8') : Buffer.from([part.charCodeAt(0) - 0xdc00]),
    )
  return Buffer.concat(parts)
}
