import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** What `rolecall` is, for Node. */
export const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

/** What a run of the command left. */
export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** What a run of the command is given. */
export interface Invocation {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly nodeOptions?: readonly string[]
  readonly cwd?: string
}

/** Starts the command as its users do: a process of its own, without a terminal. */
export function start(parameters: readonly string[], invocation: Invocation = {}) {
  const { nodeOptions = [], env = {}, input = '', cwd = tmpdir() } = invocation
  const child = spawn(process.execPath, [...nodeOptions, main, ...parameters], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: cwd, ...env },
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const ended = new Promise<Outcome>(resolve => {
    child.on('close', code => resolve({ code, out, err }))
  })
  /** Resolves once standard error holds the text; rejects when the process ends before. */
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (err.includes(text)) resolve()
      }
      child.stderr.on('data', look)
      child.on('close', () => reject(new Error(`ended without saying "${text}": ${err}`)))
      look()
    })
  return { child, ended, says }
}

/** Runs the command to its end. */
export function rolecall(parameters: readonly string[], invocation?: Invocation): Promise<Outcome> {
  return start(parameters, invocation).ended
}

/** A directory of the running test, with these files; removed when the test ends. */
export function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-cli-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
  return directory
}
