/** The variables of a program that has a role. Lean: the cached paths of `env` and `exec` load this. */
import type { RoleKeys } from '../sources/source.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What of the role the variables tell besides its keys. */
export interface RoleEnvironmentOptions {
  /** Default: that of the keys. */
  readonly region?: string | undefined
  /** What people call the role: `prod/admin`. Default: by account id and name. */
  readonly role?: string | undefined
  /** Of the credentials file, when the keys stand there too, as saml2aws has it. */
  readonly profile?: string | undefined
}

/** Variables by which AWS's tools would find other credentials than those of the role. */
const conflicting = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'EC2_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_ACCOUNT_ID',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'ROLECALL_ROLE',
  'ROLECALL_ROLE_NAME',
  'ROLECALL_ENDPOINT_URL',
] as const

/** What `env --unset` takes back. */
export const unsetNames = (env: Environment): readonly string[] => [
  ...leading(env),
  'SAML2AWS_PROFILE',
]

/** Variables of an environment that lead AWS's tools elsewhere than these do. */
export function contradicting(
  env: Environment,
  variables: Readonly<Record<string, string>>,
): readonly string[] {
  return leading(env).filter(name => env[name] !== undefined && !Object.hasOwn(variables, name))
}

/** With where the calls of an earlier role go, when this command set it: another role's must not go there. */
function leading(env: Environment): readonly string[] {
  const own = env.ROLECALL_ENDPOINT_URL
  return own !== undefined && own === env.AWS_ENDPOINT_URL
    ? [...conflicting, 'AWS_ENDPOINT_URL']
    : conflicting
}

/** Answers for this command alone. */
const ownSecrets: ReadonlySet<string> = new Set([
  'ROLECALL_PASSWORD',
  'ROLECALL_MFA_TOKEN',
  'ROLECALL_PASSPHRASE',
  'SAML2AWS_PASSWORD',
  'SAML2AWS_MFA_TOKEN',
  'ONELOGIN_CLIENT_SECRET',
])

/** The variables that give a program the role: all that saml2aws sets, and the region. */
export function roleVariables(
  keys: RoleKeys,
  options: RoleEnvironmentOptions = {},
): Readonly<Record<string, string>> {
  const { profile } = options
  const region = options.region ?? keys.region
  return {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
    AWS_SECURITY_TOKEN: keys.sessionToken,
    EC2_SECURITY_TOKEN: keys.sessionToken,
    AWS_CREDENTIAL_EXPIRATION: keys.expiration,
    AWS_ACCOUNT_ID: keys.accountId,
    ...(profile === undefined ? {} : { AWS_PROFILE: profile, AWS_DEFAULT_PROFILE: profile }),
    ...regionVariables(region),
    ...endpointVariables(keys),
    ...roleNames(keys, options.role),
  }
}

/**
 * Which role it is: the ARN, which a command that is started here takes for its own role too, and a name for
 * prompts that means nothing to any shell.
 */
export function roleNames(
  { roleArn, accountId }: Pick<RoleKeys, 'roleArn' | 'accountId'>,
  name: string | undefined,
): Readonly<Record<string, string>> {
  const isPlain = name !== undefined && /^[\w+=,.@/-]{1,256}$/.test(name)
  const short = `${accountId}/${roleArn.split('/').at(-1) ?? ''}`
  return { ROLECALL_ROLE: roleArn, ROLECALL_ROLE_NAME: isPlain ? name : short }
}

/**
 * Where the calls go when it is not where AWS's tools would go: a stand-in of AWS has all services at one
 * address, one of AWS itself is that of STS alone.
 */
export function endpointVariables({
  endpointUrl,
}: Pick<RoleKeys, 'endpointUrl'>): Readonly<Record<string, string>> {
  if (endpointUrl === undefined) return {}
  const host = URL.parse(endpointUrl)?.hostname ?? ''
  if (/(?:^|\.)(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.test(host)) {
    return { AWS_ENDPOINT_URL_STS: endpointUrl }
  }
  return { AWS_ENDPOINT_URL: endpointUrl, ROLECALL_ENDPOINT_URL: endpointUrl }
}

/** For tools of either kind: the SDKs read the first, older ones and the aws command the second. */
export function regionVariables(region: string | undefined): Readonly<Record<string, string>> {
  return region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }
}

/**
 * An environment with these variables and none that would contradict them, nor secrets of this command. Where
 * they say no region, that of before counts for tools of either kind.
 */
export function environmentWith(
  env: Environment,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const removed: ReadonlySet<string> = new Set(leading(env))
  // Windows knows variables in any case.
  const isRemoved = (name: string) =>
    removed.has(name.toUpperCase()) || ownSecrets.has(name.toUpperCase())
  const kept = Object.entries(env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !isRemoved(pair[0]),
  )
  const before = regionVariables(env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined)
  return { ...Object.fromEntries(kept), ...before, ...variables }
}
