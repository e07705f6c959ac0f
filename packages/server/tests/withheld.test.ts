/** What is not delivered although AWS, or a grant, would give it; and that the log has it. */
import { type HttpSend, httpSend } from '@rolecall/aws'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Config, createServer, type GatewayServer } from '../src/index.ts'
import { signedIn, startGateway, type TestGateway } from './gateway.ts'

let at: TestGateway
let gateway: GatewayServer
let cookie: string
/** Happens after AWS gave the role and before the gateway hears of it. */
let meanwhile: () => Promise<unknown>

const slowHttp: HttpSend = async request => {
  const answer = await httpSend(request)
  if (String(request.body).includes('Action=AssumeRole')) await meanwhile()
  return answer
}

beforeAll(async () => {
  at = await startGateway()
  const options = { config: at.config, store: at.store, now: () => at.clock.now, http: slowHttp }
  gateway = await createServer(options)
})
afterAll(async () => {
  await gateway.close()
  await at.close()
})
beforeEach(async () => {
  meanwhile = async () => undefined
  // Another object, so that no session of before is given: AWS is asked.
  await gateway.reload({ ...at.config, aws: { ...at.config.aws } })
  const browser = await signedIn(at)
  cookie = `rolecall=${browser.cookies(at.url).get('rolecall')}`
})

const post = (url: string) =>
  gateway.app.inject({ method: 'POST', url, headers: { cookie, origin: at.url } })
const ways = [
  ['keys', () => post('/api/v1/roles/sandbox/Developer/credentials'), 200],
  ['the console', () => get('/console/sandbox/Developer'), 303],
  ['a target', () => get('/aws/sandbox'), 303],
] as const
const get = (url: string) =>
  gateway.app.inject({ url, headers: { cookie, accept: 'application/json' } })
const latest = async (limit: number) =>
  (await gateway.audit.recent({ limit })).map(one => one.event)

const withGrants = (change: (grants: Config['grants']) => Config['grants']) => () =>
  gateway.reload({ ...at.config, grants: change(at.config.grants) })
const withoutProvider = () =>
  gateway.reload({ ...at.config, signIn: { ...at.config.signIn, saml: [] } })

const revocations: [string, () => Promise<unknown>, number, string][] = [
  ['the person signs out', async () => post('/api/v1/signout'), 401, 'not-signed-in'],
  ['the provider is removed', withoutProvider, 401, 'not-signed-in'],
  ['the grant is removed', withGrants(() => []), 403, 'access-refused'],
  [
    'the grant goes to others',
    withGrants(all => all.map(one => ({ ...one, groups: ['others'] }))),
    403,
    'access-refused',
  ],
  [
    'the grant is shortened',
    withGrants(all => all.map(one => ({ ...one, durationSeconds: 900 }))),
    403,
    'access-refused',
  ],
]

test('what was taken for one person does not leave when the request becomes another’s', async () => {
  const proxy = {
    ...{ id: 'proxy', title: 'Proxy', emailDomains: [], from: ['127.0.0.1'], separator: ',' },
    ...{ username: 'x-remote-user', lowerCase: false, groups: 'x-remote-groups' },
    ...{ displayName: undefined, email: undefined, secret: undefined },
    ...{ clientCertificate: undefined, groupsFrom: [], logoutUrl: undefined },
  }
  meanwhile = () =>
    gateway.reload({ ...at.config, signIn: { ...at.config.signIn, headers: [proxy] } })
  const named = { 'x-remote-user': 'bob', 'x-remote-groups': 'developers' }
  const answer = await gateway.app.inject({
    method: 'POST',
    url: '/api/v1/roles/sandbox/Developer/credentials',
    headers: { cookie, origin: at.url, ...named },
  })
  expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'not-signed-in'])
  const events = await latest(5)
  expect(events.find(({ type }) => type === 'role.taken')?.principal).toBe('company:alice')
  expect(events.some(({ type }) => type === 'delivery.credentials')).toBe(false)
})

describe.each(ways)('%s', (_name, ask, usual) => {
  test.each(revocations)('do not leave when meanwhile %s', async (_title, revoke, status, code) => {
    meanwhile = revoke
    const answer = await ask()
    expect(answer.statusCode).toBe(status)
    expect(answer.headers.location).toBeUndefined()
    const { error } = answer.json()
    expect(error.code).toBe(code)
    const [newest] = await gateway.audit.recent({ limit: 1 })
    expect(newest?.id).toBe(error.eventId)
    const events = await latest(3)
    expect(events[0]).toMatchObject({
      type: 'access.refused',
      principal: 'company:alice',
      account: 'sandbox',
      code,
    })
    expect(events.map(one => one.type)).toContain('role.taken')
    expect(events.map(one => one.type).join()).not.toContain('delivery')
  })

  test('leave when meanwhile something else changes', async () => {
    meanwhile = withGrants(all => all.filter(one => one.name.startsWith('sandbox-')))
    expect((await ask()).statusCode).toBe(usual)
  })

  test('a failure of our own is recorded', async () => {
    await gateway.reload({ ...at.config, aws: { ...at.config.aws, region: 'moon-1' } })
    const answer = await ask()
    expect(answer.statusCode).toBe(500)
    const [event] = await gateway.audit.recent({ limit: 1 })
    expect(event).toMatchObject({
      id: answer.json().error.eventId,
      event: {
        type: 'role.refused',
        result: 'error',
        principal: 'company:alice',
        account: 'sandbox',
        role: 'Developer',
        code: 'internal',
        reason: expect.stringMatching(/^bad_region: .*moon-1/),
      },
    })
  })
})

test('a refused destination is recorded', async () => {
  const answer = await get('/console/sandbox/Developer?destination=https://evil.example/')
  expect(answer.statusCode).toBe(400)
  const [event] = await gateway.audit.recent({ limit: 1 })
  expect(event).toMatchObject({
    id: answer.json().error.eventId,
    event: {
      type: 'access.refused',
      result: 'refused',
      principal: 'company:alice',
      account: 'sandbox',
      role: 'Developer',
      code: 'bad-destination',
      reason: 'destination: evil.example is no console',
    },
  })
})
