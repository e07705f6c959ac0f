import type { Environment } from '../credentials/environment.ts'
import { AwsError } from '../errors.ts'
import { createHttpAgents } from '../http/http-agents.ts'
import { proxyFromEnvironment } from '../http/proxy-environment.ts'
import { splitUrl } from '../http/split-url.ts'
import { partitionOf } from '../identifiers/partitions.ts'
import type { SharedFiles } from '../shared-files/shared-files.ts'
import { shellWord } from '../shared-files/split-words.ts'
import { regionOfStsHost } from '../sts/sts-host.ts'
import { type Finding, finding } from './findings.ts'
import { textOf } from './profile-findings.ts'

/** What is wrong with the region that was chosen, and with where it was chosen. */
export function regionFindings(region: string | undefined, env: Environment): readonly Finding[] {
  const findings: Finding[] = []
  const { AWS_REGION: own, AWS_DEFAULT_REGION: preset } = env
  if (own && preset && own !== preset) {
    const message = `AWS_REGION is ${JSON.stringify(own)}, AWS_DEFAULT_REGION is ${JSON.stringify(preset)}`
    findings.push(finding('region.conflict', message))
  }
  if (region === undefined) return [...findings, finding('region.missing', 'no region is set')]
  try {
    const { regionRegex } = partitionOf(region)
    if (regionRegex.test(region)) return findings
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
  }
  const zone = /^([a-z]{2,}(?:-[a-z]+)+-\d{1,2})[a-z]$/.exec(region)?.[1]
  const hint =
    zone === undefined
      ? {}
      : { remedy: `${region} is an availability zone; its region is ${zone}.` }
  const message = `${JSON.stringify(region)} is no region of AWS`
  return [...findings, finding('region.unknown', message, hint)]
}

/** An endpoint of AWS that is set for STS and is of another region than the one that is signed for. */
export function endpointRegionFindings(url: string, region: string): readonly Finding[] {
  const host = splitUrl(url).host
  const own = regionOfStsHost(host)
  if (own === undefined || own === region || region === 'aws-global') return []
  const message = `${host} is the endpoint of ${own}, and requests are signed for ${region}`
  return [finding('endpoint.region', message)]
}

/** Addresses of STS and of the proxies that nothing can be sent to; what stands in them may be a secret. */
export function addressFindings(endpoint: string, env: Environment): readonly Finding[] {
  const places: [where: string, read: () => unknown][] = [
    ['AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL or endpoint_url', () => splitUrl(endpoint)],
    ['HTTPS_PROXY or HTTP_PROXY', () => createHttpAgents(proxyFromEnvironment(env)).close()],
  ]
  return places.flatMap(([where, read]) => {
    try {
      read()
      return []
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      return [finding('endpoint.invalid', `${where}: ${error.message}`)]
    }
  })
}

/** Endpoints over http that are not on this machine. */
export function endpointFindings(
  env: Environment,
  files: SharedFiles | undefined,
  profile: string,
): readonly Finding[] {
  const settings = files?.profiles.get(profile)
  const services = textOf(settings, 'services')
  const block = services === undefined ? undefined : files?.services.get(services)?.get('sts')
  const places: [where: string, url: string | undefined][] = [
    ...['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL_SSO'].map(
      (name): [string, string | undefined] => [name, env[name]],
    ),
    [`endpoint_url of profile ${JSON.stringify(profile)}`, textOf(settings, 'endpoint_url')],
    [
      `endpoint_url of sts in [services ${services ?? ''}]`,
      typeof block === 'object' ? block.get('endpoint_url') : undefined,
    ],
  ]
  return places.flatMap(([where, url]) => {
    const host = url ? plainHost(url) : undefined
    if (host === undefined) return []
    return [finding('endpoint.plain', `${where} leads to ${host} over http`)]
  })
}

/** The host of an http URL, unless it is this machine. */
function plainHost(url: string): string | undefined {
  try {
    const { scheme, host } = splitUrl(url)
    const name = host.replace(/:\d+$/, '')
    const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(name)
    return scheme === 'http' && !isHere ? host : undefined
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

/** A file and who may use it. */
export interface FileFacts {
  readonly path: string
  /** The permission bits of `stat`. */
  readonly mode: number
}

/** Files with secrets that others may read, or change. */
export function fileFindings(files: readonly FileFacts[]): readonly Finding[] {
  return files.flatMap(({ path, mode }) => {
    if ((mode & 0o077) === 0) return []
    const may = [
      ...((mode & 0o044) === 0 ? [] : ['read']),
      ...((mode & 0o022) === 0 ? [] : ['write']),
      ...((mode & 0o066) === 0 ? ['run'] : []),
    ]
    const octal = (mode & 0o777).toString(8)
    const message = `others than its owner may ${may.join(' and ')} ${path} (mode ${octal})`
    return [finding('file.permissions', message, { remedy: `chmod 600 ${shellWord(path)}` })]
  })
}
