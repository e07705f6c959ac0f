/** Role sessions that are kept: given again, renewed in time, and never to anybody else. */
import { randomBytes } from 'node:crypto'
import { AwsError, type HttpSend, httpSend } from '@rolecall/aws'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { catalogOf } from '../src/accounts/index.ts'
import { createCore } from '../src/core.ts'
import type { Config, Principal, RoleOffer } from '../src/index.ts'
import { personOf, startGateway, type TestGateway } from './gateway.ts'

let at: TestGateway
let config: Config
let core: ReturnType<typeof createCore>
/** Forms that STS was sent. */
let asked: URLSearchParams[]
let answerInstead: (() => Promise<never>) | undefined
/** Happens after AWS has answered. */
let afterwards: () => void
/** Names of roles of which the step told that AWS refuses them. */
let doubted: string[]
const minute = 60
const hour = 60 * minute

const http: HttpSend = async request => {
  const form = new URLSearchParams(String(request.body))
  if (form.get('Action') === 'AssumeRole') {
    asked.push(form)
    if (answerInstead !== undefined) return answerInstead()
  }
  const answer = await httpSend(request)
  afterwards()
  return answer
}

beforeEach(async () => {
  asked = []
  doubted = []
  answerInstead = undefined
  afterwards = () => undefined
  at = await startGateway()
  config = at.config
  core = createCore({
    config: () => config,
    catalog: () => catalogOf(config.accounts),
    audit: at.gateway.audit,
    now: () => at.clock.now,
    // In the middle of the time in which sessions are renewed: after 70 % of an hour.
    random: size => new Uint8Array(size).fill(0x80),
    http,
    warn: () => undefined,
    onRefused: ({ roleName }) => doubted.push(roleName),
  })
})
afterEach(() => at.close())

const person = (username: string) => personOf(username, ['developers'])
const bob = () => person('bob')
function offerOf(
  principal: Principal,
  role = 'Developer',
  over: Partial<RoleOffer> = {},
): RoleOffer {
  const offer = core.offers(principal, principal.address).find(one => one.roleName === role)
  if (offer === undefined) throw new Error(`no offer of ${role}`)
  return { ...offer, ...over }
}
const take = (who = bob(), over: Partial<RoleOffer> = {}) =>
  core.roles.take(who, offerOf(who, 'Developer', over))
const keyOf = async (...of: Parameters<typeof take>) =>
  (await take(...of)).session.credentials.accessKeyId
const events = async (type: 'role.taken' | 'role.refused') =>
  (await at.gateway.audit.recent({ type })).map(one => one.event)
const refuse = () => Promise.reject(new AwsError('AccessDenied', 'no', { status: 403 }))
const noNetwork = () =>
  Promise.reject(new AwsError('network', 'the connection was cut', { fault: 'network' }))

describe('a session', () => {
  test('is taken once for all who ask in one moment, and recorded once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => keyOf()))
    expect(new Set(keys).size).toBe(1)
    expect(asked).toHaveLength(1)
    expect(await events('role.taken')).toMatchObject([
      { principal: 'company:bob', address: '192.0.2.7', accessKeyId: keys[0], role: 'Developer' },
    ])
    expect(await take()).toMatchObject({ isCached: true, isWaited: false })
  })

  test('is never that of somebody else', async () => {
    const mine = await keyOf()
    const others = [
      await keyOf(person('alice')),
      await keyOf({ ...bob(), id: 'partner:bob', source: 'partner' }),
      await keyOf({ ...bob(), source: 'partner' }),
    ]
    expect(new Set([mine, ...others]).size).toBe(4)
  })

  test.each<[string, Partial<RoleOffer>]>([
    ['a policy', { policy: '{"Version":"2012-10-17","Statement":[]}' }],
    ['a tag', { tags: [{ key: 'team', value: 'blue' }] }],
    ['a shorter duration', { durationSeconds: 900 }],
  ])('with %s is another one', async (_name, over) => {
    const without = await keyOf()
    expect(await keyOf(bob(), over)).not.toBe(without)
    expect(await keyOf()).toBe(without)
  })

  test('is given by the grant of now', async () => {
    await take()
    const { session } = await take(bob(), { reason: 'another grant' })
    expect(session.offer.reason).toBe('another grant')
  })

  test('goes with the configuration of AWS, and stays with any other change', async () => {
    const first = await keyOf()
    config = { ...config, title: 'Another' }
    expect(await keyOf()).toBe(first)
    config = { ...config, aws: { ...config.aws } }
    expect(await keyOf()).not.toBe(first)
  })

  test('is as long again as the grant says once the configuration of AWS is another', async () => {
    const over = { durationSeconds: 12 * hour }
    const message =
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
    answerInstead = () => {
      answerInstead = undefined
      return Promise.reject(new AwsError('ValidationError', message, { status: 400 }))
    }
    const before = await take(bob(), over)
    expect(before.session.durationSeconds).toBe(hour)
    expect(core.roles.noteFor(offerOf(bob(), 'Developer', over))).toContain('1 hour')
    config = { ...config, aws: { ...config.aws } }
    expect(core.roles.noteFor(offerOf(bob(), 'Developer', over))).toBeUndefined()
  })

  test('is forgotten with its principal, and no other is', async () => {
    const [first, others] = [await keyOf(), await keyOf(person('alice'))]
    core.roles.forget(['company:bob'])
    const next = await keyOf()
    expect(next).not.toBe(first)
    // What has left works until it ends, so that it is listed until then.
    const live = core.roles.liveSessions('company:bob').map(({ accessKeyId }) => accessKeyId)
    expect(live.toSorted()).toEqual([first, next].toSorted())
    expect(await keyOf(person('alice'))).toBe(others)
  })

  test('is listed while it is valid, without its secrets', async () => {
    const { session } = await take()
    const [live, ...others] = core.roles.liveSessions('company:bob')
    expect(others).toEqual([])
    expect(live).toMatchObject({ accessKeyId: session.credentials.accessKeyId, sessionName: 'bob' })
    expect(JSON.stringify(live)).not.toContain(session.credentials.secretAccessKey)
    expect(live).not.toHaveProperty('credentials')
    expect(core.roles.liveSessions('company:alice')).toEqual([])
    at.clock.advance(hour)
    expect(core.roles.liveSessions('company:bob')).toEqual([])
  })
})

