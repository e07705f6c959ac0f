/** A grant gives a role as a console, as keys, or as both. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CredentialsView, RolesView } from '../src/http/api.ts'
import { account, grant, signedIn, startGateway, type TestGateway } from './gateway.ts'

const prod = account('prod', '100000000002')
const sandbox = account('sandbox', '100000000004')

let at: TestGateway
let bob: Awaited<ReturnType<typeof signedIn>>
beforeAll(async () => {
  at = await startGateway(config => ({
    ...config,
    grants: [
      grant(prod, 'ReadOnly', {
        forms: ['console'],
        path: 'look',
        destination: 'https://console.aws.amazon.com/s3/home',
      }),
      grant(sandbox, 'Developer', { forms: ['credentials'], path: 'build', region: 'eu-west-1' }),
    ],
  }))
  bob = await signedIn(at, { username: 'bob', groups: ['developers'] })
})
afterAll(() => at.close())

const keys = (role: string) => bob.postJson(`${at.url}/api/v1/roles/${role}/credentials`, {})
const latest = async () => (await at.gateway.audit.recent({ limit: 1 }))[0]

test('the roles page says which', async () => {
  const view: RolesView = JSON.parse((await bob.get(`${at.url}/api/v1/roles`)).body)
  expect(
    view.accounts.flatMap(({ roles }) => roles.map(({ name, forms }) => [name, forms])),
  ).toEqual([
    ['ReadOnly', ['console']],
    ['Developer', ['credentials']],
  ])
})

test('a console only: no keys, with a code of its own, and the log says by which grant', async () => {
  const answer = await keys('prod/ReadOnly')
  expect(answer.status).toBe(403)
  const { error } = JSON.parse(answer.body)
  expect(error.code).toBe('form-refused')
  const event = await latest()
  expect(event?.id).toBe(error.eventId)
  expect(event?.event).toMatchObject({
    type: 'access.refused',
    result: 'refused',
    code: 'form-refused',
    grant: 'prod-ReadOnly',
    reason: 'grant "prod-ReadOnly" (line 1) gives console, not credentials',
  })
  expect((await bob.get(`${at.url}/console/prod/ReadOnly`)).status).toBe(303)
})

test.each([
  ['/console/sandbox/Developer', 'form-refused'],
  // The path leads to a console, which no grant of it gives.
  ['/aws/build', 'access-refused'],
])('keys only: %s opens nothing', async (path, code) => {
  const answer = await bob.get(`${at.url}${path}`)
  expect([answer.status, answer.location]).toEqual([403, undefined])
  expect((await latest())?.event).toMatchObject({ type: 'access.refused', code })
  expect(await at.gateway.audit.recent({ type: 'delivery.console' })).toHaveLength(1)
})

test('keys come with the region of the grant', async () => {
  const answer: CredentialsView = JSON.parse((await keys('sandbox/Developer')).body)
  expect(answer.region).toBe('eu-west-1')
})

test('the console opens at the page of the grant', async () => {
  const { location } = await bob.get(`${at.url}/aws/look`)
  expect(new URL(location ?? '').searchParams.get('Destination')).toBe(
    'https://console.aws.amazon.com/s3/home',
  )
})

test('sessions are listed at the API, without their keys', async () => {
  const answer: CredentialsView = JSON.parse((await keys('sandbox/Developer')).body)
  const page = await bob.get(`${at.url}/api/v1/sessions`)
  const { sessions } = JSON.parse(page.body)
  expect(sessions).toContainEqual({
    account: 'sandbox',
    role: 'Developer',
    roleArn: answer.roleArn,
    sessionName: 'bob',
    accessKeyId: answer.accessKeyId,
    takenAt: expect.any(String),
    expiration: answer.expiration,
  })
  expect(page.body).not.toContain(answer.secretAccessKey)
})
