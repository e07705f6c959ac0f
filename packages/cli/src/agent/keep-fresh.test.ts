import { cachedCredentials } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { keepFresh } from './keep-fresh.ts'

test('credentials are renewed between 50 and 95 % of their life, and no caller waits', async () => {
  let now = new Date('2026-01-02T03:00:00Z').getTime()
  const end = now + 24 * 3_600_000
  const fetched: number[] = []
  const source = cachedCredentials(
    {
      get: async () => {
        fetched.push(now)
        const expiration = new Date(now + 3_600_000)
        return { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't', expiration }
      },
      describe: () => 'a source',
    },
    { now: () => new Date(now) },
  )
  const ending = new AbortController()
  let shortest = Number.POSITIVE_INFINITY
  await keepFresh(source, {
    now: () => new Date(now),
    signal: ending.signal,
    sleep: async milliseconds => {
      await new Promise(resolve => setImmediate(resolve))
      const { expiration } = await source.get()
      shortest = Math.min(shortest, (expiration?.getTime() ?? 0) - now)
      now += milliseconds
      if (now >= end) ending.abort()
    },
  })
  const lives = fetched.slice(1).map((at, index) => (at - (fetched[index] ?? 0)) / 3_600_000)
  expect(lives.length).toBeGreaterThan(24)
  expect(Math.min(...lives)).toBeGreaterThanOrEqual(0.5)
  expect(Math.max(...lives)).toBeLessThanOrEqual(0.95)
  expect(shortest).toBeGreaterThan(0.05 * 3_600_000)
})

test('a source that fails is asked again every five seconds', async () => {
  const ending = new AbortController()
  const pauses: number[] = []
  const source = { get: () => Promise.reject(new Error('no')), describe: () => 'a source' }
  await keepFresh(source, {
    now: () => new Date(0),
    signal: ending.signal,
    sleep: async milliseconds => {
      pauses.push(milliseconds)
      if (pauses.length === 3) ending.abort()
    },
  })
  expect(pauses).toEqual([5_000, 5_000, 5_000])
})
