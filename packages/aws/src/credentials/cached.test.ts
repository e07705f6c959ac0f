import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../errors.ts'
import { leaseOf, pauseAfter } from './cache-rules.ts'
import { cachedCredentials } from './cached.ts'
import type { Credentials } from './credentials.ts'

const second = 1_000
const minute = 60 * second

/** A clock that stands until it is moved, and a source whose calls the test answers. */
function world(start = Date.UTC(2026, 0, 1)) {
  let at = start
  let calls = 0
  const open: { resolve(value: Credentials): void; reject(error: unknown): void }[] = []
  const lasting = (ms: number | undefined): Credentials => ({
    accessKeyId: `ASIA${String(calls).padStart(4, '0')}`,
    secretAccessKey: 'secret',
    ...(ms === undefined ? {} : { expiration: new Date(at + ms) }),
  })
  return {
    now: () => new Date(at),
    pass: (ms: number) => {
      at += ms
    },
    calls: () => calls,
    lasting,
    source: {
      describe: () => 'the source',
      get: () => {
        calls += 1
        return new Promise<Credentials>((resolve, reject) => open.push({ resolve, reject }))
      },
    },
    answer: async (value: Credentials | Error) => {
      const one = open.shift()
      if (one === undefined) throw new Error('nobody asked')
      if (value instanceof Error) one.reject(value)
      else one.resolve(value)
      await settled()
    },
  }
}

const settled = () => new Promise<void>(resolve => setImmediate(resolve))
const broken = new AwsError('network', 'the endpoint is down')

describe('cachedCredentials', () => {
  it('asks once for callers of the same moment, and not again before half of the life', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now, random: () => 0 })
    const asked = Promise.all(Array.from({ length: 50 }, () => cached.get()))
    await at.answer(at.lasting(60 * minute))
    expect(new Set(await asked).size).toBe(1)
    at.pass(30 * minute - 1)
    await cached.get()
    expect(at.calls()).toBe(1)
    at.pass(1)
    for (let caller = 0; caller < 50; caller++) {
      expect(await cached.get()).toMatchObject({ accessKeyId: 'ASIA0001' })
    }
    expect(at.calls()).toBe(2)
    await at.answer(at.lasting(60 * minute))
    expect(await cached.get()).toMatchObject({ accessKeyId: 'ASIA0002' })
    expect(cached.describe()).toBe('the source')
  })

  it('asks again at once when the clock is set back after a failure, or after an answer', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now, random: () => 0.5 })
    const failed = cached.get()
    failed.catch(() => undefined)
    await at.answer(broken)
    await expect(failed).rejects.toBe(broken)
    at.pass(-60 * minute)
    const first = cached.get()
    await at.answer(at.lasting(60 * minute))
    const old = await first
    at.pass(-2 * 60 * minute)
    expect(await cached.get()).toBe(old)
    expect(at.calls()).toBe(3)
    await at.answer(at.lasting(60 * minute))
    expect(await cached.get()).not.toBe(old)
    expect(at.calls()).toBe(3)
  })

  it('asks again within 36 hours, however late the credentials are said to end', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now, random: () => 1 })
    const first = cached.get()
    await at.answer(at.lasting(1_000 * 365 * 24 * 60 * minute))
    const old = await first
    at.pass(36 * 60 * minute)
    expect(await cached.get()).toBe(old)
    expect(at.calls()).toBe(2)
    await at.answer(at.lasting(60 * minute))
    expect(await cached.get()).not.toBe(old)
  })

  it('waits as long as it is told to', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, {
      now: at.now,
      sourceTimeoutMs: Number.POSITIVE_INFINITY,
    })
    const asked = cached.get()
    await new Promise(resolve => setTimeout(resolve, 20))
    await at.answer(at.lasting(60 * minute))
    expect(await asked).toMatchObject({ accessKeyId: 'ASIA0001' })
  })

  it('gives up a source that never answers, for all who wait, and asks it again later', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now, sourceTimeoutMs: 20 })
    const waiting = await Promise.allSettled(Array.from({ length: 20 }, () => cached.get()))
    for (const one of waiting) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'timeout' } })
    }
    expect(at.calls()).toBe(1)
    at.pass(10_000)
    const next = cached.get()
    // What comes too late is of use to nobody.
    await at.answer(at.lasting(60 * minute))
    await at.answer(at.lasting(30 * minute))
    expect((await next).expiration?.getTime()).toBe(at.now().getTime() + 30 * minute)
  })

  it('serves what is still valid while a refresh fails, and asks again after a pause', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now, random: () => 0.5 })
    const first = cached.get()
    await at.answer(at.lasting(20 * minute))
    const old = await first
    at.pass(14 * minute)
    for (const pause of [750, 1_500, 3_000, 6_000, 7_500, 7_500]) {
      const before = at.calls()
      expect(await cached.get()).toBe(old)
      expect(at.calls()).toBe(before + 1)
      await at.answer(broken)
      at.pass(pause - 1)
      expect(await cached.get()).toBe(old)
      expect(at.calls()).toBe(before + 1)
      at.pass(1)
    }
  })

  it('gives the failure, and no expired credentials, once nothing is valid', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now, random: () => 0 })
    const first = cached.get()
    await at.answer(at.lasting(10 * minute))
    await first
    at.pass(10 * minute)
    const late = Promise.allSettled(Array.from({ length: 500 }, () => cached.get()))
    await at.answer(broken)
    expect((await late).every(one => one.status === 'rejected' && one.reason === broken)).toBe(true)
    await expect(cached.get()).rejects.toBe(broken)
    expect(at.calls()).toBe(2)
    at.pass(500)
    const again = cached.get()
    await at.answer(at.lasting(10 * minute))
    expect(await again).toMatchObject({ accessKeyId: 'ASIA0003' })
  })

  it('500 callers while credentials expire cost one refresh and get the new ones', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now })
    const first = cached.get()
    await at.answer(at.lasting(15 * minute))
    await first
    at.pass(15 * minute - 6 * second)
    const burst: Promise<Credentials>[] = []
    for (let caller = 0; caller < 500; caller++) {
      // They come over the last six seconds and a few more.
      if (caller % 50 === 0) at.pass(second)
      burst.push(cached.get().then(given => checkedAt(given, at.now())))
      await Promise.resolve()
    }
    await at.answer(at.lasting(15 * minute))
    const given = await Promise.all(burst)
    expect(at.calls()).toBe(2)
    expect(new Set(given.map(one => one.accessKeyId)).size).toBeLessThanOrEqual(2)
    expect(given.at(-1)).toMatchObject({ accessKeyId: 'ASIA0002' })
  })

  it.each([
    ['expired', new Date(0)],
    ['unreadable', new Date(Number.NaN)],
  ])('refuses credentials with an end that is %s', async (_, expiration) => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now })
    const asked = cached.get()
    await Promise.all([
      expect(asked).rejects.toMatchObject({
        code: 'expired_credentials',
        message: expect.stringContaining('the source: the credentials'),
      }),
      at.answer({ ...at.lasting(0), expiration }),
    ])
  })

  it('keeps those without an end for five minutes, and not when they are withdrawn', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now, random: () => 0 })
    const first = cached.get()
    await at.answer(at.lasting(undefined))
    expect((await first).expiration).toBeUndefined()
    at.pass(3 * minute)
    await cached.get()
    await at.answer(new AwsError('no_credentials', 'gone'))
    await cached.get()
    at.pass(2 * minute)
    const last = cached.get()
    await Promise.all([
      expect(last).rejects.toMatchObject({ code: 'no_credentials' }),
      at.answer(new AwsError('no_credentials', 'gone')),
    ])
  })

  it('forgets all when invalidated, also what is under way', async () => {
    const at = world()
    const cached = cachedCredentials(at.source, { now: at.now })
    const early = cached.get()
    cached.invalidate()
    const late = cached.get()
    await at.answer({ ...at.lasting(minute), accessKeyId: 'ASIAREVOKED' })
    const between = cached.get()
    await at.answer(at.lasting(minute))
    for (const one of [early, late, between]) {
      expect(await one).toMatchObject({ accessKeyId: 'ASIA0002' })
    }
    expect(at.calls()).toBe(2)
    cached.invalidate()
    const failed = cached.get()
    await Promise.all([expect(failed).rejects.toBe(broken), at.answer(broken)])
    cached.invalidate()
    void cached.get().catch(() => undefined)
    expect(at.calls()).toBe(4)
  })

  it('takes a source that throws at once for one that fails', async () => {
    const cached = cachedCredentials({
      describe: () => 'throwing',
      get: () => {
        throw broken
      },
    })
    await expect(cached.get()).rejects.toBe(broken)
  })
})

