import type { GatewayRoute } from '../../config/signing-gateway-config.ts'
import { type AwsHost, awsHostOf, readAwsHost } from './aws-host.ts'
import type { ClaimedScope } from './claimed-scope.ts'
import { type DecidedPath, decidedPath } from './decided-path.ts'
import { refusal } from './refusal.ts'
import { one, type RequestHead } from './request-head.ts'
import type { SigningGatewayOptions } from './types.ts'

/** Where a request goes, and what it is signed for. */
export interface Target {
  /** The name of the route; undefined when a host name of AWS or the signature told. */
  readonly route: GatewayRoute | undefined
  readonly service: string
  readonly region: string
  /** `https://sts.eu-central-1.amazonaws.com`, without a path. */
  readonly origin: string
  /** Raw, as it is sent; what is decided on is made of exactly this. */
  readonly path: string
  readonly decided: DecidedPath
}

/** Finds the target, or refuses with `signing-no-route`. */
export type FindTarget = (head: RequestHead, scope: ClaimedScope | undefined) => Target

/**
 * Routes go first, in their order; then a host of AWS in the Host header, one in the first segment of the
 * path, and what the caller signed for. Nothing else is ever connected to.
 */
export function targetFinder({
  routes = [],
  endpoints = {},
}: Pick<SigningGatewayOptions, 'routes' | 'endpoints'>): FindTarget {
  const split = splitter()
  const endpointOf = (service: string): string | undefined =>
    Object.hasOwn(endpoints, service) ? endpoints[service] : endpoints['*']

  /** To the host itself, or to the address that stands in its place, where a bucket goes into the path. */
  function toHost(host: AwsHost, path: string): Target {
    const { service, region, bucket, isControl } = host
    const isS3 = isS3Service(service)
    const bucketPath = bucket === undefined ? path : `/${bucket}${path}`
    const decided = decidedPath(bucketPath, isS3, isControl)
    const endpoint = endpointOf(service)
    if (endpoint === undefined) {
      return { route: undefined, service, region, origin: `https://${host.host}`, path, decided }
    }
    const { origin, base } = split(endpoint)
    const sent = base + bucketPath
    return { route: undefined, service, region, origin, path: sent, decided }
  }

  function toRoute(route: GatewayRoute, path: string): Target {
    const { service, region } = route
    const rest = route.path === undefined ? path : path.slice(route.path.length) || '/'
    if (route.upstream === undefined) {
      const host = awsHostOf(service, region)
      if (host === undefined) throw noHost(service, region)
      return { ...toHost(host, rest), route }
    }
    const { origin, base } = split(route.upstream)
    const host = readAwsHost(new URL(origin).hostname)
    const sent = base + rest
    const seen = host?.bucket === undefined ? sent : `/${host.bucket}${sent}`
    const decided = decidedPath(seen, isS3Service(service), host?.isControl)
    return { route, service, region, origin, path: sent, decided }
  }

  return (head, scope) => {
    const route = routes.find(one => isFor(one, head))
    if (route !== undefined) return toRoute(route, head.path)
    const named = readAwsHost(head.host)
    if (named !== undefined) return toHost(named, head.path)
    const [, first = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(head.path) ?? []
    const inPath = readAwsHost(first)
    if (inPath !== undefined) return toHost(inPath, rest === '' ? '/' : rest)
    if (scope !== undefined) {
      const meant = awsHostOf(scope.service, scope.region)
      if (meant === undefined) throw noHost(scope.service, scope.region)
      return toHost(meant, head.path)
    }
    throw refusal('signing-no-route', `neither a route nor a host of AWS fits (Host ${head.host})`)
  }
}

/** Services whose paths are names of objects. */
export function isS3Service(service: string): boolean {
  return service === 's3' || service === 's3-object-lambda' || service === 's3-outposts'
}

function isFor(route: GatewayRoute, head: RequestHead): boolean {
  const { host, path, header } = route
  return (
    (host === undefined || host === head.host) &&
    (path === undefined || head.path === path || head.path.startsWith(`${path}/`)) &&
    (header === undefined || one(head.headers, header.name) === header.value)
  )
}

/** Splits addresses, each once. */
function splitter(): (address: string) => { origin: string; base: string } {
  const known = new Map<string, { origin: string; base: string }>()
  return address => {
    const before = known.get(address)
    if (before !== undefined) return before
    const url = new URL(address)
    const parts = { origin: url.origin, base: url.pathname.replace(/\/$/, '') }
    known.set(address, parts)
    return parts
  }
}

function noHost(service: string, region: string) {
  return refusal(
    'signing-no-route',
    `no host of AWS is known for the service ${service} in the region ${region}`,
  )
}
