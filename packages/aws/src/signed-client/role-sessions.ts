import { boundedCache } from '../bounded-cache.ts'
import { cachedCredentials } from '../credentials/cached.ts'
import type { CredentialSource, Credentials } from '../credentials/credentials.ts'
import { roleCredentials, type SourceStsOptions } from '../credentials/role.ts'
import { AwsError } from '../errors.ts'
import type { AssumeRoleInput } from '../sts/types.ts'

/** Credentials that are kept until they are near their end or were refused. */
export interface KeptCredentials extends CredentialSource {
  /** Gets others at the next call, unless that has been done already: many callers are refused at once. */
  forget(refused: Credentials): void
}

/** Role sessions of one base identity, kept and renewed. */
export interface RoleSessions {
  /** The credentials of the last of these roles, each taken with those of the one before. */
  of(roles: readonly AssumeRoleInput[]): KeptCredentials
}

const maxKept = 256

/**
 * Keeps one session per chain of roles: equal in role, session name, policies, tags, external id, source
 * identity, duration and second factor, all of which make the session what it is. The latest 256 are
 * kept. `seen` is told all credentials that are got.
 */
export function createRoleSessions(options: {
  readonly base: CredentialSource
  readonly sts: SourceStsOptions
  readonly now: () => Date
  readonly random: () => number
  readonly seen: (credentials: Credentials) => void
}): RoleSessions {
  const { base, sts, now, random, seen } = options
  const kept = boundedCache<KeptCredentials>(maxKept)

  const keep = (source: CredentialSource): KeptCredentials => {
    let latest: Credentials | undefined
    const describe = () => source.describe()
    const get = async () => {
      const credentials = await source.get()
      latest = credentials
      seen(credentials)
      return credentials
    }
    const cached = cachedCredentials({ get, describe }, { now, random })
    const forget = (refused: Credentials) => {
      if (latest?.accessKeyId === refused.accessKeyId) {
        latest = undefined
        cached.invalidate()
      }
    }
    return Object.freeze({ get: () => cached.get(), describe, forget })
  }
  const keptBase = keep(base)

  const of = (roles: readonly AssumeRoleInput[]): KeptCredentials => {
    const role = roles.at(-1)
    if (role === undefined) return keptBase
    const before = of(roles.slice(0, -1))
    return kept.get(JSON.stringify(roles), () => keep(takenRole(before, sts, role)))
  }
  return Object.freeze({ of })
}

/** AssumeRole, once more with other credentials when those that it was called with had expired. */
function takenRole(
  source: KeptCredentials,
  sts: SourceStsOptions,
  { tokenCode, ...role }: AssumeRoleInput,
): CredentialSource {
  const mfaCode = tokenCode === undefined ? undefined : async () => tokenCode
  let caller: Credentials | undefined
  const get = async () => {
    caller = await source.get()
    return caller
  }
  const taken = roleCredentials({
    ...role,
    source: { get, describe: () => source.describe() },
    sts,
    mfaCode,
  })
  return {
    describe: () => taken.describe(),
    get: async () => {
      try {
        return await taken.get()
      } catch (error) {
        const isExpired = error instanceof AwsError && error.code === 'ExpiredToken'
        if (!isExpired || caller === undefined) throw error
        source.forget(caller)
        return await taken.get()
      }
    },
  }
}
