/** What is refused beforehand because AWS gives a chained role one hour. */
import { describe, expect, it } from 'vitest'
import { AwsError, durationLimitOf, StsClient } from '../src/index.ts'
import { answerOf, credentials, errorOf, roleArn, sessionXml, stsWith } from './sts-server.ts'

const input = { roleArn, roleSessionName: 'alice' }
const long = { ...input, durationSeconds: 7200 }
const temporary = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's', sessionToken: 't' }
const role = answerOf('AssumeRole', sessionXml)

const identity = (arn: string) =>
  answerOf(
    'GetCallerIdentity',
    `<Arn>${arn}</Arn><UserId>A</UserId><Account>123456789012</Account>`,
  )
const session = (name: string) => `arn:aws:sts::123456789012:assumed-role/Gateway/${name}`

async function clientWith(...replies: [number, string][]) {
  const { endpoint, received } = await stsWith(...replies)
  const client = new StsClient({ region: 'eu-central-1', endpoint, credentials: temporary })
  const actions = () => received.map(({ body }) => new URLSearchParams(body).get('Action'))
  return { client, endpoint, actions }
}

describe('a role for more than an hour', () => {
  it('is not asked for with the credentials of a role', async () => {
    const { client, actions } = await clientWith([200, identity(session('server-7'))])
    const call = client.assumeRole(long)
    await expect(call).rejects.toMatchObject({
      code: 'role_chaining',
      message: `AssumeRole: the credentials are those of the role session ${session('server-7')}, with which AWS gives at most 3600 seconds; received durationSeconds 7200`,
      fault: 'client',
      retryable: false,
      remedy: expect.stringContaining('3600'),
    })
    expect(actions()).toEqual(['GetCallerIdentity'])
    expect(durationLimitOf(await call.catch((error: unknown) => error))).toBe('role-chaining')
  })

  it('is looked into once for each access key, however many ask', async () => {
    const { client, actions } = await clientWith([200, identity(session('server-7'))])
    const calls = Array.from({ length: 20 }, () => client.assumeRole(long))
    const settled = await Promise.allSettled([...calls])
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true)
    await expect(client.assumeRole(long)).rejects.toMatchObject({ code: 'role_chaining' })
    expect(actions()).toEqual(['GetCallerIdentity'])
  })

  it.each([
    ['an instance, whose role is not chained', session('i-0123456789abcdef0')],
    ['a user with temporary credentials', 'arn:aws:iam::123456789012:user/alice'],
  ])('is asked for by %s: AWS decides', async (_, arn) => {
    const { client, actions } = await clientWith([200, identity(arn)], [200, role])
    await client.assumeRole(long)
    await client.assumeRole(long)
    expect(actions()).toEqual(['GetCallerIdentity', 'AssumeRole', 'AssumeRole'])
  })

  it('is asked for when AWS does not say who the caller is', async () => {
    const refusal = errorOf('AccessDenied', 'no')
    const { client, actions } = await clientWith([403, refusal], [200, role])
    await client.assumeRole(long)
    expect(actions()).toEqual(['GetCallerIdentity', 'AssumeRole'])
  })

  it('is asked for with long-term keys at once', async () => {
    const { endpoint, actions } = await clientWith([200, role])
    const client = new StsClient({ region: 'eu-central-1', endpoint, credentials })
    await client.assumeRole({ ...input, durationSeconds: 43_200 })
    expect(actions()).toEqual(['AssumeRole'])
  })
})

it('an hour is asked for without a look', async () => {
  const { client, actions } = await clientWith([200, role])
  await client.assumeRole({ ...input, durationSeconds: 3600 })
  await client.assumeRole(input)
  expect(actions()).toEqual(['AssumeRole', 'AssumeRole'])
})

it.each([
  [
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    'role-maximum',
  ],
  [
    'ValidationError',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    'role-chaining',
  ],
  ['ValidationError', 'Value at roleSessionName failed to satisfy constraint', undefined],
  ['AccessDenied', 'not authorized, whatever MaxSessionDuration is', undefined],
])('the limit in %s: %s', (code, message, limit) => {
  expect(durationLimitOf(new AwsError(code, message))).toBe(limit)
  expect(durationLimitOf(new Error(message))).toBeUndefined()
})
