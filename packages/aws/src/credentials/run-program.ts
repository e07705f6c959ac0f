import { AwsError } from '../errors.ts'
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

/**
 * What a program prints, without a shell and without input. Throws {@link AwsError}: `process_failed` when it
 * cannot be started or does not end with 0, `timeout`, `response_too_large`. No error repeats its output.
 */
export async function runProgram(source: string, given: Program): Promise<string> {
  // Loaded when first used: most programs never start another one.
  const { spawn } = await import('node:child_process')
  return await new Promise((resolve, reject) => {
    const child = spawn(given.program, given.args, {
      ...(given.env === undefined ? {} : { env: given.env }),
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const output: Buffer[] = []
    const errors: Buffer[] = []
    let size = 0
    let errorSize = 0
    const end = (result: AwsError | string) => {
      clearTimeout(deadline)
      // A child of the child may hold the pipes open.
      child.stdout.destroy()
      child.stderr.destroy()
      const said = Buffer.concat(errors).subarray(0, maxStderrBytes).toString('utf8')
      if (said !== '') given.onStderr?.(said)
      if (typeof result === 'string') resolve(result)
      else reject(result)
    }
    const stop = (error: AwsError) => {
      child.kill('SIGKILL')
      end(error)
    }
    const deadline = setTimeout(() => {
      stop(new AwsError('timeout', `${source}: did not end within ${given.timeoutMs} ms`))
    }, given.timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxOutputBytes) output.push(chunk)
      else
        stop(
          new AwsError(
            'response_too_large',
            `${source}: printed more than ${maxOutputBytes} bytes`,
          ),
        )
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (errorSize < maxStderrBytes) errors.push(chunk)
      errorSize += chunk.length
    })
    child.on('error', cause => {
      const code = 'code' in cause ? String(cause.code) : 'unknown error'
      // The cause repeats the arguments.
      end(new AwsError('process_failed', `${source}: cannot be started (${code})`))
    })
    child.on('close', (code, signal) => {
      if (code === 0) return end(Buffer.concat(output).toString('utf8'))
      const how = code === null ? `was ended by ${signal}` : `ended with ${code}`
      const wrote = errorSize > 0 ? `, and wrote ${errorSize} bytes to standard error` : ''
      return end(
        new AwsError('process_failed', `${source}: ${how}${wrote}; run it by hand to see why`),
      )
    })
  })
}
