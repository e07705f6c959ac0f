import type { Policy } from '../policy/document.ts'
import type { Requester } from '../policy/principal.ts'
import type { LoadedAccount, LoadedRole, LoadedUser } from '../world/loaded.ts'

/** A role session: what the console page and later calls need to know of it. */
export interface RoleSession {
  readonly role: LoadedRole
  readonly sessionName: string
  /** Made with the credentials of another role session: one hour at most. */
  readonly chained: boolean
}

/** Who signs a request: an IAM user, or the holder of temporary credentials. */
export interface Caller {
  readonly kind: 'user' | 'role' | 'federated'
  readonly account: LoadedAccount
  readonly arn: string
  /** `AIDA…`, `AROA…:session` or `account:name`. */
  readonly userId: string
  readonly userName: string | undefined
  /** `aws:PrincipalArn`: for a role session the ARN of the role, with its path. */
  readonly principalArn: string
  /** Temporary credentials, from whichever operation. */
  readonly temporary: boolean
  readonly roleSession: RoleSession | undefined
  readonly identity: readonly Policy[]
  readonly sessionPolicies: readonly Policy[] | undefined
  /** Tags of the principal: a role's overridden by the session's. */
  readonly tags: ReadonlyMap<string, string>
  /** Tags passed when the session was made or inherited, without the role's own. */
  readonly sessionTags: ReadonlyMap<string, string>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
  /** When the temporary credentials were made. */
  readonly issuedAt: Date | undefined
  /** When a second factor was given for them. */
  readonly mfaAt: Date | undefined
  /** Condition keys of the sign-in that the session began with, which stay with it: `saml:sub` and its like. */
  readonly federation: Readonly<Record<string, string | undefined>>
}

/** The caller that an IAM user's long-term keys sign for; its account's root user is not simulated. */
export function userCaller(
  user: LoadedUser,
  made?: { readonly issuedAt: Date; readonly mfaAt: Date | undefined },
): Caller {
  return {
    kind: 'user',
    account: user.account,
    arn: user.arn,
    userId: user.id,
    userName: user.name,
    principalArn: user.arn,
    temporary: made !== undefined,
    roleSession: undefined,
    identity: user.identity,
    sessionPolicies: undefined,
    tags: user.tags,
    sessionTags: new Map(),
    transitiveTagKeys: [],
    sourceIdentity: undefined,
    issuedAt: made?.issuedAt,
    mfaAt: made?.mfaAt,
    federation: {},
  }
}

/** The caller that a new role session's credentials sign for. */
export function roleCaller(
  session: RoleSession,
  details: Pick<
    Caller,
    'sessionPolicies' | 'sessionTags' | 'transitiveTagKeys' | 'sourceIdentity' | 'issuedAt'
  > &
    Partial<Pick<Caller, 'federation'>>,
): Caller {
  const { role, sessionName } = session
  return {
    kind: 'role',
    account: role.account,
    arn: `arn:${role.account.partition}:sts::${role.account.id}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    userName: undefined,
    principalArn: role.arn,
    temporary: true,
    roleSession: session,
    identity: role.identity,
    tags: mergeTags(role.tags, details.sessionTags),
    // A second factor counts where the role is taken; AWS does not carry it into the role's session.
    mfaAt: undefined,
    federation: {},
    ...details,
  }
}

/** The caller under every ARN by which a trust policy may name it. */
export function requesterOf(caller: Caller): Requester {
  return {
    kind: 'aws',
    partition: caller.account.partition,
    accountId: caller.account.id,
    arns: [caller.arn, caller.principalArn],
  }
}

/** Tags of both; of two keys that differ only by case, the later one stays, as tag keys have no case. */
export function mergeTags(
  first: ReadonlyMap<string, string>,
  second: ReadonlyMap<string, string>,
): Map<string, string> {
  const taken = new Set([...second.keys()].map(key => key.toLowerCase()))
  return new Map([...[...first].filter(([key]) => !taken.has(key.toLowerCase())), ...second])
}