describe('renewal', () => {
  test('happens behind the back of who asks, when the last part has begun', async () => {
    const first = await keyOf()
    at.clock.advance(41 * minute)
    expect(await keyOf()).toBe(first)
    expect(asked).toHaveLength(1)
    at.clock.advance(2 * minute)
    expect(await keyOf()).toBe(first)
    await vi.waitFor(async () => expect(await keyOf()).not.toBe(first), { timeout: 10_000 })
    expect(asked).toHaveLength(2)
    expect(await events('role.taken')).toMatchObject([{ detail: { renewal: 'true' } }, {}])
  })

  test('is recorded with the grant of now, not with that of the first session', async () => {
    await take()
    at.clock.advance(50 * minute + 1)
    const grant = { name: 'the-other', line: 7, path: undefined }
    await take(bob(), { grant, reason: 'another grant' })
    expect(await events('role.taken')).toMatchObject([
      { grant: 'the-other', reason: 'another grant' },
      { grant: 'sandbox-Developer' },
    ])
  })

  test('is waited for by who would get less than ten minutes', async () => {
    await take()
    at.clock.advance(50 * minute + 1)
    const { session, isCached, isWaited } = await take()
    expect(session.expiration.getTime() - at.clock.now.getTime()).toBeGreaterThan(
      50 * minute * 1000,
    )
    expect({ isCached, isWaited }).toEqual({ isCached: false, isWaited: true })
  })

  test('a console has half of its session before it', async () => {
    await take()
    at.clock.advance(31 * minute)
    const console = await core.roles.take(bob(), offerOf(bob()), { form: 'console' })
    expect(console.isCached).toBe(false)
  })

  test('when it fails, what is valid is given, and the log has the failure', async () => {
    const first = await keyOf()
    answerInstead = refuse
    at.clock.advance(55 * minute)
    expect(await keyOf()).toBe(first)
    expect(await events('role.refused')).toMatchObject([
      { result: 'refused', code: 'AccessDenied', detail: { renewal: 'true' } },
    ])
    at.clock.advance(6 * minute)
    await expect(take()).rejects.toMatchObject({ code: 'aws-refused' })
  })
})

test('keys that have ended by the clock of the gateway are no refusal, and the reason names the clock', async () => {
  afterwards = () => at.clock.advance(2 * hour)
  await expect(take()).rejects.toMatchObject({
    code: 'aws-unreachable',
    cause: { message: expect.stringContaining('is the clock right?') },
  })
})

describe('a refusal', () => {
  test('of AWS is not asked for again at once', async () => {
    answerInstead = refuse
    await expect(take()).rejects.toMatchObject({ code: 'aws-refused' })
    await expect(take()).rejects.toMatchObject({ code: 'aws-refused' })
    expect(asked).toHaveLength(1)
    expect(doubted).toEqual(['Developer'])
    answerInstead = undefined
    at.clock.advance(2)
    expect((await take()).isCached).toBe(false)
  })

  test('of the network is, each time', async () => {
    config = { ...config, aws: { ...config.aws, timeoutMs: 20 } }
    answerInstead = noNetwork
    await expect(take()).rejects.toMatchObject({ code: 'aws-unreachable' })
    const before = asked.length
    await expect(take()).rejects.toMatchObject({ code: 'aws-unreachable' })
    expect(asked.length).toBeGreaterThan(before)
    expect(doubted).toEqual([])
  })
})

test('AWS is asked for all that the grant describes', async () => {
  await take(bob(), {
    policy:
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
    policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    tags: [{ key: 'team', value: 'blue' }],
    transitiveTagKeys: ['team'],
    sourceIdentity: 'bob@example.com',
    durationSeconds: 3600,
  }).catch(() => undefined)
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    RoleSessionName: 'bob',
    SourceIdentity: 'bob@example.com',
    DurationSeconds: '3600',
    Policy: expect.stringContaining('s3:*'),
    'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    'Tags.member.1.Key': 'team',
    'Tags.member.1.Value': 'blue',
    'TransitiveTagKeys.member.1': 'team',
  })
})

test.each<[string, Partial<RoleOffer>, string]>([
  [
    'larger than AWS packs',
    {
      tags: Array.from({ length: 50 }, (_, one) => ({
        key: `key${one}`,
        value: randomBytes(192).toString('base64url'),
      })),
    },
    'session-too-large',
  ],
  ['no policy', { policy: 'x' }, 'session-refused'],
  [
    'with a tag twice',
    {
      tags: [
        { key: 'A', value: '1' },
        { key: 'a', value: '2' },
      ],
    },
    'session-refused',
  ],
])('a session that is %s has an error of its own', async (_name, over, code) => {
  await expect(take(bob(), over)).rejects.toMatchObject({ code, status: 502 })
})
