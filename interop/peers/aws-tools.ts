/** AWS's own tools as the suites use them: the `aws` command, boto3 and the AWS SDK for JavaScript. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a tool was told: who it is, which roles there are, and whether S3 gave back what it got. */
export interface Seen {
  readonly arn: string
  readonly roles: readonly string[]
  readonly isSameObject: boolean
}

/** One of AWS's own tools. */
export interface AwsTool {
  readonly name: string
  /** Calls STS, IAM and S3 with what its own credential chain finds; at `endpoint`, or at AWS's hosts. */
  look(place: ToolPlace): Promise<Seen>
}

/** Where a tool runs. */
export interface ToolPlace {
  /** An empty home; files are written there. */
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly bucket: string
  readonly endpoint?: string
}

// Nothing of this machine's settings; must not be waited for synchronously: the simulator runs here.
async function output(
  program: string,
  args: readonly string[],
  { home, env, endpoint }: Omit<ToolPlace, 'bucket'>,
  input?: Readable,
): Promise<string> {
  const running = run(program, args, {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      LC_ALL: 'C.UTF-8',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      ...(endpoint === undefined ? {} : { ENDPOINT: endpoint }),
      ...env,
    },
    timeout: 60_000,
  })
  if (running.child.stdin !== null) {
    if (input === undefined) running.child.stdin.end()
    else input.pipe(running.child.stdin)
  }
  return (await running).stdout
}

async function runAws(
  place: Omit<ToolPlace, 'bucket'>,
  args: readonly string[],
  input?: Readable,
): Promise<string> {
  const program = existsSync('/usr/bin/aws') ? '/usr/bin/aws' : 'aws'
  const endpoint = place.endpoint === undefined ? [] : ['--endpoint-url', place.endpoint]
  return await output(program, [...endpoint, ...args, '--output', 'json'], place, input)
}

/** Debian's command. */
export const awsCommand: AwsTool & { readonly run: typeof runAws } = {
  name: 'aws',
  run: runAws,
  async look(place) {
    const aws = (...args: string[]) => runAws(place, args)
    const body = randomBytes(70_000)
    const [sent, read] = [join(place.home, 'sent'), join(place.home, 'read')]
    writeFileSync(sent, body)
    const object = `s3://${place.bucket}/from aws/ä+b.bin`
    await aws('s3', 'cp', sent, object)
    await aws('s3', 'cp', object, read)
    const { Arn: arn } = JSON.parse(await aws('sts', 'get-caller-identity')) as { Arn: string }
    const { Roles } = JSON.parse(await aws('iam', 'list-roles')) as {
      Roles: { RoleName: string }[]
    }
    return {
      arn,
      roles: Roles.map(role => role.RoleName),
      isSameObject: body.equals(readFileSync(read)),
    }
  },
}

/** Debian's boto3. */
export const boto3: AwsTool = {
  name: 'boto3',
  async look(place) {
    const script = fileURLToPath(new URL('python/boto3_calls.py', import.meta.url))
    return JSON.parse(await output('/usr/bin/python3', ['-B', script, place.bucket], place)) as Seen
  },
}

/** `@aws-sdk` v3 from npm. */
export const sdk: AwsTool = {
  name: '@aws-sdk',
  async look(place) {
    const script = fileURLToPath(new URL('sdk-calls.ts', import.meta.url))
    return JSON.parse(await output(process.execPath, [script, place.bucket], place)) as Seen
  },
}

export const awsTools: readonly AwsTool[] = [awsCommand, boto3, sdk]
