import { startSimulator, type World } from '@rolecall/simulator'
import { afterAll } from 'vitest'
import {
  type AdapterAuthentication,
  type ClientRequest,
  createSignedClient,
  type HttpRequest,
  type HttpSend,
  httpSend,
  type SignedClientOptions,
} from '../src/index.ts'

const account = '111122223333'
export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`
export const userArn = (name: string) => `arn:aws:iam::${account}:user/${name}`

const trust = (condition?: unknown) => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: account },
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    ...(condition === undefined ? {} : { Condition: condition }),
  },
})

/** The keys of an IAM user of the world below. */
export const keysOf = (name: 'adapter' | 'pod') => ({
  accessKeyId: `AKIATEST${name.toUpperCase().padEnd(12, '0')}`,
  secretAccessKey: `secret/of+${name}/${'x'.repeat(20)}Zq9=`,
})

const role = (name: string, condition?: unknown) => ({
  name,
  trust: trust(condition),
  mayAssume: ['*'],
  maxSessionDuration: 43_200,
})

const world: World = {
  accounts: [
    {
      id: account,
      users: (['adapter', 'pod'] as const).map(name => {
        const { accessKeyId, secretAccessKey } = keysOf(name)
        return {
          name,
          accessKeys: [{ id: accessKeyId, secret: secretAccessKey }],
          mayAssume: ['*'],
        }
      }),
      roles: [
        role('Adapter'),
        role('Named'),
        role('Params'),
        role('Agreed', { StringEquals: { 'sts:ExternalId': 'agreed' } }),
        role('Tagged', { StringEquals: { 'aws:RequestTag/Team': 'net' } }),
        role('NoStrangers', { Null: { 'sts:ExternalId': 'true' } }),
      ],
    },
  ],
}

/** Variables without credentials, on a machine that is no instance. */
const nobody = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' }

/** A running simulator, and signed clients whose calls to STS are counted. */
export async function runWorld() {
  let offsetMs = 0
  const now = () => new Date(Date.now() + offsetMs)
  const simulator = await startSimulator({ world, now })
  afterAll(() => simulator.close())
  const { hostname, port } = new URL(simulator.url)

  /** A client of the simulator's STS, which says who it received a request of. */
  function client(
    authentication: Partial<AdapterAuthentication>,
    more: Partial<SignedClientOptions> = {},
  ) {
    const assumed: HttpRequest[] = []
    const stsHttp: HttpSend = request => {
      assumed.push(request)
      return httpSend(request)
    }
    const made = createSignedClient({
      authentication: {
        auth_method: 'aws_authentication',
        aws_sts: { endpoint: simulator.stsEndpoint },
        ...authentication,
      },
      protocol: 'http',
      host: hostname,
      port: Number(port),
      region: 'eu-west-1',
      service: 'sts',
      id: 'adapter-1',
      env: nobody,
      stsHttp,
      now,
      ...more,
    })
    /** The ARN that a request of this client arrives with. */
    const whoIs = async (request: Partial<ClientRequest> = {}): Promise<string> => {
      const { status, body } = await made.request({ ...callerIdentity, ...request })
      const arn = /<Arn>(.*?)<\/Arn>/.exec(body)?.[1]
      if (status !== 200 || arn === undefined) throw new Error(`status ${status}: ${body}`)
      return arn
    }
    return { ...made, assumed, whoIs }
  }
  const forward = (seconds: number) => {
    offsetMs += seconds * 1000
  }
  return { simulator, client, forward, now }
}

export const callerIdentity = {
  method: 'POST',
  path: '/',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: 'Action=GetCallerIdentity&Version=2011-06-15',
} as const

/** The properties with the keys of a user. */
export const propertiesOf = (name: 'adapter' | 'pod') => ({
  aws_access_key: keysOf(name).accessKeyId,
  aws_secret_key: keysOf(name).secretAccessKey,
})

/** The variables with the keys of a user. */
export const variablesOf = (name: 'adapter' | 'pod') => ({
  ...nobody,
  AWS_ACCESS_KEY_ID: keysOf(name).accessKeyId,
  AWS_SECRET_ACCESS_KEY: keysOf(name).secretAccessKey,
})
