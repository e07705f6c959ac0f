import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LdapUnavailable } from './ldap-unavailable.ts'
import { createTurns } from './turns.ts'

test('sixteen at once; the others come in their order, also after failures', async () => {
  const turn = createTurns(10_000)
  let running = 0
  let most = 0
  const done: number[] = []
  const jobs = Array.from({ length: 100 }, (_, index) =>
    turn(async () => {
      running += 1
      most = Math.max(most, running)
      await delay(1)
      running -= 1
      done.push(index)
      if (index % 3 === 0) throw new Error('fails')
    }).catch(() => undefined),
  )
  await Promise.all(jobs)
  expect(most).toBe(16)
  expect(done).toHaveLength(100)
  expect(await turn(async () => 'again')).toBe('again')
})

test('who waits too long, or comes when too many wait, is turned away; the others get their turn', async () => {
  const turn = createTurns(20)
  let end = (): void => undefined
  const held = new Promise<void>(resolve => {
    end = resolve
  })
  const first = Array.from({ length: 16 }, () => turn(() => held))
  const waiting = Array.from({ length: 512 }, () => turn(async () => 'late'))
  await expect(turn(async () => 'too many')).rejects.toThrow('too many wait')
  const outcomes = await Promise.allSettled(waiting)
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  await expect(turn(async () => 'late')).rejects.toBeInstanceOf(LdapUnavailable)
  end()
  await Promise.all(first)
  expect(await turn(async () => 'free')).toBe('free')
})
