/** Where the command reads and writes. Data goes to `out`; all else goes to `err`. */
import type { Readable } from 'node:stream'

/** Standard output or error, or what a test puts in its place. */
export interface Output {
  readonly isTTY?: boolean
  /** Characters of a line, on a terminal. */
  readonly columns?: number
  /** Why nothing more can be written. */
  readonly errored?: Error | null
  /** False when a stream has enough for now: it emits `drain` when it takes more. */
  write(text: string): unknown
  once?(event: 'drain' | 'close', listener: () => void): unknown
}

/** Standard input; a terminal also has a raw mode. */
export interface Input extends Readable {
  readonly isTTY?: boolean
  setRawMode?(on: boolean): unknown
}

/** Everything that a verb has of its surroundings. */
export interface Terminal {
  readonly in: Input
  readonly out: Output
  readonly err: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** The command line of the process, when that is what is run. */
  readonly words?: readonly string[]
}

/** How a text may stand out. */
export type Style = 'red' | 'yellow' | 'green' | 'dim' | 'bold'

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  dim: [2, 22],
  bold: [1, 22],
}

/** Colours for one output: none unless it is a terminal, and none with NO_COLOR (no-color.org). */
export function painter(
  output: Output,
  env: Terminal['env'],
): (style: Style, text: string) => string {
  const colour = output.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  return (style, text) => {
    if (!colour) return text
    const [on, off] = codes[style]
    return `\x1b[${on}m${text}\x1b[${off}m`
  }
}

/** Text from elsewhere on one line: control characters would move the cursor or change colours. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character => {
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16)}}`
  })
}

/** `rolecall: message` and `hint: …` on the error output. */
export function complain(terminal: Terminal, message: string, hint?: string): void {
  const paint = painter(terminal.err, terminal.env)
  terminal.err.write(`${paint('red', 'rolecall:')} ${printable(message)}\n`)
  if (hint !== undefined) terminal.err.write(`${paint('dim', 'hint:')} ${printable(hint)}\n`)
}
