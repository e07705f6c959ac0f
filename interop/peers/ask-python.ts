/** Debian's Python asked many things: lines in, an answer in JSON for each, from several processes at once. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const processes = 2

/** The answers of `python/NAME.py`, which answers each line with a line of JSON, in the order of the lines. */
export async function askPython<Answer>(
  name: string,
  lines: readonly string[],
  home: string,
): Promise<Answer[]> {
  const share = Math.ceil(lines.length / processes)
  const shares = Array.from({ length: processes }, (_, at) =>
    lines.slice(at * share, (at + 1) * share),
  )
  const answers = await Promise.all(shares.map(some => askOne<Answer>(name, some, home)))
  return answers.flat()
}

async function askOne<Answer>(
  name: string,
  lines: readonly string[],
  home: string,
): Promise<Answer[]> {
  const script = fileURLToPath(new URL(`python/${name}.py`, import.meta.url))
  const child = spawn('/usr/bin/python3', ['-B', script], {
    env: { PATH: process.env.PATH, HOME: home, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 240_000,
  })
  // One that has ended is told by the answers that do not come.
  child.stdin.on('error', () => undefined)
  child.stdin.end(lines.map(line => `${line}\n`).join(''))
  const answers: Answer[] = []
  for await (const line of createInterface({ input: child.stdout })) answers.push(JSON.parse(line))
  if (answers.length === lines.length) return answers
  throw new Error(`${name}.py gave ${answers.length} answers to ${lines.length} lines`)
}
