import {
  type ContainerRole,
  type CredentialSource,
  clockTeller,
  containerCredentialsPath,
  containerEndpoint,
  createHttpSend,
  type EndpointAnswer,
  type EndpointHandler,
  type EndpointRequest,
  type HttpSend,
  type MetadataRoles,
  metadataEndpoint,
  proxyFromEnvironment,
} from '@rolecall/aws'
import type { AccessLog } from './access-log.ts'
import { hostNames } from './address.ts'
import { keepFresh } from './keep-fresh.ts'
import { type AgentListener, listen } from './listen.ts'
import { peerRule } from './peers.ts'
import type { AgentPlan, ImdsPlan } from './plan.ts'
import { endingRoleSource } from './role-source.ts'
import { newToken, tokenOfFile } from './token-file.ts'
import { type UpstreamRoles, upstreamRoles } from './upstream.ts'

/** What an agent has of its surroundings. */
export interface AgentSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: AccessLog
  /** Told of what goes wrong while it runs; a text without secrets. */
  readonly report: (problem: string) => void
  /** Of roles without a profile, instead of the default chain. */
  readonly base?: CredentialSource | undefined
  readonly http?: HttpSend
  readonly now?: () => Date
  readonly random?: () => number
}

/** A running agent. */
export interface Agent {
  readonly origins: readonly string[]
  readonly roles: Readonly<Record<string, ServedRole>>
  /** The roles of the metadata service now. */
  readonly imdsRoles: () => readonly string[]
  /** Ends when running requests have ended, or after two seconds. */
  close(): Promise<void>
}

/** A role that callers with its token get. */
export interface ServedRole {
  readonly source: CredentialSource
  readonly token: string
  readonly tokenFile: string | undefined
  /** Why there are no credentials at the start. */
  readonly problem: unknown
}

/** Addresses under which SDKs look for the two endpoints, and to which a packet filter may lead here. */
const containerHosts = ['169.254.170.2', '169.254.170.23', 'fd00:ec2::23']
const imdsHosts = ['169.254.169.254', 'fd00:ec2::254']

/**
 * Fetches the first credentials, listens, and keeps them fresh until it is closed. That a role has no
 * credentials at the start is told in the answer and hinders nothing. Throws `Failure`.
 */
export async function startAgent(plan: AgentPlan, surroundings: AgentSurroundings): Promise<Agent> {
  const { now = () => new Date(), log, report } = surroundings
  const ending = new AbortController()
  const upkeep = { now, sleep, signal: ending.signal }
  const upstream =
    plan.upstream === undefined
      ? undefined
      : upstreamRoles({
          ...upkeep,
          origin: plan.upstream,
          http: surroundings.http ?? createHttpSend(proxyFromEnvironment(surroundings.env)),
          random: surroundings.random ?? Math.random,
          report,
        })
  const listeners: AgentListener[] = []
  const close = async () => {
    ending.abort()
    await Promise.all(listeners.map(listener => listener.close()))
    await upstream?.ended
    log.close()
  }
  try {
    await upstream?.asked
    const roles = await serveRoles(plan, surroundings, upstream)
    const imdsRoles = metadataRoles(plan.imds, roles, upstream)
    const handle = agentHandler(plan, roles, imdsRoles, surroundings)
    for (const address of plan.listen) listeners.push(await listen(address, handle))
    for (const { source } of Object.values(roles)) void keepFresh(source, upkeep)
    return {
      origins: listeners.map(({ origin }) => origin),
      roles,
      imdsRoles: () => imdsRoles.names(),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function serveRoles(
  plan: AgentPlan,
  { env, report, base: own }: AgentSurroundings,
  upstream: UpstreamRoles | undefined,
): Promise<Record<string, ServedRole>> {
  const onClockCorrected = clockTeller(report)
  const entries = Object.entries(plan.roles).map(async ([name, role]) => {
    const { tokenFile, isUpstreams, ...options } = role
    const base = isUpstreams ? upstream?.first : own
    const source = endingRoleSource({ ...options, base, onClockCorrected }, env)
    const token = tokenFile === undefined ? newToken() : await tokenOfFile(tokenFile)
    return [name, { source, token, tokenFile, problem: await problemOf(source) }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Why nothing could be handed out now. */
async function problemOf(source: CredentialSource): Promise<unknown> {
  try {
    await source.get()
    return undefined
  } catch (error) {
    return error
  }
}

function metadataRoles(
  imds: ImdsPlan | undefined,
  served: Readonly<Record<string, ServedRole>>,
  upstream: UpstreamRoles | undefined,
): MetadataRoles {
  if (imds?.roles === undefined)
    return upstream?.roles ?? { names: () => [], find: () => undefined }
  const names = imds.roles
  return {
    names: () => names,
    find: name => (names.includes(name) ? served[name]?.source : undefined),
  }
}

function agentHandler(
  plan: AgentPlan,
  served: Readonly<Record<string, ServedRole>>,
  imdsRoles: MetadataRoles,
  { now = () => new Date(), log, report }: AgentSurroundings,
): EndpointHandler {
  const hosts = [...hostNames(plan.listen), ...plan.hosts]
  const roles = Object.entries(served).map(([name, { source, token }]): [string, ContainerRole] => {
    return [name, { source, token, roleArn: plan.roles[name]?.roleArns.at(-1) }]
  })
  const container = containerEndpoint({
    hosts: [...hosts, ...containerHosts],
    mayCall: plan.peers === undefined ? undefined : peerRule(plan.peers),
    roles: Object.fromEntries(roles),
    now,
  })
  const imds =
    plan.imds === undefined
      ? undefined
      : metadataEndpoint({
          hosts: [...hosts, ...imdsHosts],
          mayCall: peerRule(plan.peers ?? []),
          roles: imdsRoles,
          facts: { region: plan.imds.region },
          v1: plan.imds.v1,
          missing: plan.imds.missing,
          now,
        })

  return async request => {
    const isContainers = imds === undefined || isContainerPath(request.target)
    const answer = await (isContainers ? container : imds)(request)
    const protocol = isContainers ? 'container' : 'imds'
    try {
      log.write({ at: now(), protocol, request, answer })
    } catch {
      report('the access log cannot be written: requests are refused until it can')
      return unlogged
    }
    return answer
  }
}

function isContainerPath(target: EndpointRequest['target']): boolean {
  const path = target.replace(/\?.*$/s, '')
  return (
    path === '/creds' || path === '/v1/credentials' || path.startsWith(containerCredentialsPath)
  )
}

/** What is not on record is not handed out. */
const unlogged: EndpointAnswer = Object.freeze({
  status: 503,
  headers: { 'content-length': '0', 'cache-control': 'no-store' },
  body: '',
  result: 'unavailable',
})

/** Waits, and keeps no process alive for it. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    timer.unref()
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}
