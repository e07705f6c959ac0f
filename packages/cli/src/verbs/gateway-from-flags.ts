import {
  AwsError,
  type CredentialSource,
  cachedCredentials,
  parseRoleArn,
  partitionOf,
  Secret,
} from '@rolecall/aws'
import {
  type CallerKeys,
  isLocal,
  newCallerKeys,
  parseListen,
} from '@rolecall/server/signing-gateway'
import { awsConnections } from '../agent/aws-http.ts'
import { roleSource, stsOptions } from '../agent/role-source.ts'
import { Failure } from '../failure.ts'
import { checkOneSource, personsRole } from '../keys/persons-role.ts'
import { printable, type Terminal } from '../terminal.ts'
import { isSecureUrl } from '../web/loopback.ts'
import { checkedSource } from './gateway-credentials.ts'
import type { GatewayFlags } from './gateway-flags.ts'
import type { GatewaySetup } from './gateway-setup.ts'

/** A gateway without a file: one caller with a new token and key pair, and what the flags allow it. */
export async function gatewayFromFlags(
  flags: GatewayFlags,
  terminal: Terminal,
): Promise<GatewaySetup> {
  const { env } = terminal
  const region = flags.region || env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1'
  checkRegion(region)
  checkOneSource(flags)
  if (flags.roleArn !== undefined) checkRole(flags.roleArn)
  if (flags.endpointUrl !== undefined) checkEndpoint(flags.endpointUrl)
  const listen = readListen(flags.listen ?? '127.0.0.1:9911')
  const base = await personsRole(flags, terminal)
  const { profile } = flags
  const credentials = await checkedSource(
    cachedCredentials(base ?? roleSource({ profile, region: flags.region }, env)),
  )
  const keys = newCallerKeys()
  return {
    gateway: {
      s3Payload: 'auto',
      maxBufferedBytes: 10 * 1024 * 1024,
      roleArn: flags.roleArn,
      routes: [],
      endpoints: flags.endpointUrl === undefined ? {} : { '*': flags.endpointUrl },
      callers: [
        {
          name: 'me',
          tokenSha256: keys.tokenSha256,
          keys: {
            accessKeyId: keys.accessKeyId,
            secretAccessKey: new Secret(keys.secretAccessKey),
          },
          isAnonymous: false,
          roleArn: undefined,
          allow: [
            {
              services: flags.services ?? ['*'],
              regions: ['*'],
              methods: flags.methods?.map(method => method.toUpperCase()) ?? ['*'],
              paths: undefined,
            },
          ],
        },
      ],
    },
    listen,
    credentials,
    sts: {
      ...stsOptions(region, env, region),
      ...(flags.endpointUrl === undefined ? {} : { endpoint: flags.endpointUrl }),
    },
    connections: awsConnections(env),
    greeting: url => greeting(url, region, keys, credentials, flags.roleArn),
  }
}

/** `--listen`; another address than this machine's own needs a file, where callers have rules. */
export function readListen(text: string): GatewaySetup['listen'] {
  const address = parseListen(text)
  if (address === undefined) {
    throw new Failure(
      'usage',
      `${text} is no address to listen on`,
      'such as 127.0.0.1:9911, [::1]:9911 or unix:/run/user/1000/gateway.sock',
    )
  }
  if (!isLocal(address)) {
    throw new Failure(
      'usage',
      `${text} can be reached from elsewhere, where tokens would cross the network in the clear`,
      'listen on loopback or a Unix socket, or write `listen` and its callers into a file (-c)',
    )
  }
  return address
}

function checkRegion(region: string): void {
  try {
    partitionOf(region)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new Failure('usage', `${region} is no region of AWS`, 'such as --region eu-central-1')
  }
}

function checkRole(arn: string): void {
  try {
    parseRoleArn(arn)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new Failure('usage', error.message, error.remedy)
  }
}

function checkEndpoint(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.username === '' && isSecureUrl(url) && !/[?#]/.test(text)) return
  throw new Failure(
    'usage',
    'the endpoint is no https address, nor http on loopback',
    'such as --endpoint-url http://127.0.0.1:4566, without a name, query or fragment',
  )
}

function greeting(
  url: string,
  region: string,
  { token, accessKeyId, secretAccessKey }: CallerKeys,
  credentials: CredentialSource,
  role: string | undefined,
): string {
  const socket = url.startsWith('unix:') ? url.slice('unix:'.length) : undefined
  const base = socket === undefined ? url : 'http://localhost'
  const curl = socket === undefined ? 'curl' : `curl --unix-socket ${socket}`
  const who =
    role === undefined ? credentials.describe() : `${role} through ${credentials.describe()}`
  const forSdks =
    socket === undefined
      ? `
  unset AWS_PROFILE AWS_SESSION_TOKEN
  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}
  export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  aws --endpoint-url ${url} s3 ls
`
      : ''
  return `rolecall: signing on ${url} with ${printable(who)}
Good until it stops, for whoever has the token or the key pair:

  export TOKEN=${token}
  ${curl} -H "Authorization: Bearer $TOKEN" "${base}/sts.${region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
${forSdks}
`
}
