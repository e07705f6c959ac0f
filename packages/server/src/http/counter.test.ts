import { expect, test } from 'vitest'
import { createCounter } from './counter.ts'

function start(mostKeys = 3) {
  const clock = { now: 1_000_000 }
  return { clock, count: createCounter(1000, mostKeys, () => clock.now) }
}

test('a window begins with its first and ends whatever comes in it', () => {
  const { clock, count } = start()
  expect(count('a')).toEqual({ count: 1, leftMs: 1000 })
  clock.now += 999
  expect([count('a'), count('b')]).toEqual([
    { count: 2, leftMs: 1 },
    { count: 1, leftMs: 1000 },
  ])
  clock.now += 1
  expect(count('a')).toEqual({ count: 1, leftMs: 1000 })
})

test('a clock that was set back begins a new window', () => {
  const { clock, count } = start()
  count('a')
  clock.now -= 86_400_000
  expect(count('a')).toEqual({ count: 1, leftMs: 1000 })
})

test('of too many keys the one unused for longest makes room', () => {
  const { count } = start()
  for (const key of ['a', 'b', 'c', 'a', 'd']) count(key)
  expect([count('a').count, count('b').count]).toEqual([3, 1])
})
