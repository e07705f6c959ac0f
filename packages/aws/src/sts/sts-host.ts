import { partitions } from '../identifiers/partitions.ts'

/** Whether a host name is one of AWS's own services. */
export function isHostOfAws(hostname: string): boolean {
  return Object.values(partitions).some(
    ({ dnsSuffix, dualStackDnsSuffix }) =>
      hostname.endsWith(`.${dnsSuffix}`) || hostname.endsWith(`.${dualStackDnsSuffix}`),
  )
}

/** The region in the name of an STS endpoint of AWS; the global one is signed for as `aws-global`. */
export function regionOfStsHost(hostname: string): string | undefined {
  if (hostname === 'sts.amazonaws.com') return 'aws-global'
  const [, region] = /^sts(?:-fips)?\.([a-z0-9-]+)\.[a-z]/.exec(hostname) ?? []
  return region !== undefined && isHostOfAws(hostname) ? region : undefined
}
