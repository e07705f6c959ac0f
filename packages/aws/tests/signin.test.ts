import { describe, expect, it } from 'vitest'
import {
  consoleHostsOf,
  consoleSignInUrl,
  consoleUrlOf,
  federationEndpointOf,
  getSigninToken,
  type HttpSend,
  isConsoleUrl,
} from '../src/index.ts'
import { listen, type Received } from './listen.ts'

const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret+key/1',
  sessionToken: 'session+token/2==',
}
const retry = { delayMs: () => 1 }

async function signinWith(...answers: [status: number, body: string][]) {
  const received: Received[] = []
  const url = await listen((request, response) => {
    const [status, body] = answers[received.length] ?? answers.at(-1) ?? [500, '']
    received.push(request)
    response.writeHead(status).end(body)
  })
  return { received, endpoint: `${url}/federation` }
}

describe('getSigninToken', () => {
  it('posts the credentials and gives the token', async () => {
    const { received, endpoint } = await signinWith([200, '{"SigninToken":"abc-DEF_123"}'])
    expect(await getSigninToken({ credentials, endpoint, sessionDurationSeconds: 900 })).toBe(
      'abc-DEF_123',
    )
    const [request] = received
    expect(request?.message.method).toBe('POST')
    expect(request?.message.url).toBe('/federation')
    const fields = new URLSearchParams(request?.body)
    expect([...fields.keys()]).toEqual(['Action', 'SessionDuration', 'SessionType', 'Session'])
    expect(fields.get('Action')).toBe('getSigninToken')
    expect(fields.get('SessionDuration')).toBe('900')
    expect(JSON.parse(fields.get('Session') ?? '')).toEqual({
      sessionId: 'ASIAEXAMPLE',
      sessionKey: 'secret+key/1',
      sessionToken: 'session+token/2==',
    })
  })

  it.each([
    ['', ': Invalid credentials parameter'],
    [credentials.secretAccessKey, ''],
  ])('says what the service said, unless it repeats a secret (%s)', async (repeated, said) => {
    const page = `<html><style>p{}</style><p>Invalid credentials parameter ${repeated}</p></html>`
    const { received, endpoint } = await signinWith([400, page])
    await expect(getSigninToken({ credentials, endpoint, retry })).rejects.toMatchObject({
      code: 'signin_refused',
      status: 400,
      message: `the sign-in service refused the credentials with status 400${said}`,
    })
    expect(received).toHaveLength(1)
  })

  it('tries again after a server fault', async () => {
    const { received, endpoint } = await signinWith([502, ''], [200, '{"SigninToken":"t"}'])
    expect(await getSigninToken({ credentials, endpoint, retry })).toBe('t')
    expect(received).toHaveLength(2)
  })

  it('waits as long as the service asks', async () => {
    const replies = [
      { status: 429, headers: { 'retry-after': '1' }, body: 'busy' },
      { status: 200, headers: {}, body: '{"SigninToken":"t"}' },
    ]
    const http: HttpSend = async () => replies.shift() ?? { status: 500, headers: {}, body: '' }
    const began = performance.now()
    expect(await getSigninToken({ credentials, http, retry })).toBe('t')
    expect(performance.now() - began).toBeGreaterThan(990)
  })

  it.each<[string, number, string]>([
    ['a page', 200, '<html></html>'],
    ['JSON without a token', 200, '{"Token":"t"}'],
    ['a token that is no text', 200, '{"SigninToken":1}'],
    ['a token with a line break', 200, '{"SigninToken":"a\\nb"}'],
    ['a redirect', 302, ''],
  ])('does not take %s for an answer', async (_, status, body) => {
    const { endpoint } = await signinWith([status, body])
    await expect(getSigninToken({ credentials, endpoint, retry })).rejects.toMatchObject({
      code: 'bad_answer',
    })
  })

  it.each([899, 43_201, 1000.5])(
    'refuses a session of %d seconds',
    async sessionDurationSeconds => {
      const call = getSigninToken({
        credentials,
        endpoint: 'http://127.0.0.1:1',
        sessionDurationSeconds,
      })
      await expect(call).rejects.toMatchObject({ code: 'invalid_argument' })
    },
  )

  it('refuses credentials that are not temporary', async () => {
    const { sessionToken: _, ...longTerm } = credentials
    await expect(getSigninToken({ credentials: longTerm })).rejects.toMatchObject({
      code: 'invalid_argument',
    })
  })
})

