/** So many layers, of whichever kinds, are taken off a text. */
const mostLayers = 3
/** A shorter run of digits or letters hides nothing that would tell. */
const leastRun = 16

/**
 * The texts that a text may be the encoding of: in base64 wherever it begins and however it is wrapped, in
 * hexadecimal or decimal bytes with whatever stands between them, and in up to three layers of these. S3
 * repeats a request that it refuses as hexadecimal bytes; most of what is found is noise.
 */
export function hiddenTexts(text: string): string[] {
  const found: string[] = []
  let layer = [text]
  for (let round = 0; round < mostLayers; round++) {
    layer = layer.flatMap(each => [...fromBase64(each), ...fromHex(each), ...fromDecimal(each)])
    found.push(...layer)
  }
  return found
}

function* fromBase64(text: string): Generator<string> {
  for (const [run] of text.replace(/\s+/g, '').matchAll(/[A-Za-z0-9+/_-]{16,}/g)) {
    // What stands before it may be of the same alphabet: it begins at any place of a group of four.
    for (let from = 0; from < 4; from++)
      yield Buffer.from(run.slice(from), 'base64').toString('latin1')
  }
}

function* fromHex(text: string): Generator<string> {
  for (const [run] of text.matchAll(/(?:(?:0x)?[0-9a-f]{2}[^0-9a-z]{0,4}){8,}/gi)) {
    const digits = run.replace(/0x|[^0-9a-f]+/gi, '')
    for (const from of [0, 1]) yield Buffer.from(digits.slice(from), 'hex').toString('latin1')
  }
}

function* fromDecimal(text: string): Generator<string> {
  for (const [run] of text.matchAll(/(?:\d{1,3}[^0-9a-z]{1,4}){7,}\d{1,3}/gi)) {
    if (run.length < leastRun) continue
    yield Buffer.from((run.match(/\d+/g) ?? []).map(Number)).toString('latin1')
  }
}
