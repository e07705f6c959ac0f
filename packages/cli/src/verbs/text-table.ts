/** Rows with their columns side by side. A cell may be painted: `shown` stands in the place of `text`. */
export function textTable(
  rows: readonly (readonly string[])[],
  shown: (text: string, column: number) => string = text => text,
): string {
  const columns = Math.max(0, ...rows.map(row => row.length))
  const widths = Array.from({ length: columns }, (_, at) =>
    rows.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), 0),
  )
  return rows
    .map(row => {
      const cells = row.map((text, at) => {
        const isLast = at === row.length - 1
        return shown(text, at) + (isLast ? '' : ' '.repeat((widths[at] ?? 0) - text.length))
      })
      return `${cells.join('  ').trimEnd()}\n`
    })
    .join('')
}
