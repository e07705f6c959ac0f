import { type HttpRequest, staticCredentials } from '@rolecall/aws'
import { expect, test } from 'vitest'
import type { Config } from '../config/config.ts'
import { createAwsClients } from './aws-clients.ts'

const aws: Config['aws'] = {
  region: 'eu-central-1',
  credentials: staticCredentials({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' }),
  sourceIdentity: true,
  endpoints: {
    sts: undefined,
    federation: undefined,
    console: undefined,
    iam: undefined,
    organizations: undefined,
  },
  timeoutMs: 5000,
  failoverRegion: undefined,
  proxy: undefined,
  noProxy: [],
  ca: undefined,
}
const configWith = (change: Partial<Config['aws']>) =>
  ({ aws: { ...aws, ...change } }) as unknown as Config

const identity =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'
const expired =
  '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: 1 is now earlier than 2</Message></Error></ErrorResponse>'

function clientsOver(config: () => Config, clock = new Date('2026-01-02T03:04:05Z')) {
  const asked: HttpRequest[] = []
  const warnings: string[] = []
  const clients = createAwsClients({
    config,
    now: () => clock,
    warn: message => warnings.push(message),
    http: async request => {
      asked.push(request)
      const date = 'Fri, 02 Jan 2026 03:24:05 GMT'
      const isRight = request.headers['x-amz-date']?.startsWith('20260102T0324') === true
      return isRight
        ? { status: 200, headers: { date }, body: identity }
        : { status: 403, headers: { date }, body: expired }
    },
  })
  return { clients, asked, warnings }
}

test('a clock that is off is set right, told of and remembered over calls', async () => {
  const config = configWith({})
  const { clients, asked, warnings } = clientsOver(() => config)
  await clients.sts().getCallerIdentity()
  await clients.sts().getCallerIdentity()
  expect(asked).toHaveLength(3)
  expect(warnings).toEqual([
    'the clock of this machine is 1200 seconds behind that of AWS: calls are signed by the time of AWS until it is set right',
  ])
})

test('a new configuration counts from the next call on', async () => {
  let config = configWith({})
  const { clients, asked } = clientsOver(() => config, new Date('2026-01-02T03:24:05Z'))
  const before = clients.sts()
  await before.getCallerIdentity()
  expect(clients.sts()).toBe(before)
  config = configWith({ region: 'eu-west-1' })
  await clients.sts().getCallerIdentity()
  expect(asked.map(({ url }) => url)).toEqual([
    'https://sts.eu-central-1.amazonaws.com/',
    'https://sts.eu-west-1.amazonaws.com/',
  ])
})
