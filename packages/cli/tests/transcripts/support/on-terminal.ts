import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import { screenOf } from './screen.ts'

const main = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts')

/** What is waited for on the screen, and what is typed, or done elsewhere, then. */
export type Step = readonly [
  sees: string | RegExp,
  does: string | ((screen: string) => Promise<unknown>),
]

/** What a run on a terminal left. */
export interface Transcript {
  readonly code: number
  /** What the person sees at the end. */
  readonly screen: string
  /** Every character that was written. */
  readonly raw: string
}

/** How it is run. */
export interface TerminalRun {
  readonly env: Readonly<Record<string, string>>
  readonly steps?: readonly Step[]
  /** A program in place of the command: it gets the command's words behind its own. */
  readonly through?: readonly string[]
}

const waitMs = 60_000

/** The command as words of a shell: `node main.ts`. */
export const commandWords: readonly string[] = [process.execPath, main]

/** Runs the command on a terminal of its own and types, as a person does who reads before. */
export function onTerminal(
  parameters: readonly string[],
  { env, steps = [], through = [] }: TerminalRun,
): Promise<Transcript> {
  const [program = '', ...words] = [...through, ...(through.length > 0 ? [] : commandWords)]
  const child = spawn(program, [...words, ...parameters], {
    name: 'xterm',
    cols: 100,
    rows: 40,
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm', ...env },
  })
  return new Promise((resolve, reject) => {
    let raw = ''
    let from = 0
    let at = 0
    const late = setTimeout(() => {
      child.kill('SIGKILL')
      const wanted = steps[at]?.[0] ?? 'its end'
      reject(new Error(`waited in vain for ${String(wanted)}; the screen:\n${screenOf(raw)}`))
    }, waitMs)
    child.onData(text => {
      raw += text
      const step = steps[at]
      if (step === undefined) return
      const [sees, does] = step
      const seen = screenOf(raw.slice(from))
      if (!(typeof sees === 'string' ? seen.includes(sees) : sees.test(seen))) return
      at += 1
      from = raw.length
      if (typeof does === 'string') child.write(does)
      else does(seen).catch(reject)
    })
    child.onExit(({ exitCode, signal }) => {
      clearTimeout(late)
      // What it wrote last may still be on its way.
      setTimeout(() => {
        const code = signal ? 128 + signal : exitCode
        if (at === steps.length) resolve({ code, screen: screenOf(raw), raw })
        else {
          const wanted = String(steps[at]?.[0])
          reject(new Error(`ended with ${code} before ${wanted} was seen:\n${screenOf(raw)}`))
        }
      }, 20)
    })
  })
}
