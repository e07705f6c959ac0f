import { PassThrough } from 'node:stream'
import { run } from '../../src/run.ts'
import type { Outcome } from './rolecall.ts'

/** Runs a command line in this process, without a terminal: faster than a process of its own. */
export async function inProcess(
  parameters: readonly string[],
  input: string | Uint8Array = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const out: string[] = []
  const err: string[] = []
  const code = await run(parameters, {
    in: new PassThrough().end(input),
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => err.push(text) },
    env,
  })
  return { code, out: out.join(''), err: err.join('') }
}
