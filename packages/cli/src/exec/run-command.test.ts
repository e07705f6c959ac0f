import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { canReplace } from './can-replace.ts'

const module_ = JSON.stringify(join(import.meta.dirname, 'run-command.ts'))

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}

/** Runs a command through `runCommand`, in a process of its own. */
function through(command: readonly string[], options = '{}', env = {}, input = '') {
  const script = `const { runCommand } = await import(${module_})
    const options = { env: { ...process.env }, ...(${options}) }
    try { process.exitCode = await runCommand(${JSON.stringify(command)}, options) }
    catch (error) { console.error(error.message); process.exitCode = error.exitCode }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', text => {
    out += text
  })
  child.stderr.on('data', text => {
    err += text
  })
  child.stdin.end(input)
  const ended = new Promise<Ended>(resolve => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
  return { child, ended }
}

const ways = [
  ['in place of the process', '{ used: [process.stdin, process.stdout, process.stderr] }'],
  ['beside the process', '{ stay: true }'],
] as const

test.each(ways)(
  '%s: streams, environment and exit code are those of the program',
  async (_, options) => {
    const command = ['sh', '-c', 'cat; echo "$X"; echo bad >&2; exit 7']
    const { code, out, err } = await through(command, options, { X: 'y z' }, 'input\n').ended
    expect([code, out, err]).toEqual([7, 'input\ny z\n', 'bad\n'])
  },
)

test.each(ways)('%s: the program has its signals and blocking pipes', async (_, options) => {
  const { out } = await through(['sh', '-c', 'yes | head -1; kill -PIPE $$; echo alive'], options)
    .ended
  expect(out).toBe('y\n')
})

test.each(ways)('%s: a signal ends the program', async (way, options) => {
  const { child, ended } = through(['sh', '-c', 'echo up; exec sleep 30'], options)
  await new Promise(resolve => child.stdout.once('data', resolve))
  child.kill('SIGTERM')
  const { code, signal } = await ended
  if (way === 'beside the process') expect([code, signal]).toEqual([143, null])
  else expect([code, signal]).toEqual([null, 'SIGTERM'])
})

test('what cannot be run has the exit codes of shells', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, text: string, mode: number) => {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), mode)
    return join(folder, name)
  }
  const cases: [string, number, string][] = [
    ['rolecall-there-is-none', 127, 'no program "rolecall-there-is-none"'],
    [join(folder, 'missing'), 127, 'no program'],
    [folder, 126, 'cannot be run: EACCES'],
    [file('unmarked', 'echo as a shell runs it >&2; exit 9\n', 0o755), 9, 'as a shell runs it'],
    [file('orphan', '#!/nowhere/sh\n', 0o755), 127, 'no program'],
    ['', 127, 'no command'],
  ]
  const ends = await Promise.all(cases.map(([command]) => through([command]).ended))
  for (const [at, { code, err }] of ends.entries()) {
    expect([code, err]).toEqual([cases[at]?.[1], expect.stringContaining(cases[at]?.[2] ?? '')])
  }
  const script = file('script', '#!/bin/sh\necho "ran $1"\n', 0o755)
  expect((await through([script, 'so']).ended).out).toBe('ran so\n')
})

test('only what is certain to start takes the place of the process', () => {
  expect(canReplace('/bin/sh', ['sh'], {})).toBe(true)
  expect(canReplace('/bin/sh', ['sh', 'x'.repeat(200_000)], {})).toBe(false)
  expect(canReplace('/nowhere', ['x'], {})).toBe(false)
})
