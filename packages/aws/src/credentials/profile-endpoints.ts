import { isTrue } from './instance-endpoint.ts'
import { chosenText, type ProfileScope, textOf } from './profile-scope.ts'

/**
 * The address that a profile or a variable sets for a service (AWS SDKs and Tools Reference Guide,
 * "Service-specific endpoints"): AWS_ENDPOINT_URL_…, AWS_ENDPOINT_URL, the service's block in the profile's
 * `services` section, `endpoint_url`. The identifier is as in AWS's list: `sts`, `sso`, `sso_oidc`.
 */
export function endpointUrlOf(scope: ProfileScope, service: string): string | undefined {
  const { env, files } = scope
  const isIgnored = chosenText(
    scope,
    'ignore_configured_endpoint_urls',
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  )
  if (isTrue(isIgnored)) return undefined
  const block = files.services.get(textOf(scope, 'services') ?? '')?.get(service)
  return (
    env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
    env.AWS_ENDPOINT_URL ||
    (typeof block === 'object' ? block.get('endpoint_url') : undefined) ||
    textOf(scope, 'endpoint_url')
  )
}
