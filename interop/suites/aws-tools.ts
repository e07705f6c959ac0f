/** AWS's own tools with credentials from us: each source, each tool, each service, and the gateway. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSimulator, type World } from '@rolecall/simulator'
import { inLifetime, type Lifetime } from '../lifetime.ts'
import { type AwsNetwork, startAwsNetwork } from '../peers/aws-network.ts'
import { type AwsTool, awsTools, type ToolPlace } from '../peers/aws-tools.ts'
import { rolecallCommand, startRolecall } from '../peers/rolecall.ts'
import type { RunCheck, Suite } from './suite.ts'

const account = '111122223333'
const keys = { id: 'AKIAINTEROPTOOLS0001', secret: 'MadeUpSecretOfTheInteropSuite00000000000' }
const bucket = 'interop-tools'
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`

const trust = (arn: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' }],
})
const world: World = {
  accounts: [
    {
      id: account,
      alias: 'tools',
      users: [{ name: 'tool', accessKeys: [keys], mayAssume: [roleArn('Hub')] }],
      roles: [
        {
          name: 'Hub',
          trust: trust(`arn:aws:iam::${account}:user/tool`),
          mayAssume: [roleArn('Worker')],
        },
        {
          name: 'Worker',
          path: '/team/',
          trust: trust(roleArn('Hub')),
          policies: [
            {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Action: ['s3:*', 'iam:ListRoles', 'sts:*'], Resource: '*' },
              ],
            },
          ],
        },
      ],
      buckets: [{ name: bucket, region: 'eu-central-1' }],
    },
  ],
}
const worker = `arn:aws:iam::${account}:role/team/Worker`

/** `npm run interop -- aws-tools` */
export const awsToolsSuite: Suite = {
  name: 'aws-tools',
  title: 'the aws command, boto3 and the AWS SDK get credentials from us, and call AWS through us',
  packages: ['awscli', 'python3-boto3', 'openssl'],
  run: check =>
    inLifetime(async lifetime => {
      const simulator = await startSimulator({ world })
      lifetime.onEnd(() => simulator.close())
      const network = await startAwsNetwork(lifetime, simulator.url)
      const home = homeOf(lifetime)
      // Our command and the SDK take the variable; Debian's tools are older than it and use the network.
      const env = { HOME: home, AWS_ENDPOINT_URL: simulator.url, AWS_REGION: 'eu-central-1' }
      const places = [
        credentialProcess(),
        await container(lifetime, env),
        await instance(lifetime, env),
        chainedProfiles(),
      ]
      for (const { title, variables, session } of places) {
        for (const tool of awsTools) {
          await look(check, tool, `${tool.name} with ${title}`, session, {
            home: lifetime.folder('tool'),
            env: { ...steer(network, tool, simulator.url), ...files(home), ...variables },
            bucket,
          })
        }
      }
      await throughGateway(lifetime, check, env)
    }),
}

interface Place {
  readonly title: string
  readonly variables: Readonly<Record<string, string>>
  /** The name of the role session. */
  readonly session: RegExp
}

/** A home with the shared files that the tools and our command read. */
function homeOf(lifetime: Lifetime): string {
  const home = lifetime.folder('home')
  mkdirSync(join(home, '.aws'), { mode: 0o700 })
  const write = (name: string, lines: readonly string[]) =>
    writeFileSync(join(home, '.aws', name), `${lines.join('\n')}\n`, { mode: 0o600 })
  write('credentials', [
    '[keys]',
    `aws_access_key_id = ${keys.id}`,
    `aws_secret_access_key = ${keys.secret}`,
  ])
  const process = `${rolecallCommand} credentials --profile keys --role-arn ${roleArn('Hub')}`
  write('config', [
    '[profile process]',
    `credential_process = ${process} --role-arn ${worker} --session-name process`,
    '[profile hub-process]',
    `credential_process = ${process}`,
    '[profile chained]',
    `role_arn = ${worker}`,
    'source_profile = hub-process',
    'role_session_name = chained',
  ])
  return home
}