describe('consoleSignInUrl', () => {
  it('names issuer, destination and token, in that order', async () => {
    const { endpoint } = await signinWith([200, '{"SigninToken":"a+b/c"}'])
    const url = await consoleSignInUrl({
      credentials,
      endpoint,
      issuer: 'https://aws.example.com/#/page',
      destination: 'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1#x',
    })
    expect(url).toBe(
      `${endpoint}?Action=login&Issuer=https%3A%2F%2Faws.example.com%2F%23%2Fpage&Destination=https%3A%2F%2Feu-west-1.console.aws.amazon.com%2Fs3%2Fhome%3Fregion%3Deu-west-1%23x&SigninToken=a%2Bb%2Fc`,
    )
  })

  it('uses the endpoint and console of the partition', async () => {
    const asked: string[] = []
    const url = await consoleSignInUrl({
      credentials,
      partition: 'aws-us-gov',
      region: 'us-gov-east-1',
      http: async request => {
        asked.push(request.url)
        return { status: 200, headers: {}, body: '{"SigninToken":"t"}' }
      },
    })
    expect(asked).toEqual(['https://us-gov-east-1.signin.amazonaws-us-gov.com/federation'])
    expect(url).toBe(
      'https://us-gov-east-1.signin.amazonaws-us-gov.com/federation?Action=login&Destination=https%3A%2F%2Fus-gov-east-1.console.amazonaws-us-gov.com%2F&SigninToken=t',
    )
  })

  it.each([
    { destination: 'https://console.aws.amazon.com.evil.example/' },
    { destination: 'https://console.amazonaws.cn/' },
    { issuer: 'javascript:alert(1)' },
    { issuer: 'https://aws.example.com/#a\nb' },
    { endpoint: 'https://signin.example/federation?a=b' },
  ])('refuses %j', async change => {
    await expect(consoleSignInUrl({ credentials, ...change })).rejects.toMatchObject({
      code: 'bad_url',
    })
  })
})

describe('hosts', () => {
  it.each([
    [
      'aws',
      undefined,
      'https://signin.aws.amazon.com/federation',
      'https://console.aws.amazon.com/',
    ],
    [
      'aws',
      'us-east-1',
      'https://signin.aws.amazon.com/federation',
      'https://us-east-1.console.aws.amazon.com/',
    ],
    [
      'aws',
      'eu-west-1',
      'https://eu-west-1.signin.aws.amazon.com/federation',
      'https://eu-west-1.console.aws.amazon.com/',
    ],
    [
      'aws-cn',
      undefined,
      'https://signin.amazonaws.cn/federation',
      'https://console.amazonaws.cn/',
    ],
    [
      'aws-eusc',
      undefined,
      'https://signin.amazonaws-eusc.eu/federation',
      'https://console.amazonaws-eusc.eu/',
    ],
    [
      'aws-iso',
      undefined,
      'https://us-iso-east-1.signin.c2shome.ic.gov/federation',
      'https://console.c2shome.ic.gov/',
    ],
  ] as const)('of %s in %s', (partition, region, federation, console) => {
    expect(federationEndpointOf(partition, region)).toBe(federation)
    expect(consoleUrlOf(partition, region)).toBe(console)
    expect(isConsoleUrl(console, partition)).toBe(true)
  })

  it('are refused for a region of another partition', () => {
    const refused = expect.objectContaining({ code: 'bad_region' })
    expect(() => federationEndpointOf('aws', 'cn-north-1')).toThrow(refused)
    expect(() => consoleUrlOf('aws', 'evil.example/#')).toThrow(refused)
  })
})

describe('isConsoleUrl', () => {
  const [host] = consoleHostsOf('aws')

  it.each([
    `https://${host}`,
    `https://${host}/`,
    `https://${host}/ec2/home?region=eu-west-1#Instances:`,
    `https://eu-west-1.${host}/s3`,
    `https://123456789012-abcdefgh.eu-west-1.${host}/`,
  ])('accepts %s', url => {
    expect(isConsoleUrl(url, 'aws')).toBe(true)
  })

  it.each([
    `http://${host}/`,
    `https://${host}.evil.example/`,
    `https://evil${host}/`,
    `https://${host}@evil.example/`,
    `https://user@${host}/`,
    `https://${host}:8443/`,
    `https://${host}\\@evil.example/`,
    `https://evil.example\\.${host}/`,
    `https://evil.example#.${host}/`,
    `https://evil.example?.${host}/`,
    `https://evil.example/.${host}/`,
    ` https://${host}/`,
    `https://${host}/\n`,
    `https:/${host}/`,
    `//${host}/`,
    `https://${host}./`,
    `https://..${host}/`,
    `javascript://${host}/%0aalert(1)`,
    'https://console.amazonaws.cn/',
    '/ec2',
    '',
    `https://${host}/${'a'.repeat(5000)}`,
  ])('refuses %j', url => {
    expect(isConsoleUrl(url, 'aws')).toBe(false)
  })
})
