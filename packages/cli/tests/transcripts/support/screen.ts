const sequence = '\u001b'
const moves = new RegExp(`${sequence}\\[([\\d;?]*)([A-Za-z])|.`, 'gsu')

/**
 * What a person sees after these characters: lines of a terminal that knows the moves which prompts make (ECMA-48:
 * CUU, CUD, CUF, CUB, CHA, ED, EL). Colours are left out, what lies in front of the screen stays.
 */
export function screenOf(text: string): string {
  const lines: string[][] = [[]]
  let [row, column] = [0, 0]
  const line = (at: number): string[] => {
    while (lines.length <= at) lines.push([])
    return lines[at] ?? []
  }
  const put = (character: string) => {
    const cells = line(row)
    while (cells.length < column) cells.push(' ')
    cells[column] = character
    column += 1
  }
  const move = (count: number, final: string) => {
    if (final === 'A') row = Math.max(0, row - count)
    else if (final === 'B') row += count
    else if (final === 'C') column += count
    else if (final === 'D') column = Math.max(0, column - count)
    else if (final === 'G') column = count - 1
  }
  const erase = (mode: number, final: string) => {
    const cells = line(row)
    if (final === 'K' && mode === 2) cells.length = 0
    else if (final === 'K' && mode === 0) cells.length = Math.min(cells.length, column)
    else if (final === 'J' && mode === 0) {
      cells.length = Math.min(cells.length, column)
      lines.length = row + 1
    }
  }
  for (const [whole, digits, final] of text.matchAll(moves)) {
    if (final !== undefined) {
      const number = digits === '' ? undefined : Number(digits)
      if ('ABCDG'.includes(final)) move(number ?? 1, final)
      else if ('KJ'.includes(final)) erase(number ?? 0, final)
    } else if (whole === '\n') row += 1
    else if (whole === '\r') column = 0
    else if (whole === '\b') column = Math.max(0, column - 1)
    else put(whole)
    line(row)
  }
  return lines
    .map(cells =>
      Array.from(cells, cell => cell ?? ' ')
        .join('')
        .trimEnd(),
    )
    .join('\n')
    .trimEnd()
}
