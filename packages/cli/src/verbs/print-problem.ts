import { type Problem, type ProblemPart, problemLines } from '@rolecall/server/config-file'
import { painter, printable, type Style, type Terminal } from '../terminal.ts'

const styles: Readonly<Partial<Record<ProblemPart, Style>>> = {
  place: 'bold',
  key: 'red',
  value: 'dim',
}

/** Prints a problem as `serve` does, in colours where the terminal has them. */
export function printProblem(
  problem: Problem,
  kind: 'problem' | 'warning',
  terminal: Terminal,
): void {
  const paint = painter(terminal.err, terminal.env)
  const label = kind === 'warning' ? `${paint('yellow', 'warning:')} ` : ''
  const lines = problemLines(problem, (part, text) => {
    const style = styles[part]
    return style === undefined ? printable(text) : paint(style, printable(text))
  })
  terminal.err.write(`${label}${lines}`)
}
