import { spawn } from 'node:child_process'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

/** How one of libfido2's tools ended. */
export interface ToolResult {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** What a tool is run with. */
export interface ToolRun {
  readonly env: Terminal['env']
  readonly timeoutMs: number
  /** Asked when the tool asks for the PIN; the answer goes to its standard input. */
  readonly pin?: () => Promise<string>
}

const maxOutput = 64 * 1024
/** `readpassphrase` of the tools, without a terminal: the question on standard error. */
const pinQuestion = /Enter PIN for [^\n]*: ?$/

/**
 * Runs a tool in a session of its own: without a terminal it takes the PIN from standard input, not from
 * `/dev/tty` (fido2-assert(1)). Gives undefined when there is no such program. Throws `Failure` `mfaRefused`
 * when it takes too long, `interrupted` on Ctrl-C, and what `pin` throws.
 */
export async function runTool(
  program: string,
  args: readonly string[],
  { env, timeoutMs, pin }: ToolRun,
): Promise<ToolResult | undefined> {
  const child = spawn(program, args, {
    detached: true,
    stdio: 'pipe',
    // Nothing else of ours is any of its business.
    env: {
      PATH: env.PATH ?? '',
      ...(env.SystemRoot === undefined ? {} : { SystemRoot: env.SystemRoot }),
    },
    windowsHide: true,
  })
  const output = { stdout: '', stderr: '' }
  return await new Promise((resolve, reject) => {
    let isAsked = false
    const settle = () => {
      clearTimeout(deadline)
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      child.kill('SIGKILL')
    }
    const fail = (error: unknown) => {
      settle()
      reject(error)
    }
    const stop = () =>
      fail(new Failure('interrupted', 'stopped while the security key was waited for'))
    const start = () =>
      setTimeout(() => {
        const hint = 'run the command again and touch the key when it blinks'
        fail(new Failure('mfaRefused', 'the security key was not touched in time', hint))
      }, timeoutMs)
    let deadline = start()
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)

    const answer = async (ask: () => Promise<string>) => {
      // Typing takes its own time.
      clearTimeout(deadline)
      const text = await ask()
      deadline = start()
      child.stdin.write(`${text.replace(/[\r\n].*$/s, '')}\n`)
    }
    child.stdin.on('error', () => undefined)
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] = `${output[name]}${text}`.slice(-maxOutput)
        if (name === 'stdout' || isAsked || !pinQuestion.test(output.stderr)) return
        isAsked = true
        if (pin === undefined) child.stdin.end()
        else answer(pin).catch(fail)
      })
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      settle()
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve(undefined)
      else reject(new Failure('mfaRefused', `${program} cannot be run: ${error.code ?? 'unknown'}`))
    })
    child.on('close', code => {
      settle()
      resolve({ code: code ?? undefined, ...output })
    })
  })
}
