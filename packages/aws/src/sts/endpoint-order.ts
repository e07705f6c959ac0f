import { AwsError } from '../errors.ts'
import { partitionOf } from '../identifiers/partitions.ts'
import { invalid } from './invalid.ts'
import { type StsEndpoint, stsEndpointOf } from './sts-endpoint.ts'
import type { StsClientOptions } from './types.ts'

/** How long a region that failed comes second, in milliseconds. */
const avoidMs = 30_000

/** The endpoints of a client, in the order in which they are to be asked now. */
export interface EndpointOrder {
  now(): readonly [StsEndpoint, ...StsEndpoint[]]
  failed(endpoint: StsEndpoint): void
  answered(endpoint: StsEndpoint): void
}

/** The endpoint of the options and, when asked for, that of the region to fail over to. */
export function createEndpointOrder(options: StsClientOptions): EndpointOrder {
  const { region, endpoint, fips, dualStack, legacyGlobal, failoverRegion } = options
  if (endpoint !== undefined && (fips || dualStack || legacyGlobal)) {
    throw invalid('endpoint', 'no choice of FIPS, dual-stack or legacy beside it')
  }
  const of = (name: string, own: string | undefined): StsEndpoint => {
    const known = stsEndpointOf(name, { fips, dualStack, legacyGlobal })
    return Object.freeze(own === undefined ? known : { ...known, url: own })
  }
  const first = of(region, endpoint)
  if (failoverRegion === undefined) return { now: () => [first], failed() {}, answered() {} }
  const second = of(failoverRegion, options.failoverEndpoint)
  if (partitionOf(region).id !== partitionOf(failoverRegion).id || first.url === second.url) {
    throw new AwsError(
      'bad_region',
      `failoverRegion: expected another region of the partition of ${region}; received ${failoverRegion}`,
    )
  }
  let avoidFirstUntil = 0
  return {
    now: () => (performance.now() < avoidFirstUntil ? [second, first] : [first, second]),
    failed(which) {
      if (which === first) avoidFirstUntil = performance.now() + avoidMs
    },
    answered(which) {
      if (which === first) avoidFirstUntil = 0
    },
  }
}

/** Whether another region may do better: this one was not reached, not in time, or is at fault. */
export function isRegionFault(error: unknown): error is AwsError {
  if (!(error instanceof AwsError)) return false
  const { code, status, fault } = error
  if (code === 'proxy_refused') return status !== undefined && status >= 500
  return fault === 'network' || (status !== undefined && status >= 500)
}
