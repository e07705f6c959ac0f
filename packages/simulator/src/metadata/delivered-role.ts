import { AwsError, type CredentialSource, cachedCredentials, partitionOf } from '@rolecall/aws'
import type { AwsState } from '../aws-state.ts'
import { SimulatorError } from '../errors.ts'
import { trustsService } from '../policy/evaluate.ts'
import { roleCaller } from '../sts/caller.ts'
import type { LoadedRole, LoadedWorld } from '../world/loaded.ts'

/** The services that take a role and deliver its credentials to what runs there. */
export type DeliveringService = 'ec2' | 'ecs-tasks'

/** Six hours, as instances and tasks get. */
const sessionSeconds = 6 * 3600

/**
 * The role that a service delivers: the one that is asked for, else the first of the world that trusts the
 * service; `undefined` when none does. Throws `SimulatorError` `world_invalid` for an ARN that is no role.
 */
export function deliveredRole(
  world: LoadedWorld,
  service: DeliveringService,
  asked: { readonly key: string; readonly arn: string | undefined },
): LoadedRole | undefined {
  const { key, arn } = asked
  if (arn === undefined) {
    return [...world.roles.values()].find(role => isTrusted(role, service))
  }
  const role = world.roles.get(arn)
  if (role !== undefined) return role
  const message = `${key}: the world has no role ${JSON.stringify(arn)}; write the ARN of one, with its path`
  throw new SimulatorError('world_invalid', message)
}

/** The role's credentials, renewed as AWS renews them; `no_credentials` while the role does not trust the service. */
export function deliveredCredentials(
  state: AwsState,
  role: LoadedRole,
  service: DeliveringService,
  sessionName: string,
): CredentialSource {
  const { sessions, now } = state
  const source: CredentialSource = {
    get: async () => {
      if (!isTrusted(role, service)) {
        const message = `the trust policy of ${role.arn} does not allow sts:AssumeRole to ${service}.amazonaws.com`
        throw new AwsError('no_credentials', message)
      }
      const caller = roleCaller(
        { role, sessionName, chained: false },
        {
          sessionPolicies: undefined,
          sessionTags: new Map(),
          transitiveTagKeys: [],
          sourceIdentity: undefined,
          issuedAt: now(),
        },
      )
      const { caller: _, ...credentials } = sessions.open(caller, sessionSeconds)
      return { ...credentials, accountId: role.account.id }
    },
    describe: () => `the role ${role.arn}`,
  }
  return cachedCredentials(source, { now })
}

function isTrusted(role: LoadedRole, service: DeliveringService): boolean {
  const { partition, id: accountId } = role.account
  const suffixes = new Set(['amazonaws.com', partitionOf(partition).dnsSuffix])
  const arns = [...suffixes].map(suffix => `${service}.${suffix}`)
  const requester = { kind: 'service', partition, accountId, arns } as const
  const context = new Map([['aws:securetransport', ['true']] as const])
  return trustsService(role.trust, {
    requester,
    action: 'sts:AssumeRole',
    resource: role.arn,
    context,
  })
}
