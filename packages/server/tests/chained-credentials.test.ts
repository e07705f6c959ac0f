import { StsClient, staticCredentials } from '@rolecall/aws'
import { demoWorld, type World } from '@rolecall/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CredentialsView, RolesView } from '../src/http/api.ts'
import { account, grant, signedIn, startGateway, type TestGateway } from './gateway.ts'

const hub = '200000000001'
const trust = (principal: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    },
  ],
})

/** The gateway runs with a role of its own, as on an instance, and takes the others from there. */
const world: World = {
  ...demoWorld,
  accounts: [
    ...demoWorld.accounts,
    {
      id: hub,
      roles: [
        {
          name: 'Gateway',
          maxSessionDuration: 43_200,
          trust: trust('arn:aws:iam::100000000001:user/rolecall'),
          mayAssume: [`arn:aws:iam::${hub}:role/*`],
        },
        {
          name: 'Target',
          maxSessionDuration: 43_200,
          trust: trust(`arn:aws:iam::${hub}:role/Gateway`),
        },
      ],
    },
  ],
}

let at: TestGateway
beforeAll(async () => {
  const home = account('hub', hub)
  at = await startGateway(
    config => ({
      ...config,
      accounts: [home],
      grants: [grant(home, 'Target', { groups: ['platform'], durationSeconds: 14_400 })],
    }),
    world,
  )
  const sts = new StsClient({
    region: 'us-east-1',
    endpoint: at.simulator.stsEndpoint,
    credentials: at.config.aws.credentials,
    now: () => at.clock.now,
  })
  const { credentials } = await sts.assumeRole({
    roleArn: `arn:aws:iam::${hub}:role/Gateway`,
    roleSessionName: 'gateway',
  })
  await at.gateway.reload({
    ...at.config,
    aws: { ...at.config.aws, credentials: staticCredentials(credentials) },
  })
})
afterAll(() => at.close())

test('with credentials of a role a session lasts one hour, and the person is told', async () => {
  const alice = await signedIn(at)
  const before: RolesView = JSON.parse((await alice.get(`${at.url}/api/v1/roles`)).body)
  expect(before.accounts[0]?.roles[0]?.note).toBeUndefined()

  const answer = await alice.postJson(`${at.url}/api/v1/roles/hub/Target/credentials`, {})
  const keys: CredentialsView = JSON.parse(answer.body)
  expect(keys.durationSeconds).toBe(3600)
  const lastsMs = Date.parse(keys.expiration) - at.clock.now.getTime()
  // STS tells whole seconds.
  expect(Math.ceil(lastsMs / 1000)).toBe(3600)
  expect(keys.notes).toEqual([expect.stringContaining('role chaining')])

  const after: RolesView = JSON.parse((await alice.get(`${at.url}/api/v1/roles`)).body)
  expect(after.accounts[0]?.roles[0]?.note).toBe(keys.notes[0])
})

test('the console opens as well: nothing asks for a length that AWS refuses', async () => {
  const alice = await signedIn(at)
  expect((await alice.get(`${at.url}/console/hub/Target`)).status).toBe(303)
})
