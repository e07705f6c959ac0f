/** The person's terminal, also when standard input and output are files or pipes. */
import { closeSync, openSync } from 'node:fs'
import type { Writable } from 'node:stream'
import type { Input, Output, Terminal } from '../terminal.ts'

/** What a question is asked over. */
export interface TerminalStreams {
  readonly input: Input
  readonly output: Writable
  /** Gives back what was opened for the question. */
  close(): void
}

/** The device of the controlling terminal (POSIX.1-2017, Base Definitions 10.1; Windows: console handles). */
const [inputDevice, outputDevice] =
  process.platform === 'win32' ? ['\\\\.\\CONIN$', '\\\\.\\CONOUT$'] : ['/dev/tty', '/dev/tty']

/** Whether somebody can be asked. Opens nothing that stays open. */
export function hasTerminal(terminal: Terminal): boolean {
  if (isAsked(terminal)) return true
  const device = openDevice(terminal, inputDevice, 'r')
  if (device === undefined) return false
  closeSync(device)
  return true
}

/**
 * Standard input and error when they are the terminal; else its device, so that `eval "$(rolecall env)"`,
 * a credential process and a pipe can ask. Undefined where there is no terminal.
 */
export async function terminalStreams(terminal: Terminal): Promise<TerminalStreams | undefined> {
  const { in: input, err } = terminal
  if (isAsked(terminal) && isWritable(err)) return { input, output: err, close: () => undefined }
  const from = openDevice(terminal, inputDevice, 'r')
  if (from === undefined) return undefined
  const to = openDevice(terminal, outputDevice, 'w')
  if (to === undefined) {
    closeSync(from)
    return undefined
  }
  const { ReadStream, WriteStream } = await import('node:tty')
  const opened = { input: new ReadStream(from), output: new WriteStream(to) }
  // A terminal that goes away ends the question by its closing.
  opened.output.on('error', () => undefined)
  opened.input.on('error', () => opened.input.destroy())
  return {
    ...opened,
    close() {
      opened.input.destroy()
      opened.output.destroy()
    },
  }
}

function isAsked({ in: input, err }: Terminal): boolean {
  return input.isTTY === true && input.setRawMode !== undefined && err.isTTY === true
}

/** Streams that stand in for the process's own have no terminal behind them. */
function openDevice({ in: input }: Terminal, device: string, flags: 'r' | 'w'): number | undefined {
  if (input !== process.stdin) return undefined
  try {
    return openSync(device, flags === 'r' && process.platform === 'win32' ? 'r+' : flags)
  } catch {
    return undefined
  }
}

function isWritable(output: Output): output is Output & Writable {
  return 'pipe' in output && 'end' in output
}
