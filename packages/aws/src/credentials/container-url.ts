import { AwsError } from '../errors.ts'
import { splitUrl } from '../http/split-url.ts'
import type { Environment } from './environment.ts'

/** The host of relative addresses: the agent of ECS. */
const agentOrigin = 'http://169.254.170.2'
/** Besides loopback: ECS, and EKS Pod Identity. */
const plainHosts: ReadonlySet<string> = new Set([
  'localhost',
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
  '[::1]',
])
const loopback = /^127(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/

/**
 * The address of the container's endpoint: RELATIVE goes before FULL. A full one is `https:`, or `http:` to
 * this machine or AWS's agents; the token in its request is worth the role. Undefined when neither is set.
 * Throws {@link AwsError} `bad_url`, which names the variable.
 */
export function checkedContainerUrl(env: Environment): string | undefined {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  if (relative) {
    if (!relative.startsWith('/')) throw bad('RELATIVE', 'expected a path that begins with /')
    return checked(`${agentOrigin}${relative}`, 'RELATIVE')
  }
  const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI
  return full ? checked(full, 'FULL') : undefined
}

function checked(url: string, which: 'RELATIVE' | 'FULL'): string {
  let host: string
  try {
    const parts = splitUrl(url)
    if (parts.scheme === 'https') return url
    host = parts.host.replace(/:\d+$/, '')
    if (host.startsWith('[')) host = new URL(url).hostname
  } catch {
    throw bad(which, 'expected an absolute http or https URL without user name and fragment')
  }
  if (plainHosts.has(host) || loopback.test(host)) return url
  throw bad(which, `${host} may only be asked over https; http is for loopback and AWS’s agents`)
}

function bad(which: string, what: string): AwsError {
  return new AwsError('bad_url', `AWS_CONTAINER_CREDENTIALS_${which}_URI: ${what}`)
}
