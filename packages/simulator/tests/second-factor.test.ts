import { expect, test } from 'vitest'
import { caller } from './calls.ts'
import { annKeys, arnOf, companyWorld, device, main } from './company-world.ts'
import { type Clock, runSimulator } from './running.ts'
import { codeAt } from './totp-code.ts'

const wrongCode = 'MultiFactorAuthentication failed with invalid MFA one time pass code. '

/** A simulator of its own for each test: a code is good only once. */
async function begin() {
  const running = await runSimulator(companyWorld)
  return { ...caller(running), clock: running.clock }
}

const factor = (clock: Clock, SerialNumber: string = device) => ({
  SerialNumber,
  TokenCode: codeAt(clock.now()),
})
const role = { RoleArn: arnOf('ops/WithFactor'), RoleSessionName: 'ann' }

test('AssumeRole with a second factor meets the trust policy, without one it does not', async () => {
  const { query, clock } = await begin()
  expect((await query(annKeys, 'sts', 'AssumeRole', role)).code).toBe('AccessDenied')
  const given = { ...role, ...factor(clock) }
  expect((await query(annKeys, 'sts', 'AssumeRole', given)).status).toBe(200)
  expect(await query(annKeys, 'sts', 'AssumeRole', given)).toMatchObject({
    code: 'AccessDenied',
    status: 403,
    message: wrongCode,
  })
})

test('a device that is not a virtual one has its own number', async () => {
  const { query, clock } = await begin()
  const given = { ...role, ...factor(clock, 'GAHT12345678') }
  expect((await query(annKeys, 'sts', 'AssumeRole', given)).status).toBe(200)
})

test.each([
  ['a wrong code', { SerialNumber: device, TokenCode: '000000' }, wrongCode],
  [
    'an unknown device',
    { SerialNumber: `${device}2`, TokenCode: '000000' },
    /serial number is valid/,
  ],
  ['a code alone', { TokenCode: '000000' }, /serial number is valid/],
  ['a device alone', { SerialNumber: device }, /must provide MFA serial number/],
])('%s is refused', async (_, given, message) => {
  const { query } = await begin()
  for (const [operation, parameters] of [
    ['AssumeRole', role],
    ['GetSessionToken', {}],
  ] as const) {
    const answer = await query(annKeys, 'sts', operation, { ...parameters, ...given })
    expect([answer.code, answer.status]).toEqual(['AccessDenied', 403])
    expect(answer.message).toMatch(message)
  }
})

test('GetSessionToken carries the factor into AssumeRole and IAM, for as long as policies say', async () => {
  const { query, keysOf, clock } = await begin()
  const without = await keysOf(query(annKeys, 'sts', 'GetSessionToken'))
  expect((await query(without, 'sts', 'AssumeRole', role)).code).toBe('AccessDenied')
  // IAM takes such keys only with a factor.
  expect(await query(without, 'iam', 'ListRoles')).toMatchObject({
    code: 'InvalidClientTokenId',
    status: 403,
  })
  const keys = await keysOf(query(annKeys, 'sts', 'GetSessionToken', factor(clock)))
  expect((await query(keys, 'sts', 'AssumeRole', role)).status).toBe(200)
  expect((await query(keys, 'iam', 'ListRoles')).status).toBe(200)
  expect((await query(annKeys, 'iam', 'ListRoles')).code).toBe('AccessDenied')
  clock.forward(601)
  expect((await query(keys, 'iam', 'ListRoles')).code).toBe('AccessDenied')
  expect((await query(keys, 'sts', 'AssumeRole', role)).status).toBe(200)
  clock.forward(3000)
  expect((await query(keys, 'sts', 'AssumeRole', role)).code).toBe('AccessDenied')
})

test('a role taken with a factor does not carry it on', async () => {
  const { query, keysOf, clock } = await begin()
  const keys = await keysOf(query(annKeys, 'sts', 'AssumeRole', { ...role, ...factor(clock) }))
  const next = { RoleArn: arnOf('ops/WithFactor'), RoleSessionName: 'again' }
  expect((await query(keys, 'sts', 'AssumeRole', next)).code).toBe('AccessDenied')
  // A session has no device of its own.
  clock.forward(60)
  const given = await query(keys, 'sts', 'AssumeRole', { ...next, ...factor(clock) })
  expect(given.message).toMatch(/serial number is valid/)
})

test('sessions of users may call AssumeRole and GetCallerIdentity of STS, nothing else', async () => {
  const { query, keysOf, clock } = await begin()
  const keys = await keysOf(query(annKeys, 'sts', 'GetSessionToken', factor(clock)))
  const who = await query(keys, 'sts', 'GetCallerIdentity')
  expect(who.field('Arn')).toBe(`arn:aws:iam::${main}:user/ann`)
  for (const operation of ['GetSessionToken', 'GetFederationToken', 'GetAccessKeyInfo']) {
    expect(await query(keys, 'sts', operation)).toMatchObject({
      code: 'AccessDenied',
      message: `Cannot call ${operation} with session credentials`,
    })
  }
})
