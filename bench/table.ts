import type { Result } from './row.ts'

/** The results for people: aligned columns, the ratio first after the name. */
export function table(results: readonly Result[]): string {
  const lines = [
    ['row', 'ratio', 'ours', 'peer', 'unit', 'peer is'],
    ...results.map(({ name, ratio, ours, peer, unit, peerName }) => [
      name,
      `${ratio.toFixed(2)} x`,
      ours.toLocaleString('en'),
      peer.toLocaleString('en'),
      unit,
      peerName,
    ]),
  ]
  const isNumber = (column: number) => column >= 1 && column <= 3
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map(line => line[column]?.length ?? 0)),
  )
  return lines
    .map(line =>
      line
        .map((cell, column) => {
          const width = widths?.[column] ?? 0
          return isNumber(column) ? cell.padStart(width) : cell.padEnd(width)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
