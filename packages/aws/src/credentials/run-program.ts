import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { AwsError, type AwsErrorCode } from '../errors.ts'
import type { Environment } from './environment.ts'

/** What to run, and how long. */
interface Program {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Environment | undefined
  readonly timeoutMs: number
  readonly onStderr: ((text: string) => void) | undefined
}

const maxOutputBytes = 64 * 1024
const maxStderrBytes = 4 * 1024

/** How a program ended, and what it wrote for people. */
interface Ended {
  readonly result: string | AwsError
  readonly stderr: string
}

/**
 * What a program prints, without a shell and without input. Throws {@link AwsError}: `process_failed` when it
 * cannot be started or does not end with 0, `timeout`, `response_too_large`. No error repeats its output.
 */
export async function runProgram(source: string, given: Program): Promise<string> {
  // Loaded when first used: most programs never start another one.
  const { spawn } = await import('node:child_process')
  const { result, stderr } = await ended(source, given, spawn)
  if (stderr !== '') given.onStderr?.(stderr)
  if (typeof result === 'string') return result
  throw result
}

function ended(
  source: string,
  { program, args, env, timeoutMs }: Program,
  spawn: typeof import('node:child_process').spawn,
): Promise<Ended> {
  return new Promise(resolve => {
    const output: Buffer[] = []
    const errors: Buffer[] = []
    let size = 0
    let errorSize = 0
    const detached = process.platform !== 'win32' && !hasTerminal()
    const child = spawnOr(() =>
      spawn(program, args, {
        ...(env === undefined ? {} : { env }),
        shell: false,
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
        detached,
      }),
    )
    if (child instanceof Error) {
      resolve({ result: notStarted(source, child), stderr: '' })
      return
    }
    const end = (result: string | AwsError) => {
      clearTimeout(deadline)
      // A child of the child may hold the pipes open.
      child.stdout.destroy()
      child.stderr.destroy()
      const stderr = Buffer.concat(errors).subarray(0, maxStderrBytes).toString('utf8')
      resolve({ result, stderr })
    }
    const stop = (code: AwsErrorCode, why: string) => {
      killAll(child, detached)
      end(new AwsError(code, `${source}: ${why}`))
    }
    const late = () => stop('timeout', `did not end within ${timeoutMs} ms`)
    const deadline = setTimeout(late, timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxOutputBytes) output.push(chunk)
      else stop('response_too_large', `printed more than ${maxOutputBytes} bytes`)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (errorSize < maxStderrBytes) errors.push(chunk)
      errorSize += chunk.length
    })
    child.on('error', cause => end(notStarted(source, cause)))
    child.on('close', (code, signal) => {
      if (code === 0) return end(Buffer.concat(output).toString('utf8'))
      const how = code === null ? `was ended by ${signal}` : `ended with ${code}`
      const wrote = errorSize > 0 ? `, and wrote ${errorSize} bytes to standard error` : ''
      const why = `${how}${wrote}; run it by hand to see why`
      return end(new AwsError('process_failed', `${source}: ${why}`))
    })
  })
}

/** Whether a program could ask a person: in a session of its own it could not. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}

/** Ends a program that runs, and what it has started where that has a group of its own. */
function killAll(child: ChildProcess, isGroup: boolean): void {
  const { pid, exitCode, signalCode } = child
  // Of one that has ended the number may be another's.
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(isGroup ? -pid : pid, 'SIGKILL')
  } catch {
    // It has ended in this moment.
  }
}

/** Some failures to start are thrown, others are events. */
function spawnOr<T>(start: () => T): T | Error {
  try {
    return start()
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown error')
  }
}

/** The cause is left out: it repeats the arguments. */
function notStarted(source: string, cause: Error): AwsError {
  const code = 'code' in cause ? String(cause.code) : 'unknown error'
  return new AwsError('process_failed', `${source}: cannot be started (${code})`)
}
