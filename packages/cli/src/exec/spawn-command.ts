import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { isatty } from 'node:tty'
import { cannotRun } from './cannot-run.ts'

/** What a supervisor may send to this process and means for the program. */
const passed: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']
/** A terminal sends these to the program too: here they are only not to end this process. */
const ofTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']

/** Starts the program on the same standard streams, and gives its exit code. */
export function spawnCommand(
  name: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, parameters, { env, stdio: 'inherit', windowsHide: false })
    const pass = (signal: NodeJS.Signals) => child.kill(signal)
    // Without a terminal only this process got it.
    const hasTerminal = [0, 1, 2].some(isatty)
    const onTerminal = (signal: NodeJS.Signals) => {
      if (!hasTerminal) child.kill(signal)
    }
    const signals = process.platform === 'win32' ? [] : passed
    for (const signal of signals) process.on(signal, pass)
    for (const signal of ofTerminal) process.on(signal, onTerminal)
    const end = (act: () => void) => {
      for (const signal of signals) process.off(signal, pass)
      for (const signal of ofTerminal) process.off(signal, onTerminal)
      act()
    }
    child.on('error', error => end(() => reject(cannotRun(name, error))))
    child.on('exit', (code, signal) => {
      end(() => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
    })
  })
}
