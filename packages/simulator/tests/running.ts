import { afterAll } from 'vitest'
import { type Simulator, startSimulator, type World } from '../src/index.ts'
import { decodeHtml } from '../src/visitor/html-text.ts'

export const hub = '111122223333'
export const spoke = '444455556666'
export const gateway = `arn:aws:iam::${hub}:user/tools/gateway`
export const gatewayKeys = {
  accessKeyId: 'AKIATESTGATEWAY00001',
  secretAccessKey: 'test-secret-of-the-gateway-000000000000',
}
export const strangerKeys = {
  accessKeyId: 'AKIATESTSTRANGER0001',
  secretAccessKey: 'test-secret-of-the-stranger-00000000000',
}
export const roleArn = (name: string, account = spoke) => `arn:aws:iam::${account}:role/${name}`

const all = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
const allow = (principal: unknown, action: unknown = all, condition?: unknown) => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: principal,
    Action: action,
    ...(condition === undefined ? {} : { Condition: condition }),
  },
})
const company = { Federated: `arn:aws:iam::${spoke}:saml-provider/company` }

/** Two accounts with one role per rule that the tests look at. */
export const testWorld: World = {
  accounts: [
    {
      id: hub,
      roles: [
        {
          name: 'Broker',
          path: '/app/',
          trust: allow({ AWS: gateway }),
          mayAssume: ['*'],
          maxSessionDuration: 43_200,
          tags: { Team: 'core', Stage: 'hub' },
        },
      ],
      users: [
        {
          name: 'gateway',
          path: '/tools/',
          accessKeys: [{ id: gatewayKeys.accessKeyId, secret: gatewayKeys.secretAccessKey }],
          mayAssume: ['arn:aws:iam::*:role/*'],
          policies: [
            {
              Version: '2012-10-17',
              Statement: {
                Effect: 'Allow',
                Action: ['sts:GetFederationToken', 'sts:GetAccessKeyInfo'],
                Resource: '*',
              },
            },
          ],
        },
        {
          name: 'stranger',
          accessKeys: [{ id: strangerKeys.accessKeyId, secret: strangerKeys.secretAccessKey }],
        },
      ],
    },
    {
      id: spoke,
      alias: 'spoke',
      name: 'Spoke <&>',
      roles: [
        { name: 'Plain', trust: allow({ AWS: hub }), maxSessionDuration: 43_200 },
        { name: 'Deploy', path: '/ci/', trust: allow({ AWS: hub }) },
        { name: 'NoTags', trust: allow({ AWS: hub }, ['sts:AssumeRole', 'sts:SetSourceIdentity']) },
        { name: 'NoIdentity', trust: allow({ AWS: hub }, ['sts:AssumeRole', 'sts:TagSession']) },
        {
          name: 'External',
          trust: allow({ AWS: hub }, all, { StringEquals: { 'sts:ExternalId': 'agreed' } }),
        },
        {
          name: 'Chained',
          trust: allow({ AWS: `arn:aws:iam::${hub}:role/app/Broker` }),
          maxSessionDuration: 43_200,
        },
        {
          name: 'Tagged',
          trust: allow({ AWS: hub }, all, {
            StringEquals: { 'aws:RequestTag/Project': 'x' },
            'ForAllValues:StringEquals': { 'aws:TagKeys': ['Project'] },
          }),
        },
        {
          name: 'Saml',
          trust: allow(
            company,
            ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity'],
            { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } },
          ),
          maxSessionDuration: 14_400,
        },
        { name: 'SamlNoTags', trust: allow(company, 'sts:AssumeRoleWithSAML') },
      ],
      samlProviders: [{ name: 'company', metadata: 'idp' }],
    },
  ],
  idp: {
    people: [
      {
        username: 'ann',
        password: 'secret of ann',
        displayName: 'Ann <Ax>',
        email: 'ann@example.com',
        groups: ['staff', 'admins'],
      },
      { username: 'ben', password: 'secret of ben' },
    ],
  },
}

/** A clock that tests can move. */
export interface Clock {
  now: () => Date
  forward(seconds: number): void
}

function movableClock(): Clock {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    forward(seconds) {
      offset += seconds * 1000
    },
  }
}

/** The simulator of a test file, with a world (`testWorld`) and a clock of its own; it stops after the file's tests. */
export async function runSimulator(
  world: World = testWorld,
): Promise<{ simulator: Simulator; clock: Clock }> {
  const clock = movableClock()
  const simulator = await startSimulator({ world, now: clock.now })
  afterAll(() => simulator.close())
  return { simulator, clock }
}

/** Text of the element with a test id, without its tags; '' when the page has none. */
export function shownText(page: string, id: string): string {
  const match = new RegExp(`data-testid="${id}"[^>]*>(.*?)</(?:dd|code|time|div|a|p)>`, 's').exec(
    page,
  )
  return decodeHtml((match?.[1] ?? '').replace(/<[^>]*>/g, ' ')).trim()
}
