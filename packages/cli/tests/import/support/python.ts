import { spawnSync } from 'node:child_process'

/** Debian's Python may be missing on a developer's machine; in CI its absence is a failure. */
export const canDoWithout =
  process.env.CI === undefined && spawnSync('python3', ['-c', 'pass']).status !== 0

/** Runs a program that reads one JSON value and prints one. */
export function python(program: string, input: unknown): unknown {
  const run = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout)
}
