import { AwsError } from '../errors.ts'
import { splitUrl } from '../http/split-url.ts'
import { isHostOfAws, regionOfStsHost } from '../sts/sts-host.ts'
import type { AdapterSts } from './types.ts'

/** Where STS is called, and for which region its calls are signed. */
export interface StsTarget {
  readonly region: string
  readonly endpoint?: string
}

/**
 * Reads `aws_sts.{endpoint, region, sslEnable}`. An endpoint of AWS decides the region that its calls are
 * signed for: no other one is accepted there. Throws {@link AwsError} `invalid_argument` or `bad_url`.
 */
export function stsTarget(sts: AdapterSts, clientRegion: string): StsTarget {
  const isPlain = sts.sslEnable === false
  const region = sts.region || clientRegion
  if (!sts.endpoint) {
    if (isPlain) throw plainToAws()
    return { region }
  }
  const endpoint = /^https?:\/\//i.test(sts.endpoint)
    ? sts.endpoint
    : `${isPlain ? 'http' : 'https'}://${sts.endpoint}`
  const { scheme, host } = splitUrl(endpoint)
  if (isPlain && scheme === 'https') {
    throw new AwsError(
      'invalid_argument',
      'aws_sts.endpoint says https: and aws_sts.sslEnable is false; expected one of the two',
    )
  }
  // A name may end in the dot of the DNS root.
  const hostname = host.replace(/:\d+$/, '').replace(/\.$/, '')
  if (scheme === 'http' && isHostOfAws(hostname)) throw plainToAws()
  return { endpoint, region: regionOfStsHost(hostname) ?? region }
}

function plainToAws(): AwsError {
  return new AwsError(
    'invalid_argument',
    'aws_sts.sslEnable is false, and STS of AWS speaks HTTPS only; expected true, or an aws_sts.endpoint of your own',
  )
}
