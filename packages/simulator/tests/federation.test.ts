import { GetFederationTokenCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { type Credentials, consoleSignInUrl, StsClient } from '@rolecall/aws'
import { beforeEach, expect, test } from 'vitest'
import { gatewayKeys, hub, roleArn, runSimulator, shownText, spoke } from './running.ts'

const { simulator, clock } = await runSimulator()

let keys: Credentials
beforeEach(async () => {
  keys = await assume('Plain')
})

const destination = 'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1#a"<b>'

function sts(credentials: Credentials): StsClient {
  return new StsClient({
    region: 'us-east-1',
    endpoint: simulator.stsEndpoint,
    credentials,
    now: clock.now,
  })
}

async function assume(name: string, account = spoke, credentials: Credentials = gatewayKeys) {
  const answer = await sts(credentials).assumeRole({
    roleArn: roleArn(name, account),
    roleSessionName: 'ann@example.com',
    sourceIdentity: 'ann',
    tags: { Project: 'a b', Team: 'core' },
  })
  return answer.credentials
}

async function getSigninToken(
  credentials: Credentials,
  more: Record<string, string> = {},
  method = 'POST',
) {
  const parameters = new URLSearchParams({
    Action: 'getSigninToken',
    SessionType: 'json',
    Session: JSON.stringify({
      sessionId: credentials.accessKeyId,
      sessionKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken,
    }),
    ...more,
  })
  const url = simulator.federationEndpoint
  const response =
    method === 'POST'
      ? await fetch(url, { method, body: parameters })
      : await fetch(`${url}?${parameters}`)
  return { status: response.status, body: await response.text() }
}

async function login(SigninToken: string, more: Record<string, string> = {}) {
  const parameters = new URLSearchParams({
    Action: 'login',
    SigninToken,
    Destination: 'https://console.aws.amazon.com/',
    ...more,
  })
  return await fetch(`${simulator.federationEndpoint}?${parameters}`, { redirect: 'manual' })
}

async function token(credentials: Credentials, more: Record<string, string> = {}): Promise<string> {
  const { status, body } = await getSigninToken(credentials, more)
  expect(status).toBe(200)
  return JSON.parse(body).SigninToken
}

/** Follows the redirect as a browser would, with the cookie. */
async function open(response: Response): Promise<Response> {
  expect(response.status).toBe(302)
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';')
  const location = new URL(response.headers.get('location') ?? '', response.url)
  return await fetch(location, { headers: { cookie } })
}

test('the sign-in URL ends on a console page that says whose session it is', async () => {
  const url = await consoleSignInUrl({
    credentials: keys,
    endpoint: simulator.federationEndpoint,
    issuer: 'https://rolecall.example.com/',
    destination,
  })
  const response = await open(await fetch(url, { redirect: 'manual' }))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-/,
  )
  expect(response.headers.get('cache-control')).toBe('no-store')
  const page = await response.text()
  expect(page).toContain('Simulated AWS console')
  expect(shownText(page, 'console-role')).toBe('Plain')
  expect(shownText(page, 'console-account')).toBe(`${spoke} (Spoke <&>)`)
  expect(shownText(page, 'console-session-name')).toBe('ann@example.com')
  expect(shownText(page, 'console-source-identity')).toBe('ann')
  expect(shownText(page, 'console-tags').split(/\s{2,}/)).toEqual(['Project=a b', 'Team=core'])
  expect(shownText(page, 'console-destination')).toBe(destination)
  expect(shownText(page, 'console-issuer')).toContain('rolecall.example.com')
  expect(shownText(page, 'console-expiry')).toBe(
    keys.expiration?.toISOString().replace('.000Z', 'Z'),
  )
})

test('GET works as POST does', async () => {
  const { status, body } = await getSigninToken(keys, {}, 'GET')
  expect(status).toBe(200)
  expect(Object.keys(JSON.parse(body))).toEqual(['SigninToken'])
})

test('SessionDuration sets how long the console lasts', async () => {
  const page = await (
    await open(await login(await token(keys, { SessionDuration: '43199' })))
  ).text()
  const left = Date.parse(shownText(page, 'console-expiry')) - clock.now().getTime()
  expect(Math.round(left / 10_000)).toBe(4320)
})

