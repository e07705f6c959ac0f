import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { directoryWith } from '../../tests/support/rolecall.ts'
import { withFileLock } from './file-lock.ts'
import { parseHolder, thisHolder } from './lock-holder.ts'

const isLinux = process.platform === 'linux'

it('one after the other, and nothing stays', async () => {
  const folder = directoryWith({})
  let [inside, most, done] = [0, 0, 0]
  const one = () =>
    withFileLock(join(folder, 'f'), async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise(resolve => setTimeout(resolve, 1))
      inside -= 1
      done += 1
    })
  await Promise.all(Array.from({ length: 20 }, one))
  expect([most, done, readdirSync(folder)]).toEqual([1, 20, []])
})

it('names the process that keeps it, and what to do', async () => {
  const file = join(directoryWith({}), 'f')
  await withFileLock(file, async () => {
    await expect(withFileLock(file, async () => 'no', { waitMs: 20 })).rejects.toMatchObject({
      reason: 'file',
      message: expect.stringContaining(`process ${process.pid} on `),
      hint: expect.stringContaining(`rm ${file}.rolecall-lock`),
    })
  })
})

it('of many who find the lock of a killed process each has it once', async () => {
  const folder = directoryWith({})
  const file = join(folder, 'f')
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const dead = `${child.pid}${thisHolder('dead').slice(String(process.pid).length)}`
  const start = isLinux ? await startOfProcess(child.pid) : ''
  symlinkSync(dead.replace(/start=\d*/, `start=${start}`), `${file}.rolecall-lock`)
  // It still lives.
  await expect(withFileLock(file, async () => 'no', { waitMs: 30 })).rejects.toThrow(
    `process ${child.pid}`,
  )
  child.kill('SIGKILL')
  await once(child, 'exit')
  let [inside, most] = [0, 0]
  const one = () =>
    withFileLock(file, async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise(resolve => setImmediate(resolve))
      inside -= 1
    })
  await Promise.all(Array.from({ length: 20 }, one))
  expect([most, readdirSync(folder)]).toEqual([1, []])
})

it.runIf(isLinux)('a later process with the same number does not hold it', async () => {
  const file = join(directoryWith({}), 'f')
  symlinkSync(thisHolder('old').replace(/start=\d+/, 'start=1'), `${file}.rolecall-lock`)
  expect(await withFileLock(file, async () => 'done')).toBe('done')
})

it('who broke a lock and was killed at it does not stop the next', async () => {
  const folder = directoryWith({})
  const lock = join(folder, 'f.rolecall-lock')
  const gone = (id: string) => thisHolder(id).replace(/^\d+/, '4194304')
  symlinkSync(gone('first'), lock)
  symlinkSync(gone('second'), `${lock}.first`)
  expect(await withFileLock(join(folder, 'f'), async () => 'done')).toBe('done')
  expect(readdirSync(folder)).toEqual([])
})

it('a process of another machine is watched for a while', async () => {
  const file = join(directoryWith({}), 'f')
  symlinkSync('12@elsewhere start=5 place=x id=abc', `${file}.rolecall-lock`)
  const took = withFileLock(file, async () => 'done', { waitMs: 20 })
  await expect(took).rejects.toThrow('process 12 on elsewhere')
  expect(await withFileLock(file, async () => 'done', { watchMs: 50 })).toBe('done')
})

it('what is none of ours is watched too', async () => {
  const file = join(directoryWith({}), 'f')
  writeFileSync(`${file}.rolecall-lock`, '')
  await expect(withFileLock(file, async () => 'no', { waitMs: 20 })).rejects.toThrow(
    'another program',
  )
  expect(await withFileLock(file, async () => 'done', { watchMs: 50 })).toBe('done')
  expect(parseHolder('\x1b[2J').host).toBe('')
})

async function startOfProcess(pid: number | undefined): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
