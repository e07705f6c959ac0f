/** Every other identity that AWS gives a program, for AWS's tools and for ours: and large bodies through the gateway. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { profileCredentials, StsClient } from '@rolecall/aws'
import { type Simulator, startSimulator, type World } from '@rolecall/simulator'
import { inLifetime, type Lifetime } from '../lifetime.ts'
import { startAwsNetwork } from '../peers/aws-network.ts'
import { awsCommand, boto3, sdk } from '../peers/aws-tools.ts'
import { rolecallCommand, startRolecall } from '../peers/rolecall.ts'
import { signInByDevice } from '../peers/sso-sign-in.ts'
import type { RunCheck, Suite } from './suite.ts'

const account = '111122223333'
const keys = { id: 'AKIAINTEROPOTHER0001', secret: 'MadeUpSecretOfTheOtherSuite0000000000000' }
const bucket = 'interop-identities'
const issuer = 'https://ci.example.com'
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`
const startUrl = 'https://interop.awsapps.com/start'

const document = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] })
const mayCall = document({
  Effect: 'Allow',
  Action: ['s3:*', 'iam:ListRoles', 'sts:*'],
  Resource: '*',
})
const trust = (principal: object, action = 'sts:AssumeRole') =>
  document({ Effect: 'Allow', Principal: principal, Action: action })
const role = (name: string, trusted: ReturnType<typeof document>) => ({
  name,
  trust: trusted,
  policies: [mayCall],
})
const provider = { Federated: `arn:aws:iam::${account}:oidc-provider/ci.example.com` }
const world: World = {
  accounts: [
    {
      id: account,
      users: [{ name: 'tool', accessKeys: [keys], mayAssume: ['*'] }],
      roles: [
        role('Web', trust(provider, 'sts:AssumeRoleWithWebIdentity')),
        role('Instance', trust({ Service: 'ec2.amazonaws.com' })),
        role('Task', trust({ Service: 'ecs-tasks.amazonaws.com' })),
        role('Worker', trust({ AWS: account })),
      ],
      oidcProviders: [{ url: issuer, clientIds: ['sts.amazonaws.com'] }],
      buckets: [{ name: bucket, region: 'eu-central-1' }],
    },
  ],
  identityCenter: {
    startUrl,
    permissionSets: [{ name: 'Look', policies: [mayCall] }],
    assignments: [{ account, permissionSet: 'Look', people: ['ann'] }],
  },
  idp: { people: [{ username: 'ann', password: 'secret of ann' }] },
}

/** `npm run interop -- aws-identities` */
export const awsIdentitiesSuite: Suite = {
  name: 'aws-identities',
  title: 'sign-ins, web tokens, instances and tasks; large bodies through the signing gateway',
  packages: ['awscli', 'python3-boto3', 'openssl'],
  run: check =>
    inLifetime(async lifetime => {
      const simulator = await startSimulator({ world })
      lifetime.onEnd(() => simulator.close())
      const env = { AWS_ENDPOINT_URL: simulator.url, AWS_REGION: 'eu-central-1' }
      await signIns(lifetime, check, simulator)
      await webTokens(lifetime, check, simulator, env)
      await machines(lifetime, check, simulator, env)
      await largeBodies(lifetime, check, env)
      await routeOfServe(lifetime, check, env)
    }),
}

type Env = Record<string, string> & { readonly AWS_ENDPOINT_URL: string }