function files(home: string): Record<string, string> {
  return {
    AWS_CONFIG_FILE: join(home, '.aws', 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws', 'credentials'),
  }
}

function steer(network: AwsNetwork, tool: AwsTool, url: string): Record<string, string> {
  return { AWS_ENDPOINT_URL: url, ...(tool.name === '@aws-sdk' ? {} : network.env) }
}

function credentialProcess(): Place {
  const variables = { AWS_PROFILE: 'process' }
  return { title: 'our credential_process', variables, session: /^process$/ }
}

function chainedProfiles(): Place {
  const variables = { AWS_PROFILE: 'chained', AWS_SDK_LOAD_CONFIG: '1' }
  return { title: 'a role over our credential_process', variables, session: /^chained$/ }
}

/** The role that an agent keeps fresh, over a role over keys of a file. */
const agentArgs = [
  ...['agent', '--profile', 'keys', '--role-arn', roleArn('Hub'), '--role-arn', worker],
  ...['--listen', '127.0.0.1:0', '--json', '--session-name', 'agent'],
]

async function container(lifetime: Lifetime, env: Record<string, string>): Promise<Place> {
  const { match } = await startRolecall(lifetime, agentArgs, { env, ready: /(\{[\s\S]*\})\n/ })
  const { roles } = JSON.parse(match[1] ?? '') as {
    roles: Record<string, Record<string, string>>
  }
  const [variables = {}] = Object.values(roles)
  return { title: 'the container endpoint of our agent', variables, session: /^agent$/ }
}

async function instance(lifetime: Lifetime, env: Record<string, string>): Promise<Place> {
  const args = [...agentArgs, '--imds']
  const { match } = await startRolecall(lifetime, args, { env, ready: /(\{[\s\S]*\})\n/ })
  const { imds } = JSON.parse(match[1] ?? '') as { imds: Record<string, string> }
  const variables = { ...imds, AWS_EC2_METADATA_V1_DISABLED: 'true' }
  return { title: 'IMDSv2 of our agent', variables, session: /^agent$/ }
}

async function throughGateway(
  lifetime: Lifetime,
  check: RunCheck,
  env: Record<string, string> & { readonly AWS_ENDPOINT_URL: string },
): Promise<void> {
  const upstream = ['--endpoint-url', env.AWS_ENDPOINT_URL]
  const args = ['gateway', '--profile', 'hub-process', '--role-arn', worker, ...upstream]
  const { match, daemon } = await startRolecall(lifetime, [...args, '--listen', '127.0.0.1:0'], {
    env,
    ready:
      /signing on (http:\S+)[\s\S]*AWS_ACCESS_KEY_ID=(\S+) AWS_SECRET_ACCESS_KEY=(\S+)[\s\S]*\n\n/,
  })
  const [, endpoint = '', accessKeyId = '', secretAccessKey = ''] = match
  const given = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  for (const tool of awsTools) {
    const place = () => ({ home: lifetime.folder('tool'), bucket, endpoint })
    await look(check, tool, `${tool.name} through the signing gateway`, /./, {
      ...place(),
      env: given,
    })
    await check(`${tool.name} with another secret is refused by the gateway`, async () => {
      const wrong = { ...given, AWS_SECRET_ACCESS_KEY: `${secretAccessKey.slice(1)}x` }
      await assert.rejects(tool.look({ ...place(), env: wrong }), /SignatureDoesNotMatch|403/)
    })
  }
  await check('the gateway writes a line per request and no secret', () => {
    const printed = daemon.output().slice(match.index + match[0].length)
    assert.match(printed, /"service":"s3"/)
    for (const secret of [secretAccessKey, keys.secret]) assert.ok(!printed.includes(secret))
  })
}

async function look(
  check: RunCheck,
  tool: AwsTool,
  title: string,
  session: RegExp,
  place: ToolPlace,
): Promise<void> {
  await check(title, async () => {
    const { arn, roles, isSameObject } = await tool.look(place)
    const [, role, name = ''] = /^arn:aws:sts::\d+:assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? []
    assert.equal(role, 'Worker', arn)
    assert.match(name, session)
    assert.deepEqual([...roles].sort(), ['Hub', 'Worker'])
    assert.ok(isSameObject, 'S3 gave back another object')
  })
}
