import { painter, printable, type Terminal } from '../terminal.ts'

/** Tells on standard error of what somebody should look at. */
export function warn(terminal: Terminal, problem: string): void {
  const paint = painter(terminal.err, terminal.env)
  terminal.err.write(`${paint('yellow', 'warning:')} ${printable(problem)}\n`)
}
