import { Failure } from '../failure.ts'
import type { Input, Terminal } from '../terminal.ts'

const longest = 4096

/** The new password: from standard input, or asked for twice on the terminal without showing it. */
export async function newPassword(terminal: Terminal, fromInput: boolean): Promise<string> {
  if (fromInput) return readLine(terminal.in)
  if (terminal.in.isTTY !== true || terminal.in.setRawMode === undefined) {
    const hint = 'pipe the password in and add --password-stdin'
    throw new Failure('usage', 'there is no terminal to ask for the password', hint)
  }
  const first = await ask(terminal, 'New password (at least 12 characters): ')
  const second = await ask(terminal, 'Once more: ')
  if (first === second) return first
  throw new Failure('refused', 'the two passwords differ', 'try again')
}

/** All of the input up to its end; one line end is cut, a second line is refused. */
async function readLine(input: Input): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > longest) throw new Failure('refused', 'the password on standard input is too long')
    chunks.push(bytes)
  }
  const text = decode(Buffer.concat(chunks)).replace(/\r?\n$/, '')
  if (/[\r\n]/.test(text)) {
    const hint = 'standard input must hold the password alone, on one line'
    throw new Failure('refused', 'standard input has more than one line', hint)
  }
  if (text === '') throw new Failure('refused', 'there is no password on standard input')
  return text
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Failure('refused', 'the password on standard input is not UTF-8 text')
  }
}

/** Reads one line key by key: raw mode, because a terminal would show what is typed. */
async function ask(terminal: Terminal, question: string): Promise<string> {
  const { in: input, err } = terminal
  err.write(question)
  input.setRawMode?.(true)
  input.setEncoding('utf8')
  input.resume()
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed: string[] = []
      const finish = (rest: readonly string[], act: () => void) => {
        input.off('data', onData)
        input.off('end', onEnd)
        input.pause()
        // What was pasted behind the line end answers the next question.
        if (rest.length > 0) input.unshift(rest.join(''))
        act()
      }
      const interrupt = () => finish([], () => reject(new Failure('interrupted', 'stopped')))
      const onEnd = () => interrupt()
      const onData = (text: string) => {
        // Arrow and function keys send escape sequences: they are not part of a password.
        if (text.startsWith('\x1b')) return
        const keys = [...text]
        for (const [index, key] of keys.entries()) {
          if (key === '\r' || key === '\n') {
            finish(keys.slice(index + 1), () => resolve(typed.join('')))
            return
          }
          if (key === '\x03' || key === '\x04') {
            interrupt()
            return
          }
          if (key === '\x7f' || key === '\b') typed.pop()
          else if (key === '\x15') typed = []
          else if (key >= ' ' && typed.length < longest) typed.push(key)
        }
      }
      input.on('data', onData)
      input.on('end', onEnd)
    })
  } finally {
    input.setRawMode?.(false)
    err.write('\n')
  }
}
