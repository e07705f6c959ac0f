/** STS that is busy, unreachable or of another time. */
import { describe, expect, it } from 'vitest'
import {
  AwsError,
  type CredentialSource,
  StsClient,
  type StsClientOptions,
  verifySignedRequest,
} from '../src/index.ts'
import { listen, type Received } from './listen.ts'
import { answerOf, credentials, errorOf, retry, type StsReply, stsWith } from './sts-server.ts'

const identity = answerOf(
  'GetCallerIdentity',
  '<Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>AIDA</UserId><Account>123456789012</Account>',
)
const busy = errorOf('Throttling', 'Rate exceeded')

describe('Retry-After', () => {
  const waiting = async (reply: StsReply, options: Partial<StsClientOptions> = {}) => {
    const { endpoint, received } = await stsWith(reply, [200, identity])
    const client = new StsClient({ region: 'eu-west-1', credentials, endpoint, retry, ...options })
    const began = performance.now()
    const error = await client.getCallerIdentity().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return { error, ms: performance.now() - began, calls: received.length }
  }

  it.each<[string, StsReply]>([
    ['in seconds', [503, 'busy', { 'retry-after': '1' }]],
    ['of a throttled call', [400, busy, { 'retry-after': ' 1 ' }]],
    [
      'as a date, by the clock of the service',
      [
        429,
        busy,
        {
          date: 'Sun, 06 Nov 1994 08:49:37 GMT',
          'retry-after': 'Sun, 06 Nov 1994 08:49:38 GMT',
        },
      ],
    ],
  ])('is waited for: %s', async (_, reply) => {
    const { error, ms, calls } = await waiting(reply)
    expect(error).toBeUndefined()
    expect(calls).toBe(2)
    expect(ms).toBeGreaterThan(990)
    expect(ms).toBeLessThan(3000)
  })

  it.each<[string, StsReply, Partial<StsClientOptions>]>([
    ['the deadline', [503, '', { 'retry-after': '5' }], { timeoutMs: 3000 }],
    ['the longest that is allowed', [503, '', { 'retry-after': '21' }], { timeoutMs: 60_000 }],
    [
      'the longest of the rules',
      [503, '', { 'retry-after': '2' }],
      { retry: { ...retry, maxRetryAfterMs: 1999 } },
    ],
  ])('beyond %s is not, and the call fails at once', async (_, reply, options) => {
    const { error, ms, calls } = await waiting(reply, options)
    expect(error).toMatchObject({ status: 503, retryAfterMs: expect.any(Number) })
    expect(calls).toBe(1)
    expect(ms).toBeLessThan(1000)
  })

  it.each(['soon', '-1', '1.5', '99999999999', 'Sun, 99 Nov 1994 08:49:38 GMT'])(
    '%s means nothing',
    async value => {
      const { error, ms } = await waiting([503, '', { 'retry-after': value }])
      expect(error).toBeUndefined()
      expect(ms).toBeLessThan(1000)
    },
  )
})

/** A service that verifies signatures by its own clock, `aheadMs` ahead of the client's. */
async function serviceAhead(aheadMs: number, code: string, client = () => new Date()) {
  const received: Received[] = []
  const clock = () => new Date(client().getTime() + aheadMs)
  const endpoint = await listen((request, response) => {
    received.push(request)
    response.setHeader('date', clock().toUTCString())
    const { message, body } = request
    try {
      verifySignedRequest(
        { method: 'POST', path: message.url ?? '', headers: message.headersDistinct, body },
        { now: clock(), service: 'sts', findCredentials: () => credentials },
      )
      response.end(identity)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      response.writeHead(403).end(errorOf(code === '' ? error.code : code, error.message))
    }
  })
  return { endpoint, received }
}

