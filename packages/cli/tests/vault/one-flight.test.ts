import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { userFolder } from './user-folder.ts'

const child = join(import.meta.dirname, 'take-child.ts')

interface Taker {
  readonly process: ChildProcess
  readonly said: Promise<string>
}

function take(folder: string, behaviour: string): Taker {
  const process_ = spawn(process.execPath, ['--no-warnings', child, folder, behaviour], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Fifty of them compile what the first one has compiled.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'rolecall-test-compile-cache') },
  })
  return { process: process_, said: text(process_.stdout) }
}

const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
const makers = (folder: string) =>
  read(join(folder, 'makes')).split('\n').filter(Boolean).map(Number)

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(20)
}

/** All of them have started, and one is making. */
async function allStarted(folder: string, count: number): Promise<void> {
  await until(() => read(join(folder, 'started')).length === count && makers(folder).length > 0)
}

describe('processes that want the same keys', () => {
  test('fifty at once make them once', async () => {
    const { folder } = userFolder()
    const takers = Array.from({ length: 50 }, () => take(folder, 'give'))
    await allStarted(folder, 50)
    writeFileSync(join(folder, 'go'), '')
    const said = await Promise.all(takers.map(taker => taker.said))
    expect(new Set(said)).toEqual(new Set(['ASIAEXAMPLE\n']))
    expect(makers(folder)).toHaveLength(1)
  }, 180_000)

  test('get one failure, and none of them tries again', async () => {
    const { folder } = userFolder()
    const takers = Array.from({ length: 8 }, () => take(folder, 'fail'))
    await allStarted(folder, 8)
    writeFileSync(join(folder, 'go'), '')
    const said = await Promise.all(takers.map(taker => taker.said))
    expect(new Set(said)).toEqual(new Set(['signInRefused: wrong password (try another)\n']))
    expect(makers(folder)).toHaveLength(1)
    // Whoever comes later tries for itself.
    expect(await take(folder, 'give').said).toBe('ASIAEXAMPLE\n')
    expect(makers(folder)).toHaveLength(2)
  }, 180_000)

  test('go on when the one that made them is killed', async () => {
    const { folder } = userFolder()
    const first = take(folder, 'hang')
    await until(() => makers(folder).length === 1)
    const others = Array.from({ length: 4 }, () => take(folder, 'give'))
    await allStarted(folder, 5)
    writeFileSync(join(folder, 'go'), '')
    first.process.kill('SIGKILL')
    await once(first.process, 'close')
    const said = await Promise.all(others.map(taker => taker.said))
    expect(new Set(said)).toEqual(new Set(['ASIAEXAMPLE\n']))
    expect(makers(folder)).toHaveLength(2)
  }, 180_000)
})
