import type { Result } from './row.ts'

/** The results for people: aligned columns, the ratio first after the name. */
export function table(results: readonly Result[]): string {
  const lines = [
    ['row', 'ratio', 'spread', 'target', 'met', 'ours', 'peer', 'unit', 'peer is'],
    ...results.map(({ name, ratio, spread, target, isMet, ours, peer, unit, peerName }) => [
      name,
      `${ratio.toFixed(2)} x`,
      spread.map(each => each.toFixed(2)).join(' - '),
      target === null ? '' : `${target} x`,
      isMet === null ? '' : isMet ? 'met' : 'MISSED',
      ours.toLocaleString('en'),
      peer.toLocaleString('en'),
      unit,
      peerName,
    ]),
  ]
  const isNumber = (column: number) => [1, 2, 3, 5, 6].includes(column)
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map(line => line[column]?.length ?? 0)),
  )
  const notes = results.flatMap(({ name, note }) => (note === undefined ? [] : `${name}: ${note}`))
  const rows = lines.map(line =>
    line
      .map((cell, column) => {
        const width = widths?.[column] ?? 0
        return isNumber(column) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
  return [...rows, ...notes].join('\n')
}
