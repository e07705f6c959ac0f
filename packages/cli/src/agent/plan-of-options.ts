import { resolve } from 'node:path'
import { Failure } from '../failure.ts'
import { checkOneSource } from '../keys/persons-role.ts'
import { defaultPort, readAddress } from './address.ts'
import { isRoleArn, isUpstream, upstreamRule } from './names.ts'
import type { AgentOptions } from './options.ts'
import type { AgentPlan, RolePlan } from './plan.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What stands in the file when there is one. */
const ofFile = [
  ['role', '--role'],
  ['connection', '--connection'],
  ['profile', '--profile'],
  ['roleArn', '--role-arn'],
  ['sessionName', '--session-name'],
  ['externalId', '--external-id'],
  ['region', '--region'],
  ['imds', '--imds'],
  ['imdsV1', '--imds-v1'],
  ['upstream', '--upstream'],
  ['tokenFile', '--token-file'],
] as const satisfies readonly (readonly [keyof AgentOptions, string])[]

/** Options that have the last word over the file. Throws {@link Failure} `usage` for those of the file. */
export function planWithOptions(plan: AgentPlan, options: AgentOptions): AgentPlan {
  const wrong = ofFile.find(([key]) => options[key] !== undefined)
  if (wrong !== undefined) {
    throw new Failure(
      'usage',
      `${wrong[1]} and --config exclude each other`,
      'write it into the file, or leave --config out',
    )
  }
  return {
    ...plan,
    listen: options.listen === undefined ? plan.listen : addressesOf(options.listen),
    accessLog: options.accessLog === undefined ? plan.accessLog : resolve(options.accessLog),
  }
}

/** The plan of a command line without a file: one role at most. Throws {@link Failure} `usage`. */
export function planOfOptions(options: AgentOptions, env: Environment): AgentPlan {
  const {
    upstream,
    profile,
    roleArn: roleArns = [],
    tokenFile,
    accessLog,
    imdsV1 = false,
  } = options
  for (const arn of roleArns) if (!isRoleArn(arn)) throw noRoleArn(arn)
  if (upstream !== undefined && !isUpstream(upstream)) {
    throw new Failure(
      'usage',
      `--upstream: ${upstreamRule}`,
      'write for example https://afp.example',
    )
  }
  if (upstream !== undefined && profile !== undefined) {
    throw new Failure(
      'usage',
      '--upstream and --profile exclude each other',
      'the credentials come from the one or from the other',
    )
  }
  checkOneSource(options)
  const region = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION
  const isServed = options.imds === true || imdsV1 || upstream !== undefined
  // What the proxy lists is for IMDS; a role that is taken with it is a role of ours.
  const isOurs = upstream === undefined || roleArns.length > 0
  const role: RolePlan = {
    isUpstreams: upstream !== undefined,
    profile,
    roleArns,
    sessionName: options.sessionName,
    externalId: options.externalId,
    region,
    tokenFile: tokenFile === undefined ? undefined : resolve(tokenFile),
  }
  const name = nameOf(roleArns.at(-1) ?? options.role, profile ?? env.AWS_PROFILE)
  return {
    listen: addressesOf(options.listen ?? [`127.0.0.1:${defaultPort}`]),
    hosts: [],
    peers: undefined,
    accessLog: accessLog === undefined ? undefined : resolve(accessLog),
    upstream: upstream === undefined ? undefined : new URL(upstream).origin,
    roles: isOurs ? { [name]: role } : {},
    imds: isServed
      ? { roles: isOurs ? [name] : undefined, v1: imdsV1, missing: 'not-found', region }
      : undefined,
  }
}

/** The role's own name without its path, or the profile's where it can be one. */
function nameOf(roleArn: string | undefined, profile: string | undefined): string {
  const name = roleArn?.split('/').at(-1) ?? profile ?? 'default'
  return /^[\w+=,.@-]{1,64}$/.test(name) ? name : 'default'
}

function addressesOf(texts: readonly string[]) {
  return texts.map(text => {
    const address = readAddress(text)
    if (address !== undefined) return address
    throw new Failure(
      'usage',
      `--listen: ${JSON.stringify(text)} is no address to listen on`,
      'write an IP address with a port: 127.0.0.1:9912 or [::1]:9912',
    )
  })
}

function noRoleArn(text: string): Failure {
  return new Failure(
    'usage',
    `--role-arn: ${JSON.stringify(text)} is no role ARN`,
    'write for example arn:aws:iam::123456789012:role/Deploy',
  )
}
