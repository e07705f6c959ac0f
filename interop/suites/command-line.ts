/** A developer's day with AWS's own tools: a person signs in once at JumpCloud, and the tools take it from there. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startSimulator, type World } from '@rolecall/simulator'
import { inLifetime, type Lifetime } from '../lifetime.ts'
import { startAwsNetwork } from '../peers/aws-network.ts'
import { awsTools } from '../peers/aws-tools.ts'
import { rolecallMain } from '../peers/rolecall.ts'
import type { RunCheck, Suite } from './suite.ts'

const account = '111122223333'
const provider = `arn:aws:iam::${account}:saml-provider/JumpCloud`
const bucket = 'interop-command-line'
const person = { email: 'alice@example.com', password: 'MadeUpPasswordOfTheInteropSuite' }
const names = ['Worker', 'Reader']
const pair = (name: string) => ({ role: `arn:aws:iam::${account}:role/${name}`, provider })

const world: World = {
  accounts: [
    {
      id: account,
      samlProviders: [{ name: 'JumpCloud', metadata: 'jumpcloud' }],
      roles: names.map(name => ({
        name,
        trust: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Federated: provider },
            Action: 'sts:AssumeRoleWithSAML',
          },
        },
        policies: [
          {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: ['s3:*', 'iam:ListRoles', 'sts:*'], Resource: '*' },
            ],
          },
        ],
      })),
      buckets: [{ name: bucket, region: 'eu-central-1' }],
    },
  ],
  jumpCloud: {
    people: [person],
    applications: [{ name: 'tools', label: 'AWS Tools', roles: names.map(pair) }],
  },
}

/** `npm run interop -- command-line` */
export const commandLineSuite: Suite = {
  name: 'command-line',
  title:
    'rolecall signs in, and the aws command, boto3 and the AWS SDK work with its profiles and exec',
  packages: ['awscli', 'python3-boto3', 'openssl'],
  run: check =>
    inLifetime(async lifetime => {
      const simulator = await startSimulator({ world })
      lifetime.onEnd(() => simulator.close())
      const network = await startAwsNetwork(lifetime, simulator.url)
      const home = lifetime.folder('home')
      const tenant = simulator.jumpCloud
      assert.ok(tenant)
      const env = {
        PATH: process.env.PATH,
        HOME: home,
        AWS_ENDPOINT_URL: simulator.url,
        AWS_REGION: 'eu-central-1',
        AWS_DEFAULT_REGION: 'eu-central-1',
        ROLECALL_KEYRING: 'file',
      }
      const rolecall = commandOf(env)
      await check('a person signs in once, with every role', async () => {
        await rolecall([
          ...['configure', '--skip-prompt', '--idp-provider', 'JumpCloud'],
          ...[
            '--url',
            tenant.ssoUrl('tools'),
            '--username',
            person.email,
            '--region',
            'eu-central-1',
          ],
        ])
        await rolecall(['login', '--all', '--skip-prompt'], { ROLECALL_PASSWORD: person.password })
      })
      await throughProfiles({ check, lifetime, rolecall, home, env: { ...env, ...network.env } })
      await throughExec({ check, lifetime, rolecall, env: network.env })
    }),
}

type Rolecall = (
  args: readonly string[],
  more?: Readonly<Record<string, string>>,
) => Promise<string>

/** The command with the variables of a person's shell; nobody can be asked. */
function commandOf(env: Readonly<Record<string, string | undefined>>): Rolecall {
  return async (args, more = {}) => {
    const options = { env: { ...env, ...more }, timeout: 60_000 }
    const running = promisify(execFile)(process.execPath, [rolecallMain, ...args], options)
    running.child.stdin?.end()
    return (await running).stdout
  }
}

interface Place {
  readonly check: RunCheck
  readonly lifetime: Lifetime
  readonly rolecall: Rolecall
}

/** `profiles sync` writes them; each tool starts our credential process by itself. */
async function throughProfiles({
  check,
  lifetime,
  rolecall,
  home,
  env,
}: Place & { readonly home: string; readonly env: Record<string, string | undefined> }) {
  const config = join(home, '.aws', 'config')
  await rolecall(['profiles', 'sync'])
  const profile = /\[profile (\S*worker)\]/i.exec(readFileSync(config, 'utf8'))?.[1] ?? ''
  for (const tool of awsTools) {
    await check(`${tool.name} with a profile of profiles sync`, async () => {
      // The home of the person: our command finds its keys there.
      const seen = await tool.look({
        home: lifetime.folder('tool'),
        bucket,
        env: {
          ...defined(tool.name === '@aws-sdk' ? { ...env, HTTPS_PROXY: undefined } : env),
          HOME: home,
          AWS_PROFILE: profile,
          AWS_CONFIG_FILE: config,
        },
      })
      expectWorker(seen.arn)
      assert.ok(seen.isSameObject, 'S3 gave back another object')
    })
  }
}

/** The keys in the environment, and the endpoint that renews them. */
async function throughExec({
  check,
  rolecall,
  env,
}: Place & { readonly env: Readonly<Record<string, string>> }) {
  const python = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])'
  const programs = [
    {
      name: 'aws',
      words: ['aws', 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'],
    },
    { name: 'boto3', words: ['/usr/bin/python3', '-B', '-c', python] },
  ]
  for (const way of [[], ['--server']]) {
    for (const { name, words } of programs) {
      await check(`${name} under exec ${way.join('')}`.trim(), async () => {
        expectWorker((await rolecall(['exec', 'worker', ...way, '--', ...words], env)).trim())
      })
    }
  }
  await check('exec --server puts no key into the environment', async () => {
    const printed = await rolecall(['exec', 'worker', '--server', '--', 'env'], env)
    assert.match(printed, /^AWS_CONTAINER_CREDENTIALS_FULL_URI=http:\/\/127\.0\.0\.1:/m)
    assert.doesNotMatch(printed, /^AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN)=/m)
  })
  await check('a program that fails keeps its exit code', async () => {
    const failing = rolecall(['exec', 'worker', '--', 'sh', '-c', 'exit 42'])
    await assert.rejects(failing, { code: 42 })
  })
}

function expectWorker(arn: string): void {
  assert.equal(arn, `arn:aws:sts::${account}:assumed-role/Worker/${person.email}`)
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const set = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return Object.fromEntries(set)
}