describe('a clock that is off', () => {
  const minutes = 60_000

  it.each([
    ['behind by twenty minutes', 20 * minutes, ''],
    ['ahead by twenty minutes', -20 * minutes, ''],
    ['behind by a day, nearly', 23 * 60 * minutes, ''],
    ['told of as RequestTimeTooSkewed', 20 * minutes, 'RequestTimeTooSkewed'],
    ['told of as RequestExpired', 20 * minutes, 'RequestExpired'],
  ])('is set right by the answer: %s', async (_, aheadMs, code) => {
    const { endpoint, received } = await serviceAhead(aheadMs, code)
    const told: number[] = []
    const onClockCorrected = (offsetMs: number) => told.push(offsetMs)
    const options = { region: 'eu-west-1', credentials, endpoint, onClockCorrected }
    const client = new StsClient(options)
    expect(client.clockOffsetMs).toBe(0)
    await client.getCallerIdentity()
    await client.getCallerIdentity()
    // Remembered: the second call is right the first time.
    expect(received).toHaveLength(3)
    expect(told).toHaveLength(1)
    expect(Math.abs(client.clockOffsetMs - aheadMs)).toBeLessThan(3000)
    expect(told[0]).toBe(client.clockOffsetMs)
  })

  it('is set right once for many calls at a time, and all of them succeed', async () => {
    const { endpoint } = await serviceAhead(20 * minutes, '')
    const told: number[] = []
    const onClockCorrected = (offsetMs: number) => told.push(offsetMs)
    const options = { region: 'eu-west-1', credentials, endpoint, onClockCorrected }
    const client = new StsClient(options)
    const calls = Array.from({ length: 30 }, () => client.getCallerIdentity())
    expect(await Promise.all(calls)).toHaveLength(30)
    expect(told).toHaveLength(1)
  })

  it('is set right again when the machine has got the time meanwhile', async () => {
    let error = -20 * minutes
    const machine = () => new Date(Date.now() + error)
    const { endpoint, received } = await serviceAhead(0, '')
    const client = new StsClient({ region: 'eu-west-1', credentials, endpoint, now: machine })
    await client.getCallerIdentity()
    error = 0
    await client.getCallerIdentity()
    expect(Math.abs(client.clockOffsetMs)).toBeLessThan(3000)
    expect(received).toHaveLength(4)
  })

  it.each<[string, number, Partial<StsClientOptions>]>([
    ['when that is switched off', 20 * minutes, { correctClock: false }],
    ['by more than a day', 25 * 60 * minutes, {}],
  ])('stays %s', async (_, aheadMs, options) => {
    const { endpoint, received } = await serviceAhead(aheadMs, '')
    const client = new StsClient({ region: 'eu-west-1', credentials, endpoint, ...options })
    await expect(client.getCallerIdentity()).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
    expect(received).toHaveLength(1)
    expect(client.clockOffsetMs).toBe(0)
  })

  it('is not suspected when the signature is wrong for another reason', async () => {
    const { endpoint, received } = await serviceAhead(20 * minutes, 'AccessDenied')
    const client = new StsClient({ region: 'eu-west-1', credentials, endpoint })
    await expect(client.getCallerIdentity()).rejects.toMatchObject({ code: 'AccessDenied' })
    expect(received).toHaveLength(1)
  })

  it('is corrected once a call, by a service that moves', async () => {
    let calls = 0
    const endpoint = await listen((_, response) => {
      calls += 1
      response.setHeader('date', new Date(Date.now() + calls * 20 * minutes).toUTCString())
      response.writeHead(403).end(errorOf('RequestTimeTooSkewed', 'moving'))
    })
    const client = new StsClient({ region: 'eu-west-1', credentials, endpoint })
    await expect(client.getCallerIdentity()).rejects.toMatchObject({
      code: 'RequestTimeTooSkewed',
    })
    expect(calls).toBe(2)
  })
})

