import { stat } from 'node:fs/promises'
import type { Credentials } from '../credentials/credentials.ts'
import { defaultCredentialChain } from '../credentials/default-chain.ts'
import {
  openProfile,
  type ProfileOptions,
  type ProfileScope,
  profileName,
} from '../credentials/profile-scope.ts'
import { regionOf, stsOptionsOf } from '../credentials/profile-sts.ts'
import type { SourceStsOptions } from '../credentials/role.ts'
import { AwsError } from '../errors.ts'
import { createHttpAgents } from '../http/http-agents.ts'
import { proxyFromEnvironment } from '../http/proxy-environment.ts'
import { splitUrl } from '../http/split-url.ts'
import { type Partition, partitionOf } from '../identifiers/partitions.ts'
import { readSharedFiles, type SharedFiles, sharedFilePaths } from '../shared-files/shared-files.ts'
import { StsClient } from '../sts/sts-client.ts'
import { stsEndpointOf } from '../sts/sts-endpoint.ts'
import type { CallerIdentity } from '../sts/types.ts'
import { errorFinding } from './error-findings.ts'
import { type Finding, finding } from './findings.ts'
import { keyFindings } from './key-findings.ts'
import {
  addressFindings,
  endpointFindings,
  endpointRegionFindings,
  fileFindings,
  regionFindings,
} from './place-findings.ts'
import { probeSts } from './probe-sts.ts'
import { profileFindings, shadowFindings } from './profile-findings.ts'
import { type ChainFacts, type SourceFacts, walkChain } from './source-facts.ts'

/** What is to be looked at. */
export interface ExamineOptions
  extends Pick<ProfileOptions, 'profile' | 'env' | 'http' | 'now' | 'onStderr'> {
  /** In place of the one that variables or the profile set. */
  readonly region?: string | undefined
  /** Ask nobody and run nothing: variables and files only. */
  readonly offline?: boolean | undefined
  /** Milliseconds for each call to STS. Default 5000. */
  readonly timeoutMs?: number | undefined
}

/** What a diagnosis found. Holds no secret. */
export interface CredentialReport {
  /**
   * AWS accepted the credentials, and the profile that was chosen is there; offline: there are some, and
   * nothing is wrong that can be seen.
   */
  readonly works: boolean
  readonly profile: string
  readonly region: string | undefined
  /** The STS that was asked, or would be. */
  readonly endpoint: string | undefined
  readonly sources: readonly SourceFacts[]
  /** The source whose credentials are used. */
  readonly winner: string | undefined
  readonly identity: Pick<CallerIdentity, 'arn' | 'account' | 'userId'> | undefined
  /** How far AWS is ahead of the clock of this machine, in milliseconds. */
  readonly clockAheadMs: number | undefined
  /** Errors first. */
  readonly findings: readonly Finding[]
}

/**
 * Walks the default chain, says what each source has and which wins, then asks STS whose the credentials
 * are. What is wrong with them is in `findings`; an error is thrown only for options that cannot be used.
 */
export async function examineCredentials(options: ExamineOptions): Promise<CredentialReport> {
  const { env = {}, now = () => new Date(), offline = false, timeoutMs = 5000 } = options
  const { name, isChosen } = profileName(options)
  const read = await attempt(() => readSharedFiles({ env }))
  const files = 'value' in read ? read.value : undefined
  const opened = await attempt(() => openProfile(options))
  // A profile that is not there says nothing of where AWS is; the variables still do.
  const scope: ProfileScope =
    'value' in opened
      ? opened.value
      : { name, settings: new Map(), files: files ?? noFiles(env), env, options, path: [name] }
  const region = options.region || env.AWS_REGION || env.AWS_DEFAULT_REGION || regionOf(scope)
  const regional = regionFindings(region, env)
  const isRegionGood = !regional.some(({ code }) => code === 'region.unknown')
  const partition = region !== undefined && isRegionGood ? partitionOf(region).id : undefined
  const findings: Finding[] = [
    ...regional,
    ...keyFindings(environmentKeys(env)),
    ...(files === undefined ? [] : profileFindings({ name, isChosen, files, partition })),
    ...(files === undefined
      ? []
      : shadowFindings(env, { name, byOption: options.profile !== undefined, files })),
    ...endpointFindings(env, files, name),
    ...fileFindings(await secretFiles(env, files)),
    ...('error' in read ? [errorFinding(read.error, { where: 'files', region: '' })] : []),
  ]
  const sts = { ...(options.region === undefined ? {} : { region: options.region }), timeoutMs }
  const { links } = defaultCredentialChain({ ...options, sts })
  const chain = await walkChain(links, { offline, env, settings: scope.settings })
  findings.push(...chainFindings(chain, findings, region ?? '', now()))
  const chosen = isRegionGood ? stsTargetOf(scope, sts) : undefined
  const addresses = chosen === undefined ? [] : addressFindings(endpointOf(chosen), env)
  findings.push(...addresses)
  const target = addresses.length === 0 ? chosen : undefined
  if (target?.endpoint !== undefined) {
    findings.push(...endpointRegionFindings(target.endpoint, target.region))
  }
  const asked =
    offline || target === undefined
      ? undefined
      : await askSts(chain.winner?.credentials, target, { env, now, timeoutMs })
  findings.push(...(asked?.findings ?? []))
  const sorted = withoutRepeats(findings)
  const hasErrors = sorted.some(({ severity }) => severity === 'error')
  return Object.freeze({
    works: offline
      ? chain.winner !== undefined && !hasErrors
      : asked?.identity !== undefined && 'value' in opened,
    profile: name,
    region,
    // A query is nothing that STS needs: what stands there may be a secret.
    endpoint: target && endpointOf(target).replace(/\?.*$/s, ''),
    sources: chain.sources,
    winner: chain.winner?.name,
    identity: asked?.identity,
    clockAheadMs: asked?.aheadMs,
    findings: sorted,
  })
}

