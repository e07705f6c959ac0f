import { spawn } from 'node:child_process'
import { SinkFailure, sendDeadline } from './sink.ts'

/** Longest message that is not split, in bytes. */
const mostBytes = 65_536
const maxErrorText = 500

/**
 * Gives lines (`<PRI>text`) to the syslog of this machine. Its socket takes datagrams, which Node cannot
 * send to a path, so `logger` does (util-linux; Debian's package bsdutils).
 */
export function logLocally(
  path: string,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  return new Promise((done, reject) => {
    const child = spawn(
      'logger',
      [
        '--socket',
        path,
        '--socket-errors=on',
        '--tag',
        'rolecall',
        '--prio-prefix',
        '--size',
        `${mostBytes}`,
      ],
      { stdio: ['pipe', 'ignore', 'pipe'], signal, timeout: sendDeadline, killSignal: 'SIGKILL' },
    )
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(0, maxErrorText)
    })
    child.once('error', cause => {
      reject(new SinkFailure(`logger cannot be used: ${cause.message}`, { cause }))
    })
    child.once('close', (code, killed) => {
      if (code === 0 && errors === '') done()
      else reject(new SinkFailure(`logger: ${errors.trim() || `exit ${code ?? killed}`}`))
    })
    // It may have ended before it read everything: its exit code says so.
    child.stdin.on('error', () => undefined)
    child.stdin.end(lines.map(line => `${line}\n`).join(''))
  })
}