describe('a second region', () => {
  const down: StsReply = [503, '']

  async function regions(first: StsReply[] | 'silent' | 'closed', ...second: StsReply[]) {
    const silent = { endpoint: await listen(() => undefined), received: [] as Received[] }
    const closed = { endpoint: 'http://127.0.0.1:1', received: [] as Received[] }
    const one = first === 'silent' ? silent : first === 'closed' ? closed : await stsWith(...first)
    const other = await stsWith(...second)
    const options = {
      region: 'eu-central-1',
      endpoint: one.endpoint,
      failoverRegion: 'eu-west-1',
      failoverEndpoint: other.endpoint,
      credentials,
      retry,
    } as const
    return { options, one: one.received, other: other.received }
  }

  it.each<[string, StsReply[] | 'silent' | 'closed', number]>([
    ['is at fault', [down], 3],
    ['cannot be reached', 'closed', 0],
    ['does not answer', 'silent', 0],
  ])('answers when the first %s', async (_, first, calls) => {
    const { options, one, other } = await regions(first, [200, identity])
    const client = new StsClient({ ...options, timeoutMs: 1000 })
    const began = performance.now()
    expect(await client.getCallerIdentity()).toMatchObject({ region: 'eu-west-1' })
    expect(performance.now() - began).toBeLessThan(900)
    expect(one).toHaveLength(calls)
    expect(other[0]?.message.headers.authorization).toContain('/eu-west-1/sts/aws4_request')
    // For a while it comes first: the next caller does not wait for what is down.
    const again = performance.now()
    expect(await client.getCallerIdentity()).toMatchObject({ region: 'eu-west-1' })
    expect(performance.now() - again).toBeLessThan(400)
    expect(one).toHaveLength(calls)
  })

  it('that fails in turn gives way to the first', async () => {
    const { options } = await regions([down, down, down, [200, identity]], [200, identity], down)
    const client = new StsClient(options)
    expect(await client.getCallerIdentity()).toMatchObject({ region: 'eu-west-1' })
    expect(await client.getCallerIdentity()).toMatchObject({ region: 'eu-central-1' })
  })

  it.each<[string, StsReply]>([
    ['a refusal', [403, errorOf('AccessDenied', 'no')]],
    ['a region that is not active', [403, errorOf('RegionDisabledException', 'no')]],
    ['too many calls', [400, busy]],
    ['too many calls by status', [429, busy]],
    ['an answer of something else', [200, 'hello']],
  ])('is not asked after %s', async (_, reply) => {
    const { options, other } = await regions([reply], [200, identity])
    await expect(new StsClient(options).getCallerIdentity()).rejects.toBeInstanceOf(AwsError)
    expect(other).toEqual([])
  })

  it('is not asked when the source of credentials cannot be reached', async () => {
    const { options, one, other } = await regions([[200, identity]], [200, identity])
    let asked = 0
    const source: CredentialSource = {
      get: async () => {
        asked += 1
        throw new AwsError('network', 'the metadata service is down', { fault: 'network' })
      },
      describe: () => 'test',
    }
    const client = new StsClient({ ...options, credentials: source })
    await expect(client.getCallerIdentity()).rejects.toMatchObject({
      code: 'network',
      message: 'the metadata service is down',
    })
    expect([asked, one.length, other.length]).toEqual([1, 0, 0])
  })

  it('that refuses is told of with what happened before', async () => {
    const { options } = await regions([down], [403, errorOf('AccessDenied', 'no')])
    await expect(new StsClient(options).getCallerIdentity()).rejects.toMatchObject({
      code: 'AccessDenied',
      message: 'no (from eu-west-1, asked after eu-central-1 failed: bad_answer)',
      requestId: 'request-2',
    })
  })

  it.each(['us-gov-west-1', 'eu-central-1', 'mars-north-1'])('cannot be %s', failoverRegion => {
    expect(() => new StsClient({ region: 'eu-central-1', failoverRegion })).toThrow(
      expect.objectContaining({ code: 'bad_region' }),
    )
  })
})