async function signIns(lifetime: Lifetime, check: RunCheck, simulator: Simulator) {
  const home = lifetime.folder('sso')
  const lines = [
    '[default]',
    'sso_session = interop',
    `sso_account_id = ${account}`,
    'sso_role_name = Look',
    '[sso-session interop]',
    'sso_region = eu-central-1',
    `sso_start_url = ${startUrl}`,
    'sso_registration_scopes = sso:account:access',
  ]
  mkdirSync(join(home, '.aws'), { recursive: true })
  writeFileSync(join(home, '.aws', 'config'), `${lines.join('\n')}\n`)
  const cached = await signInByDevice(simulator.url, startUrl, 'ann', 'secret of ann')
  const cache = join(home, '.aws', 'sso', 'cache')
  mkdirSync(cache, { recursive: true })
  const name = createHash('sha1').update('interop').digest('hex')
  writeFileSync(join(cache, `${name}.json`), JSON.stringify(cached))
  // Each service by its own variable, with the two of the sign-in among them.
  const services = ['SSO', 'SSO_OIDC', 'STS', 'IAM', 'S3']
  const endpoints = services.map(service => [`AWS_ENDPOINT_URL_${service}`, simulator.url])
  const steered = { AWS_REGION: 'eu-central-1', ...Object.fromEntries(endpoints) }
  const expected = /:assumed-role\/AWSReservedSSO_Look_[0-9a-f]{16}\/ann$/
  await check('the AWS SDK with the sign-in of a person', async () => {
    const { arn, isSameObject } = await sdk.look({ home, env: steered, bucket })
    assert.match(arn, expected)
    assert.ok(isSameObject)
  })
  await check('we, by the same files', async () => {
    const credentials = await profileCredentials({ env: { ...steered, HOME: home } }).get()
    assert.match(await arnWith(simulator, credentials), expected)
  })
}

async function arnWith(
  simulator: Simulator,
  credentials: Awaited<ReturnType<ReturnType<typeof profileCredentials>['get']>>,
): Promise<string> {
  const sts = new StsClient({
    credentials,
    region: 'eu-central-1',
    endpoint: simulator.stsEndpoint,
  })
  return (await sts.getCallerIdentity()).arn
}

async function webTokens(lifetime: Lifetime, check: RunCheck, simulator: Simulator, env: Env) {
  const network = await startAwsNetwork(lifetime, simulator.url)
  const file = join(lifetime.folder('token'), 'token')
  writeFileSync(file, simulator.oidc.mint({ subject: 'build', issuer }))
  const variables = {
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: roleArn('Web'),
    AWS_ROLE_SESSION_NAME: 'build',
  }
  for (const tool of [boto3, sdk]) {
    await check(`${tool.name} with a web identity token`, async () => {
      const steered = tool === sdk ? env : { ...network.env }
      const home = lifetime.folder('tool')
      const { arn, isSameObject } = await tool.look({
        home,
        env: { ...steered, ...variables },
        bucket,
      })
      assert.equal(arn, `arn:aws:sts::${account}:assumed-role/Web/build`)
      assert.ok(isSameObject)
    })
  }
  await check('boto3 with our credential_process over a web identity token', async () => {
    const home = lifetime.folder('tool')
    const config = join(home, 'config')
    const exported = Object.entries({ ...env, ...variables })
    const words = exported.map(([name, value]) => `${name}=${value}`).join(' ')
    writeFileSync(
      config,
      `[default]\ncredential_process = env ${words} ${rolecallCommand} credentials\n`,
    )
    const { arn } = await boto3.look({
      home,
      env: { ...network.env, AWS_CONFIG_FILE: config },
      bucket,
    })
    assert.equal(arn, `arn:aws:sts::${account}:assumed-role/Web/build`)
  })
}

