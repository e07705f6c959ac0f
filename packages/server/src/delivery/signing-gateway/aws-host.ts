import { type PartitionInfo, partitions } from '@rolecall/aws'
import { globalHosts, hostPrefixes, signingNames, unclearNames } from './aws-services.ts'

/** What the name of an AWS host says. */
export interface AwsHost {
  /** In lower case, without a port. */
  readonly host: string
  /** The signing name. */
  readonly service: string
  /** What to sign for. */
  readonly region: string
  /** The bucket (or access point) that stands in the host name. */
  readonly bucket?: string
  /** S3 Control: signed as S3, with paths that are none of buckets. */
  readonly isControl?: true
}

const dnsLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const s3Words: Readonly<Record<string, string>> = {
  s3: 's3',
  's3-accesspoint': 's3',
  's3-object-lambda': 's3-object-lambda',
  's3-outposts': 's3-outposts',
}

const suffixes: readonly (readonly [suffix: string, partition: PartitionInfo])[] = Object.values(
  partitions,
).flatMap(partition => [
  [`.${partition.dnsSuffix}`, partition] as const,
  [`.${partition.dualStackDnsSuffix}`, partition] as const,
])

/**
 * Service and region of a host of AWS's APIs (AWS General Reference, "Service endpoints"), for those forms
 * only in which AWS itself answers: not for load balancers, instances and the like under the same domain,
 * which belong to customers and may lead into a private network. Undefined for every other name.
 */
export function readAwsHost(name: string): AwsHost | undefined {
  if (name.length > 253) return undefined
  const before = read.get(name)
  if (before !== undefined) return before.host
  if (read.size >= mostRead) read.clear()
  const host = readHost(name.toLowerCase())
  read.set(name, { host })
  return host
}

/** Callers ask for a few hosts again and again. */
const read = new Map<string, { readonly host: AwsHost | undefined }>()
const mostRead = 1024

function readHost(host: string): AwsHost | undefined {
  const global = Object.hasOwn(globalHosts, host) ? globalHosts[host] : undefined
  if (global !== undefined) return { host, ...global }
  for (const [suffix, partition] of suffixes) {
    if (!host.endsWith(suffix)) continue
    const found = readPrefix(host.slice(0, -suffix.length), partition)
    if (found !== undefined) return { host, ...found }
  }
  return undefined
}

/** The host of a service in a region, when one is meant by the two. */
export function awsHostOf(service: string, region: string): AwsHost | undefined {
  if (unclearNames.has(service)) return undefined
  if (service !== 'sts' && service !== 's3') {
    for (const [host, global] of Object.entries(globalHosts)) {
      if (global.service === service && global.region === region) return { host, ...global }
    }
  }
  const partition = Object.values(partitions).find(one => one.regionRegex.test(region))
  if (partition === undefined) return undefined
  const prefix = Object.hasOwn(hostPrefixes, service) ? hostPrefixes[service] : service
  const found = readAwsHost(`${prefix}.${region}.${partition.dnsSuffix}`)
  return found?.service === service && found.region === region ? found : undefined
}

type Meaning = Omit<AwsHost, 'host'>

function readPrefix(text: string, partition: PartitionInfo): Meaning | undefined {
  const labels = text.split('.')
  const region = labels.at(-1) ?? ''
  if (partition.regionRegex.test(region)) return readService(labels.slice(0, -1), region)
  const old = /^s3-(.+)$/.exec(region)?.[1]
  if (old !== undefined && partition.regionRegex.test(old)) {
    return readService([...labels.slice(0, -1), 's3'], old)
  }
  // Buckets of the first region may leave it out.
  if (region === 's3' && partition.id === 'aws') return readService(labels, 'us-east-1')
  const domain = labels.at(-2) ?? ''
  if ((region === 'es' || region === 'aoss') && partition.regionRegex.test(domain)) {
    const isDomain = labels.length === 3 && dnsLabel.test(labels[0] ?? '')
    return isDomain ? { service: region, region: domain } : undefined
  }
  return undefined
}

/** What stands before the region. */
function readService(given: readonly string[], region: string): Meaning | undefined {
  const labels = given.at(-1) === 'dualstack' ? given.slice(0, -1) : given
  const last = (labels.at(-1) ?? '').replace(/-fips$/, '')
  const rest = labels.slice(0, -1).join('.')
  if (!labels.every(label => dnsLabel.test(label))) return undefined
  const s3 = Object.hasOwn(s3Words, last) ? s3Words[last] : undefined
  if (s3 !== undefined) {
    if (rest === '') return last === 's3' ? { service: s3, region } : undefined
    return bucketName.test(rest) ? { service: s3, region, bucket: rest } : undefined
  }
  const prefix = [...labels.slice(0, -1), last].join('.')
  const other = Object.hasOwn(signingNames, prefix) ? signingNames[prefix] : undefined
  if (prefix === 's3-control' || (last === 's3-control' && labels.length === 2)) {
    return { service: 's3', region, isControl: true }
  }
  if (other !== undefined) return { service: other, region }
  if (labels.length === 1) return isApi(last) ? { service: last, region } : undefined
  return last === 'execute-api' && labels.length === 2 ? { service: last, region } : undefined
}

/** Names that stand where a service does, and are none that signs requests as others do. */
function isApi(name: string): boolean {
  return !/^(?:elb|compute|rds|vpce|execute-api|es|aoss|s3-.*|s3express.*|cloudfront)$/.test(name)
}
