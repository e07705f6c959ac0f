/** Who sends a request to a mount of AFP's API. */
import type { FastifyRequest } from 'fastify'
import type { FederationApiConfig } from '../config/config.ts'
import type { Asker } from '../delivery/index.ts'
import { ServerError } from '../errors.ts'
import type { Principal } from '../nouns.ts'
import { readBasic } from './basic-credentials.ts'
import { clientAddress } from './client-address.ts'
import { checkSameOrigin } from './cross-site.ts'
import { checkMachineRequest } from './machine-request.ts'
import { cameOverTls } from './over-tls.ts'
import type { RecentPasswords } from './recent-passwords.ts'
import { requestFacts } from './request-facts.ts'
import type { Steps } from './steps.ts'

type PeopleMount = Extract<FederationApiConfig, { for: 'people' }>
type MachineMount = Extract<FederationApiConfig, { for: 'machines' }>

/** Who asks, and the name that AFP knew them by: a person's username, a machine's address. */
export interface AfpCaller {
  readonly asker: Asker
  readonly name: string
}

/** What tells callers apart. */
export interface CallerSteps extends Pick<Steps, 'gateway' | 'limits'> {
  readonly recentPasswords: RecentPasswords
}

/** Throws `not-signed-in`, and what refuses a sign-in, or a request that another site made. */
export function afpCaller(
  mount: FederationApiConfig,
  request: FastifyRequest,
  steps: CallerSteps,
): Promise<AfpCaller> {
  return mount.for === 'machines'
    ? machineOf(mount, request, steps)
    : personOf(mount, request, steps)
}

async function machineOf(
  { hosts, plainHttp }: MachineMount,
  request: FastifyRequest,
  { gateway }: CallerSteps,
): Promise<AfpCaller> {
  checkMachineRequest(request, [new URL(gateway.config().publicUrl).hostname, ...hosts])
  const address = clientAddress(request)
  if (!plainHttp && !cameOverTls(request, address)) throw new ServerError('keys-in-clear')
  const identify = () => gateway.machines.byAddress(address)
  return { asker: askerOf(await identify(), address, identify), name: address }
}

/** A trusted proxy's word goes before a password that it passes on. */
async function personOf(
  { sources }: PeopleMount,
  request: FastifyRequest,
  steps: CallerSteps,
): Promise<AfpCaller> {
  const { gateway } = steps
  checkSameOrigin(request, gateway.config().publicUrl)
  const address = clientAddress(request)
  const facts = requestFacts(request)
  const byHeaders = async () => {
    const named = await gateway.requests.byHeaders(facts)
    return named !== undefined && sources.includes(named.source) ? named : undefined
  }
  const named = await byHeaders()
  const identify = named === undefined ? passwordOf(request, sources, address, steps) : byHeaders
  const principal = named ?? (await identify())
  if (principal === undefined) throw new ServerError('not-signed-in')
  return { asker: askerOf(principal, address, identify), name: principal.username }
}

function passwordOf(
  request: FastifyRequest,
  sources: readonly string[],
  address: string,
  { gateway, limits, recentPasswords }: CallerSteps,
): () => Promise<Principal | undefined> {
  return async () => {
    const typed = readBasic(request.headers.authorization)
    if (typed === undefined) return undefined
    if (!cameOverTls(request, address)) throw new ServerError('password-in-clear')
    const attempt = { ...typed, sources, address }
    // Before the password is looked at, which costs more than anything else here.
    if (recentPasswords.has(attempt)) limits.apiOf(`password ${typed.username}`)
    else limits.password(address, typed.username)
    try {
      const principal = await gateway.requests.byPassword(attempt)
      recentPasswords.add(attempt)
      return principal
    } catch (error) {
      if (isRefusal(error)) recentPasswords.delete(attempt)
      throw error
    }
  }
}

function askerOf(
  principal: Principal,
  address: string,
  identify: () => Promise<Principal | undefined>,
): Asker {
  return {
    principal,
    address,
    async again() {
      try {
        return await identify()
      } catch (error) {
        if (isRefusal(error)) return undefined
        throw error
      }
    },
  }
}

/** Not that it could not be checked now. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof ServerError &&
    (error.code === 'password-refused' || error.code === 'signin-refused')
  )
}