/** What the simulated instance and task give to our agent, it gives to a tool. */
async function machines(lifetime: Lifetime, check: RunCheck, simulator: Simulator, env: Env) {
  const { imds, container } = simulator
  const places = [
    ['an instance', 'Instance', { AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.endpoint }],
    [
      'a task',
      'Task',
      {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: container.uri,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: container.token,
      },
    ],
  ] as const
  for (const [title, name, variables] of places) {
    await check(`the AWS SDK with our agent on ${title}`, async () => {
      const home = lifetime.folder('home')
      const { match } = await startRolecall(
        lifetime,
        ['agent', '--listen', '127.0.0.1:0', '--json'],
        {
          env: { ...env, ...variables, HOME: home },
          ready: /(\{"origins[\s\S]*\})\n/,
        },
      )
      const { roles } = JSON.parse(match[1] ?? '') as {
        roles: Record<string, Record<string, string>>
      }
      const [given = {}] = Object.values(roles)
      const { arn, isSameObject } = await sdk.look({ home, env: { ...env, ...given }, bucket })
      assert.match(arn, new RegExp(`:assumed-role/${name}/`))
      assert.ok(isSameObject)
    })
  }
}

const big = 60 * 1024 * 1024

async function largeBodies(lifetime: Lifetime, check: RunCheck, env: Env) {
  const home = lifetime.folder('home')
  const { match } = await startRolecall(
    lifetime,
    [
      ...['gateway', '--role-arn', roleArn('Worker'), '--endpoint-url', env.AWS_ENDPOINT_URL],
      ...['--listen', '127.0.0.1:0', '--audit', join(home, 'audit.jsonl')],
    ],
    {
      env: { ...env, HOME: home, AWS_ACCESS_KEY_ID: keys.id, AWS_SECRET_ACCESS_KEY: keys.secret },
      ready:
        /signing on (http:\S+)[\s\S]*AWS_ACCESS_KEY_ID=(\S+) AWS_SECRET_ACCESS_KEY=(\S+)[\s\S]*\n\n/,
    },
  )
  const [, endpoint = '', id = '', secret = ''] = match
  const place = { home, endpoint, env: { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } }
  const [sent, read] = [join(home, 'sent'), join(home, 'read')]
  writeFileSync(sent, randomBytes(big))
  const isSame = () => readFileSync(read).equals(readFileSync(sent))
  await check('aws s3 cp of 60 MB in parts through the signing gateway, and back', async () => {
    await awsCommand.run(place, ['s3', 'cp', sent, `s3://${bucket}/big`])
    await awsCommand.run(place, ['s3', 'cp', `s3://${bucket}/big`, read])
    assert.ok(isSame(), 'S3 gave back another object')
    assert.match(readFileSync(join(home, 'audit.jsonl'), 'utf8'), /"method":"PUT"/)
  })
  await check('aws s3 cp of a stream through the signing gateway, and back', async () => {
    await awsCommand.run(place, ['s3', 'cp', '-', `s3://${bucket}/stream`], createReadStream(sent))
    await awsCommand.run(place, ['s3', 'cp', `s3://${bucket}/stream`, read])
    assert.ok(isSame(), 'S3 gave back another object')
  })
}

async function routeOfServe(lifetime: Lifetime, check: RunCheck, env: Env) {
  const folder = lifetime.folder('serve')
  const file = join(folder, 'rolecall.yaml')
  const given = { id: 'GATEWAYCALLER0000001', secret: 'MadeUpSecretOfTheCallerOfServe0000000000' }
  writeFileSync(
    file,
    `publicUrl: http://localhost
listen: { port: 0 }
aws: { region: eu-central-1, endpoints: { sts: "${env.AWS_ENDPOINT_URL}" } }
signingGateway:
  prefix: /sign
  role: ${roleArn('Worker')}
  endpoints: { "*": "${env.AWS_ENDPOINT_URL}" }
  callers:
    - name: build
      keys: { accessKeyId: ${given.id}, secretAccessKey: { env: CALLER_SECRET } }
      allow: [{ services: [s3, iam, sts] }]
`,
  )
  const { match } = await startRolecall(lifetime, ['serve', '-c', file], {
    env: {
      ...{ AWS_ACCESS_KEY_ID: keys.id, AWS_SECRET_ACCESS_KEY: keys.secret },
      CALLER_SECRET: given.secret,
    },
    ready: /listening on (http:\S+)/,
  })
  for (const tool of [boto3, sdk]) {
    await check(`${tool.name} through the route of rolecall serve`, async () => {
      const { arn, isSameObject } = await tool.look({
        home: lifetime.folder('tool'),
        endpoint: `${match[1]}/sign`,
        env: { AWS_ACCESS_KEY_ID: given.id, AWS_SECRET_ACCESS_KEY: given.secret },
        bucket,
      })
      assert.equal(arn, `arn:aws:sts::${account}:assumed-role/Worker/build`)
      assert.ok(isSameObject)
    })
  }
}
