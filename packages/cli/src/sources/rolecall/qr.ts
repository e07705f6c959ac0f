/** A QR code in a terminal. */
import type { Terminal } from '../../terminal.ts'

/** Modules of light around the code, as scanners need it (ISO/IEC 18004 says 4; phones do with 2). */
const quietZone = 2

/**
 * The code as lines of half blocks, dark on light whatever the colours of the terminal. Undefined where it
 * does not fit, or where colours are not wanted: in the terminal's own, most scanners cannot read it.
 */
export async function drawQr(
  text: string,
  { err, env }: Pick<Terminal, 'err' | 'env'>,
): Promise<string | undefined> {
  const hasColours = err.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === ''
  if (!hasColours) return undefined
  const { encode } = await import('uqr')
  const { data, size } = encode(text, { ecc: 'L', border: quietZone })
  const columns = sizeOf(err, 'columns') ?? 80
  const rows = sizeOf(err, 'rows') ?? 24
  if (size > columns || Math.ceil(size / 2) + 4 > rows) return undefined
  const lines: string[] = []
  for (let row = 0; row < size; row += 2) {
    let line = ''
    for (let column = 0; column < size; column++) {
      const upper = data[row]?.[column] === true
      const lower = data[row + 1]?.[column] === true
      line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' '
    }
    lines.push(`\x1b[38;5;16;48;5;231m${line}\x1b[0m`)
  }
  return lines.join('\n')
}

function sizeOf(output: Terminal['err'], name: 'columns' | 'rows'): number | undefined {
  const value: unknown = Reflect.get(output, name)
  return typeof value === 'number' && value > 0 ? value : undefined
}
