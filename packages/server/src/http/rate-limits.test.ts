import Fastify, { type FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { createRateLimits, type RateLimits } from './rate-limits.ts'

const limitsNow = {
  signInPerAddress: 600,
  passwordsPerAddress: 30,
  passwordsPerUsername: 20,
  deliveryPerPrincipal: 120,
  deliveryPerAddress: 100_000,
  apiPerPrincipal: 40,
  apiPerAddress: 50,
}

/** Runs the work inside one request of an app with the limits. */
async function within<T>(
  work: (limits: RateLimits, request: FastifyRequest) => Promise<T>,
  values = limitsNow,
) {
  const app = Fastify()
  const limits = createRateLimits(() => values)
  let result: T | undefined
  app.get('/', async request => {
    result = await work(limits, request)
    return ''
  })
  expect((await app.inject('/')).body).toBe('')
  await app.close()
  return result
}

const isAllowed = (attempt: Promise<void>): Promise<boolean> =>
  attempt.then(
    () => true,
    error => {
      expect(error).toMatchObject({ code: 'too-many-requests', status: 429 })
      return false
    },
  )

/** How many of so many attempts are let through. */
async function allowed(times: number, attempt: (index: number) => Promise<void>): Promise<number> {
  let count = 0
  for (let index = 0; index < times; index += 1) if (await isAllowed(attempt(index))) count += 1
  return count
}

test('another address of the same IPv6 network shares the count', async () => {
  const counts = await within(async (limits, request) => [
    await allowed(40, i => limits.password(request, `2001:db8::${i}`, `user${i}`)),
    await allowed(1, () => limits.password(request, '2001:db8:0:1::1', 'user')),
    await allowed(700, i => limits.saml(request, `2001:db8::${i.toString(16)}`)),
  ])
  expect(counts).toEqual([30, 1, 600])
})

test('guessing at a username from one network locks out that network only', async () => {
  const counts = await within(async (limits, request) => [
    await allowed(30, () => limits.password(request, '192.0.2.1', 'admin')),
    await allowed(5, () => limits.password(request, '192.0.2.2', 'admin')),
  ])
  expect(counts).toEqual([10, 5])
})

test('a username in other spellings, which a directory takes for the same, shares the count', async () => {
  const spellings = ['zoe', 'ZOE', 'Zoë', 'zoe ', ' z oe', '\uff5aoe', 'zo\u200be', 'zoe\u0301']
  const counts = await within(async (limits, request) => [
    await allowed(30, i => limits.password(request, '192.0.2.1', spellings[i % 8] ?? '')),
    await allowed(5, () => limits.password(request, '192.0.2.2', 'ZOE')),
    await allowed(150, i => limits.password(request, `198.51.100.${i}`, spellings[i % 8] ?? '')),
  ])
  expect(counts).toEqual([10, 5, 85])
})

test('guessing at a username from many networks is bounded all the same', async () => {
  const count = await within((limits, request) =>
    allowed(150, i => limits.password(request, `192.0.2.${i}`, 'admin')),
  )
  expect(count).toBe(100)
})

test('thousands of other keys do not make a counter forgotten', async () => {
  const count = await within(async (limits, request) => {
    await allowed(120, () => limits.delivery(request, 'alice'))
    await allowed(15_000, i => limits.delivery(request, `filler ${i}`))
    return allowed(1, () => limits.delivery(request, 'alice'))
  })
  expect(count).toBe(0)
})

test('roles and requests to the API are counted by person and by network', async () => {
  const counts = await within(async (limits, request) => [
    await allowed(60, () => limits.api(request)),
    await allowed(50, () => limits.apiOf(request, 'alice')),
    await allowed(1, () => limits.apiOf(request, 'bob')),
  ])
  expect(counts).toEqual([50, 40, 1])
  const ofNetwork = await within(
    (limits, request) => allowed(20, index => limits.delivery(request, `person ${index}`)),
    { ...limitsNow, deliveryPerAddress: 15 },
  )
  expect(ofNetwork).toBe(15)
})
