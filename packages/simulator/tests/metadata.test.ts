import { StsClient } from '@rolecall/aws'
import { afterAll, expect, test } from 'vitest'
import { type Simulator, SimulatorError, startSimulator, type World } from '../src/index.ts'

const account = '111122223333'
const arnOf = (name: string) => `arn:aws:iam::${account}:role/${name}`
const trust = (principal: unknown, more: readonly unknown[] = []) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }, ...more],
})
const world: World = {
  accounts: [
    {
      id: account,
      roles: [
        { name: 'Everybody', trust: trust('*') },
        { name: 'Web', path: '/app/', trust: trust({ Service: 'ec2.amazonaws.com' }) },
        {
          name: 'Task',
          trust: trust({ Service: ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'] }),
        },
        {
          name: 'Denied',
          trust: trust({ Service: 'ec2.amazonaws.com' }, [
            { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
          ]),
        },
      ],
    },
  ],
}

async function running(options: Parameters<typeof startSimulator>[0] = {}): Promise<Simulator> {
  const simulator = await startSimulator({ world, ...options })
  afterAll(() => simulator.close())
  return simulator
}

const rolesPath = '/latest/meta-data/iam/security-credentials'
const putToken = (endpoint: string, signal?: AbortSignal) =>
  fetch(`${endpoint}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
    ...(signal === undefined ? {} : { signal }),
  })

async function get(endpoint: string, path: string): Promise<[number, string]> {
  const token = await (await putToken(endpoint)).text()
  const headers = { 'x-aws-ec2-metadata-token': token }
  const answer = await fetch(`${endpoint}${path}`, { headers })
  return [answer.status, await answer.text()]
}

/** Who STS says that these credentials are. */
async function callerOf(simulator: Simulator, body: string): Promise<string> {
  const document = JSON.parse(body)
  const sts = new StsClient({
    region: 'eu-central-1',
    endpoint: simulator.stsEndpoint,
    credentials: {
      accessKeyId: document.AccessKeyId,
      secretAccessKey: document.SecretAccessKey,
      sessionToken: document.Token,
    },
  })
  return (await sts.getCallerIdentity()).arn
}

test('an instance has the role that trusts EC2, and its credentials work', async () => {
  const simulator = await running()
  const { endpoint } = simulator.imds
  expect(await get(endpoint, `${rolesPath}/`)).toEqual([200, 'Web'])
  const [status, body] = await get(endpoint, `${rolesPath}/Web`)
  expect(status).toBe(200)
  expect(await callerOf(simulator, body)).toMatch(
    /^arn:aws:sts::111122223333:assumed-role\/Web\/i-[0-9a-f]{17}$/,
  )
  const [, document] = await get(endpoint, '/latest/dynamic/instance-identity/document')
  expect(JSON.parse(document)).toMatchObject({ accountId: account, region: 'eu-central-1' })
  const [, info] = await get(endpoint, '/latest/meta-data/iam/info')
  expect(JSON.parse(info)).toMatchObject({
    InstanceProfileArn: `arn:aws:iam::${account}:instance-profile/app/Web`,
  })
})

test('with a hop limit of 1 a container gets no token, while a GET answers', async () => {
  const { imds } = await running()
  const far = imds.endpointFromContainer
  await expect(putToken(far, AbortSignal.timeout(300))).rejects.toThrow('timeout')
  expect((await fetch(`${far}${rolesPath}/`)).status).toBe(401)
  imds.configure({ hopLimit: 2 })
  expect(await get(far, `${rolesPath}/`)).toEqual([200, 'Web'])
  imds.configure({ hopLimit: 1, httpTokens: 'optional' })
  await expect(putToken(far, AbortSignal.timeout(300))).rejects.toThrow('timeout')
  expect((await fetch(`${far}${rolesPath}/`)).status).toBe(200)
})

test('version 1, and the whole service, are on and off as EC2 switches them', async () => {
  const { imds } = await running({ imds: { httpTokens: 'optional', region: 'us-gov-west-1' } })
  const { endpoint } = imds
  const region = () => fetch(`${endpoint}/latest/meta-data/placement/region`)
  expect(await (await region()).text()).toBe('us-gov-west-1')
  const token = await (await putToken(endpoint)).text()
  imds.configure({ httpTokens: 'required' })
  expect((await region()).status).toBe(401)
  const headers = { 'x-aws-ec2-metadata-token': token }
  expect((await fetch(`${endpoint}/latest/meta-data/`, { headers })).status).toBe(200)
  imds.configure({ httpEndpoint: 'disabled' })
  expect((await putToken(endpoint)).status).toBe(403)
})

test('a task has the role that trusts ECS, for its token alone', async () => {
  const simulator = await running()
  const { uri, token } = simulator.container
  const answer = await fetch(uri, { headers: { authorization: token } })
  const body = await answer.text()
  expect(JSON.parse(body)).toMatchObject({ RoleArn: arnOf('Task'), AccountId: account })
  expect(await callerOf(simulator, body)).toMatch(/:assumed-role\/Task\/[0-9a-f]{32}$/)
  expect((await fetch(uri)).status).toBe(401)
})

test('credentials last six hours and are renewed before their end', async () => {
  let now = new Date('2026-01-02T03:00:00Z')
  const { container } = await running({ now: () => now })
  const { uri, token } = container
  const ask = async () => {
    const answer = await fetch(uri, { headers: { authorization: token } })
    return JSON.parse(await answer.text())
  }
  const first = await ask()
  expect(first.Expiration).toBe('2026-01-02T09:00:00Z')
  now = new Date('2026-01-02T05:00:00Z')
  expect((await ask()).AccessKeyId).toBe(first.AccessKeyId)
  now = new Date('2026-01-02T08:56:00Z')
  await ask()
  await expect.poll(async () => (await ask()).Expiration).toBe('2026-01-02T14:56:00Z')
})

test.each([['Everybody'], ['Task'], ['Denied']])(
  'a role that does not trust EC2 is not delivered: %s',
  async name => {
    const { imds } = await running({ imds: { role: arnOf(name) } })
    const [status, body] = await get(imds.endpoint, `${rolesPath}/${name}`)
    expect(status).toBe(503)
    expect(JSON.parse(body).Message).toContain('does not allow sts:AssumeRole to ec2.amazonaws.com')
  },
)

test('in a world whose roles trust no service there is nothing', async () => {
  const alone: World = { accounts: [{ id: account }] }
  const { imds, container } = await running({ world: alone })
  expect((await get(imds.endpoint, `${rolesPath}/`))[0]).toBe(404)
  const answer = await fetch(container.uri, { headers: { authorization: container.token } })
  expect(answer.status).toBe(503)
})

test('a role that is not in the world is refused at the start', async () => {
  for (const key of ['imds', 'container'] as const) {
    const started = startSimulator({ world, [key]: { role: arnOf('Nobody') } })
    await expect(started).rejects.toThrow(SimulatorError)
    await expect(started).rejects.toThrow(`${key}.role: the world has no role`)
  }
})