async function attempt<T>(
  read: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await read() }
  } catch (error) {
    if (error instanceof AwsError) return { error }
    throw error
  }
}

function noFiles(env: NonNullable<ExamineOptions['env']>): SharedFiles {
  const none = new Map()
  return {
    ...sharedFilePaths({ env }),
    ...{ profiles: none, inConfig: none, inCredentials: none, ssoSessions: none, services: none },
  }
}

function environmentKeys(env: NonNullable<ExamineOptions['env']>) {
  return {
    where: 'environment variables',
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN || env.AWS_SECURITY_TOKEN,
  }
}

/** The shared files that hold secrets, and who may use them. Windows has no such permissions. */
async function secretFiles(
  env: NonNullable<ExamineOptions['env']>,
  files: SharedFiles | undefined,
) {
  if (process.platform === 'win32') return []
  const { credentialsFile, configFile } = sharedFilePaths({ env })
  const hasSecrets = [...(files?.inConfig.values() ?? [])].some(section =>
    section.has('aws_secret_access_key'),
  )
  const facts = [credentialsFile, ...(hasSecrets ? [configFile] : [])].map(async path => {
    const mode = await stat(path).then(
      found => found.mode,
      () => 0,
    )
    return { path, mode }
  })
  return await Promise.all(facts)
}

/** What a chain without a winner comes from. A key's own finding says it better than its source's. */
function chainFindings(
  { winner, failure }: ChainFacts,
  known: readonly Finding[],
  region: string,
  now: Date,
): readonly Finding[] {
  if (failure === undefined) {
    if (winner === undefined) return [finding('chain.empty', 'no source has credentials')]
    const { name, credentials } = winner
    const { expiration } = credentials ?? {}
    if (expiration === undefined || expiration > now) return []
    return [finding('token.expired', `${name}: expired at ${expiration.toISOString()}`)]
  }
  const found = errorFinding(failure.error, { where: failure.name, region })
  const isTold = known.some(
    ({ code, severity }) =>
      severity === 'error' &&
      (code === found.code ||
        (/^(key|token)\./.test(code) && found.code === 'source.failed') ||
        (/^profile\./.test(code) && /^profile\./.test(found.code))),
  )
  return isTold ? [] : [found]
}

function stsTargetOf(
  scope: ProfileScope,
  sts: Partial<SourceStsOptions>,
): SourceStsOptions | undefined {
  try {
    return { ...stsOptionsOf(scope), ...sts }
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

function endpointOf(target: SourceStsOptions): string {
  return target.endpoint ?? stsEndpointOf(target.region, target).url
}

/** Whose credentials these are, once it is known that AWS can be asked. */
async function askSts(
  credentials: Credentials | undefined,
  target: SourceStsOptions,
  {
    env,
    now,
    timeoutMs,
  }: Required<Pick<ExamineOptions, 'env' | 'now' | 'timeoutMs'>> & {
    readonly env: NonNullable<ExamineOptions['env']>
    readonly now: () => Date
    readonly timeoutMs: number
  },
): Promise<{
  readonly findings: readonly Finding[]
  readonly identity?: CallerIdentity
  readonly aheadMs?: number
}> {
  const url = endpointOf(target)
  const proxy = createHttpAgents(proxyFromEnvironment(env)).proxyOf(url)?.host
  const { region, http } = target
  if (http === undefined) return { findings: [] }
  const { isReached, ...seen } = await probeSts({ url, region, proxy, http, now, timeoutMs })
  if (!isReached || credentials === undefined) return seen
  const retry = { attempts: 2 }
  const identify = (options: SourceStsOptions) =>
    new StsClient({ ...options, credentials, now, timeoutMs, retry, correctClock: false })
  try {
    return { ...seen, identity: await identify(target).getCallerIdentity() }
  } catch (error) {
    const context = { where: 'AWS', region, host: splitUrl(url).host, proxy }
    const found = errorFinding(error, context)
    const other = found.code === 'key.unknown' ? await otherPartition(target, identify) : undefined
    return { ...seen, findings: [...seen.findings, other ?? found] }
  }
}

const mainPartitions: readonly Partition[] = ['aws', 'aws-cn', 'aws-us-gov']

/** Keys that AWS does not know may be known in another partition. */
async function otherPartition(
  target: SourceStsOptions,
  identify: (options: SourceStsOptions) => StsClient,
): Promise<Finding | undefined> {
  const own = partitionOf(target.region).id
  for (const id of mainPartitions) {
    if (id === own) continue
    const { globalRegion: region } = partitionOf(id)
    const identity = await identify({ ...target, region })
      .getCallerIdentity()
      .catch(() => undefined)
    if (identity !== undefined) {
      const message = `the keys are those of ${identity.arn}, and the region ${target.region} is of the partition ${own}`
      return finding('key.partition', message)
    }
  }
  return undefined
}

function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>()
  for (const each of findings) seen.set(`${each.code} ${each.message}`, each)
  const order = { error: 0, warning: 1 }
  return [...seen.values()].sort((a, b) => order[a.severity] - order[b.severity])
}