test.each([
  ['equal to the role’s limit', '43200', 400],
  ['above every limit', '43201', 400],
  ['too short', '899', 400],
  ['no number', '1h', 400],
  ['just below', '43199', 200],
])('SessionDuration %s', async (_, SessionDuration, status) => {
  expect((await getSigninToken(keys, { SessionDuration })).status).toBe(status)
})

test('SessionDuration is forbidden for chained credentials and federation tokens', async () => {
  const chained = await assume('Chained', spoke, await assume('app/Broker', hub))
  expect((await getSigninToken(chained, { SessionDuration: '900' })).status).toBe(400)
  expect((await getSigninToken(chained)).status).toBe(200)
  const client = new STSClient({
    endpoint: simulator.stsEndpoint,
    region: 'us-east-1',
    credentials: gatewayKeys,
  })
  const federated = (await client.send(new GetFederationTokenCommand({ Name: 'ann' }))).Credentials
  const session = (await client.send(new GetSessionTokenCommand({}))).Credentials
  const as = (made: typeof session): Credentials => ({
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  })
  expect((await getSigninToken(as(federated), { SessionDuration: '900' })).status).toBe(400)
  expect((await getSigninToken(as(federated))).status).toBe(200)
  expect((await getSigninToken(as(session))).status).toBe(400)
})

test('wrong and expired credentials are refused', async () => {
  const wrong = [
    gatewayKeys,
    { ...keys, secretAccessKey: 'x' },
    { ...keys, sessionToken: 'x' },
    { ...keys, accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' },
  ]
  for (const credentials of wrong) expect((await getSigninToken(credentials)).status).toBe(400)
  for (const Session of ['', '{', 'null', '[]', '"x"', '{"sessionId":1}']) {
    expect((await getSigninToken(keys, { Session })).status).toBe(400)
  }
  clock.forward(3601)
  const { status, body } = await getSigninToken(keys)
  expect([status, body]).toEqual([400, expect.stringContaining('expired')])
})

test('a sign-in token is good for 15 minutes', async () => {
  const signin = await token(keys)
  clock.forward(899)
  expect((await login(signin)).status).toBe(302)
  clock.forward(2)
  expect((await login(signin)).status).toBe(400)
  expect((await login('unknown')).status).toBe(400)
})

test.each([
  'https://evil.example/',
  'https://console.aws.amazon.com.evil.example/',
  'https://console.aws.amazon.com@evil.example/',
  'http://console.aws.amazon.com/',
  'https://console.amazonaws.cn/',
  'javascript:alert(1)',
  '//evil.example',
  '',
])('the destination %s is refused', async Destination => {
  expect((await login(await token(keys), { Destination })).status).toBe(400)
})

test('the simulator’s own console is a destination', async () => {
  const Destination = `${simulator.consoleUrl}/ec2`
  const page = await (await open(await login(await token(keys), { Destination }))).text()
  expect(shownText(page, 'console-destination')).toBe(Destination)
})

test('an issuer that is no web address is not linked', async () => {
  const page = await (
    await open(await login(await token(keys), { Issuer: 'javascript:alert(1)' }))
  ).text()
  expect(page).not.toContain('javascript:')
})

test('the console ends with its session, and by signing out', async () => {
  expect((await fetch(simulator.consoleUrl)).status).toBe(401)
  const response = await login(await token(keys))
  expect((await open(response)).status).toBe(200)
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';')
  const foreign = { cookie, origin: 'https://evil.example' }
  const signOut = `${simulator.consoleUrl}/signout`
  await fetch(signOut, { method: 'POST', headers: foreign, redirect: 'manual' })
  expect((await open(response)).status).toBe(200)
  await fetch(signOut, { method: 'POST', headers: { cookie }, redirect: 'manual' })
  expect((await open(response)).status).toBe(401)

  const second = await login(await token(keys))
  clock.forward(3601)
  expect((await open(second)).status).toBe(401)
})
