import { expect, test } from 'vitest'
import { createRateLimits } from './rate-limits.ts'

const limitsNow = {
  signInPerAddress: 600,
  passwordsPerAddress: 30,
  passwordsPerUsername: 20,
  deliveryPerPrincipal: 120,
  deliveryPerAddress: 100_000,
  apiPerPrincipal: 40,
  apiPerAddress: 50,
}

/** Whether one attempt is let through. */
function isAllowed(attempt: () => void): boolean {
  try {
    attempt()
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'too-many-requests', status: 429 })
    return false
  }
}

/** How many of so many attempts are let through. */
function allowed(times: number, attempt: (index: number) => void): number {
  let count = 0
  for (let index = 0; index < times; index += 1) if (isAllowed(() => attempt(index))) count += 1
  return count
}

test('another address of the same IPv6 network shares the count', () => {
  const limits = createRateLimits(() => limitsNow)
  const counts = [
    allowed(40, i => limits.password(`2001:db8::${i}`, `user${i}`)),
    allowed(1, () => limits.password('2001:db8:0:1::1', 'user')),
    allowed(700, i => limits.saml(`2001:db8::${i.toString(16)}`)),
  ]
  expect(counts).toEqual([30, 1, 600])
})

test('guessing at a username from one network locks out that network only', () => {
  const limits = createRateLimits(() => limitsNow)
  const counts = [
    allowed(30, () => limits.password('192.0.2.1', 'admin')),
    allowed(5, () => limits.password('192.0.2.2', 'admin')),
  ]
  expect(counts).toEqual([10, 5])
})

test('a username in other spellings, which a directory takes for the same, shares the count', () => {
  const spellings = ['zoe', 'ZOE', 'Zoë', 'zoe ', ' z oe', '\uff5aoe', 'zo\u200be', 'zoe\u0301']
  const limits = createRateLimits(() => limitsNow)
  const counts = [
    allowed(30, i => limits.password('192.0.2.1', spellings[i % 8] ?? '')),
    allowed(5, () => limits.password('192.0.2.2', 'ZOE')),
    allowed(150, i => limits.password(`198.51.100.${i}`, spellings[i % 8] ?? '')),
  ]
  expect(counts).toEqual([10, 5, 85])
})

test('guessing at a username from many networks is bounded all the same', () => {
  const limits = createRateLimits(() => limitsNow)
  const count = allowed(150, i => limits.password(`192.0.2.${i}`, 'admin'))
  expect(count).toBe(100)
})

test('thousands of other keys do not make a counter forgotten', () => {
  const limits = createRateLimits(() => limitsNow)
  allowed(120, () => limits.delivery('192.0.2.1', 'alice'))
  allowed(15_000, i => limits.delivery('192.0.2.1', `filler ${i}`))
  expect(allowed(1, () => limits.delivery('192.0.2.1', 'alice'))).toBe(0)
})

test('roles and requests to the API are counted by person and by network', () => {
  const limits = createRateLimits(() => limitsNow)
  const counts = [
    allowed(60, () => limits.api('192.0.2.1')),
    allowed(50, () => limits.apiOf('alice')),
    allowed(1, () => limits.apiOf('bob')),
  ]
  expect(counts).toEqual([50, 40, 1])
  const fewer = createRateLimits(() => ({ ...limitsNow, deliveryPerAddress: 15 }))
  expect(allowed(20, index => fewer.delivery('192.0.2.1', `person ${index}`))).toBe(15)
})