function checkedAt(given: Credentials, now: Date): Credentials {
  expect(given.expiration?.getTime()).toBeGreaterThan(now.getTime())
  return given
}

describe('the times of a cache', () => {
  it('are between half and 90 % of the life, five minutes before its end at the latest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 36 * 60 * minute }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (life, chance) => {
          const lease = leaseOf({ ...keys, expiration: new Date(life) }, 0, chance)
          expect(lease.refreshAt).toBeGreaterThanOrEqual(life / 2)
          expect(lease.refreshAt).toBeLessThanOrEqual(Math.max(life * 0.6, life - 5 * minute))
          expect(lease.refreshAt).toBeLessThanOrEqual(life * 0.9)
          expect(lease.endsAt).toBeLessThan(life)
          expect(lease.endsAt).toBeGreaterThan(lease.refreshAt)
        },
      ),
    )
    expect(pauseAfter(1_000, 0.999)).toBeLessThanOrEqual(10_000)
  })

  it('never let expired credentials out, whatever source, clock and callers do', async () => {
    const step = fc.record({
      pass: fc.oneof(fc.integer({ min: 0, max: 20 * minute }), fc.integer({ min: 0, max: second })),
      callers: fc.integer({ min: 0, max: 5 }),
      answers: fc.constantFrom('good', 'short', 'stale', 'fails', 'waits', 'invalidate'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const at = world()
        const cached = cachedCredentials(at.source, { now: at.now })
        const told: Promise<unknown>[] = []
        let answered = 0
        for (const { pass, callers, answers } of steps) {
          at.pass(pass)
          for (let caller = 0; caller < callers; caller++) {
            told.push(
              cached.get().then(
                given => checkedAt(given, at.now()),
                error => expect(error).toBeInstanceOf(AwsError),
              ),
            )
          }
          await settled()
          if (answers === 'invalidate') cached.invalidate()
          if (answers === 'waits' || answers === 'invalidate' || at.calls() === answered) continue
          answered += 1
          const life = { good: 15 * minute, short: 2 * second, stale: -minute, fails: 0 }[answers]
          await at.answer(answers === 'fails' ? broken : at.lasting(life))
        }
        while (answered < at.calls()) {
          answered += 1
          await at.answer(at.lasting(15 * minute))
        }
        await Promise.all(told)
      }),
      { numRuns: 300 },
    )
  })
})

const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret' }
