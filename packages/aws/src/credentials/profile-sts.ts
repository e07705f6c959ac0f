import type { HttpSend } from '../http/http.ts'
import { createHttpSend, httpSend } from '../http/http-send.ts'
import { proxyFromEnvironment } from '../http/proxy-environment.ts'
import { parseRoleArn } from '../identifiers/arn.ts'
import { expandHome, readText } from '../shared-files/read-text.ts'
import { homeOf } from '../shared-files/shared-files.ts'
import { isTrue } from './instance-endpoint.ts'
import { endpointUrlOf } from './profile-endpoints.ts'
import { badProfile, chosenText, type ProfileScope, textOf } from './profile-scope.ts'
import type { SourceStsOptions } from './role.ts'

/**
 * How a profile calls STS: options, then variables, then the profile, then the profile that led to it. Without a
 * region the endpoint is the global one of the role's partition, or of `aws`, as in AWS's command. Throws `AwsError`
 * `bad_profile` for a setting in no known form.
 */
export function stsOptionsOf(scope: ProfileScope, roleArn?: string): SourceStsOptions {
  const { options, env } = scope
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || regionOf(scope) || globalOf(roleArn)
  const endpoint = endpointUrlOf(scope, 'sts')
  return {
    region,
    fips: isTrue(chosenText(scope, 'use_fips_endpoint', 'AWS_USE_FIPS_ENDPOINT')),
    dualStack: isTrue(chosenText(scope, 'use_dualstack_endpoint', 'AWS_USE_DUALSTACK_ENDPOINT')),
    legacyGlobal: isLegacy(scope),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(options.now === undefined ? {} : { now: options.now }),
    http: profileHttp(scope),
    ...givenOf(options.sts ?? {}),
  }
}

/** What is given: an undefined option must not hide a setting. */
function givenOf<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}

/** The region of the profile, else of the profiles that led to it. */
export function regionOf({ files, settings, path }: ProfileScope): string | undefined {
  const sections = [settings, ...path.toReversed().map(name => files.profiles.get(name))]
  for (const section of sections) {
    const region = section && textOf({ settings: section }, 'region')
    if (region !== undefined) return region
  }
  return undefined
}

function globalOf(roleArn: string | undefined): string {
  if (roleArn === undefined) return 'aws-global'
  const { partition } = parseRoleArn(roleArn)
  return partition === 'aws' ? 'aws-global' : partition
}

function isLegacy(scope: ProfileScope): boolean {
  const key = 'sts_regional_endpoints'
  const choice = chosenText(scope, key, 'AWS_STS_REGIONAL_ENDPOINTS')?.toLowerCase() ?? 'regional'
  if (choice !== 'regional' && choice !== 'legacy') {
    throw badProfile(scope, `${key} or AWS_STS_REGIONAL_ENDPOINTS: expected regional or legacy`)
  }
  return choice === 'legacy'
}

/** HTTP as the profile wants it: through the proxies of the variables, with the authorities of `ca_bundle`. */
export function profileHttp(scope: ProfileScope): HttpSend {
  const { options, env } = scope
  if (options.http !== undefined) return options.http
  const file = chosenText(scope, 'ca_bundle', 'AWS_CA_BUNDLE')
  const proxies = proxyFromEnvironment(env)
  // The connections of this one are kept from one refresh to the next.
  if (file === undefined && Object.keys(proxies.proxy).length === 0) return httpSend
  let made: HttpSend | undefined
  return async request => {
    made ??= createHttpSend({ ...proxies, ...(await authorities(scope, file)) })
    return await made(request)
  }
}

const maxBundleBytes = 4 * 1024 * 1024

async function authorities(
  scope: ProfileScope,
  file: string | undefined,
): Promise<{ ca?: string }> {
  if (file === undefined) return {}
  const path = expandHome(file, homeOf(scope.env))
  const ca = await readText(path, maxBundleBytes, 'bad_certificates')
  if (ca === undefined) {
    throw badProfile(scope, `ca_bundle or AWS_CA_BUNDLE: there is no file ${path}`)
  }
  return { ca }
}
