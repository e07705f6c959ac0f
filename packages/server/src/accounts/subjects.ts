/** What is read, as the configuration and the organization say. */
import { roleArn } from '@rolecall/aws'
import type { Config } from '../config/config.ts'
import type { Account } from '../nouns.ts'
import { type DiscoveryAws, ownPartition, readAs } from './aws-access.ts'
import { accountKey } from './catalog.ts'
import { accountsAt, type Subjects } from './discovery-view.ts'
import type { OrganizationFacts, RolesFacts } from './facts.ts'
import { readOrganization } from './read-organization.ts'
import { readRoles } from './read-roles.ts'
import { newSubject, type Subject } from './subject.ts'

/** What subjects are read with. */
export interface SubjectOptions {
  readonly config: () => Pick<Config, 'accounts' | 'aws' | 'discovery'>
  readonly aws: DiscoveryAws
  readonly now: () => Date
  readonly random: () => number
  /** Names of roles of the account that AWS refused. */
  readonly doubted: (key: string) => ReadonlySet<string>
}

/** All subjects of the moment. */
export interface LiveSubjects extends Subjects {
  all(): readonly Subject<unknown>[]
  has(subject: Subject<unknown>): boolean
  /** Follows the configuration and the accounts that are known; the keys that are no longer read. */
  sync(config: Pick<Config, 'accounts' | 'aws' | 'discovery'>, at: number): readonly string[]
}

const organizationKey = 'organization'

/** None, until `sync`. */
export function createSubjects(options: SubjectOptions): LiveSubjects {
  const { config, aws, random } = options
  const now = () => options.now().getTime()
  let organization: Subject<OrganizationFacts> | undefined
  let roles = new Map<string, Subject<RolesFacts>>()

  function organizationOf(of: Pick<Config, 'aws' | 'discovery'>) {
    const settings = of.discovery?.organizations
    if (settings === undefined) return undefined
    const { role, externalId, tags, everyMs } = settings
    const basis = JSON.stringify([ownPartition(of), role, tags, settings.exclude])
    if (organization?.basis === basis && organization.everyMs === everyMs) return organization
    const made = newSubject<OrganizationFacts>({
      key: organizationKey,
      basis,
      everyMs,
      read: async before => {
        const current = config()
        const reader = await readAs({ arn: role, externalId }, current, aws, options.now)
        const { organizations: endpoint } = current.aws.endpoints
        return await readOrganization({ ...reader, endpoint }, settings, before, now)
      },
    })
    return withKnown(made, organization)
  }

  function rolesOf(account: Account, of: Pick<Config, 'discovery'>) {
    const settings = of.discovery?.roles
    if (settings === undefined) return undefined
    const { partition, id: accountId } = account
    const { path, name, externalId, pathPrefix, tags, everyMs } = settings
    const key = accountKey(account)
    const arn = roleArn({ partition, accountId, path, name })
    const through = account.via?.kind === 'role' ? account.via.roleArn : undefined
    const basis = JSON.stringify([arn, through, pathPrefix, tags])
    const known = roles.get(key)
    if (known?.basis === basis && known.everyMs === everyMs) return known
    const made = newSubject<RolesFacts>({
      key,
      basis,
      everyMs,
      read: async before => {
        const current = config()
        const reader = await readAs({ arn, externalId, through }, current, aws, options.now)
        const { iam: endpoint } = current.aws.endpoints
        const doubted = options.doubted(key)
        const visit = { account, settings, before, doubted, now, random }
        return await readRoles({ ...reader, endpoint }, visit)
      },
    })
    return withKnown(made, known)
  }

  return {
    get organization() {
      return organization
    },
    get roles() {
      return roles
    },
    all: () => [...(organization === undefined ? [] : [organization]), ...roles.values()],
    has: subject => subject === organization || roles.get(subject.key) === subject,
    sync(of, at) {
      const before = roles
      organization = organizationOf(of)
      const next = new Map<string, Subject<RolesFacts>>()
      const { accounts } = accountsAt(of, organization, at)
      for (const account of of.discovery?.roles === undefined ? [] : accounts) {
        // Credentials of one partition take no role of another.
        if (account.partition !== ownPartition(of)) continue
        const subject = rolesOf(account, of)
        if (subject !== undefined) next.set(subject.key, subject)
      }
      roles = next
      return [...before.keys()].filter(key => !next.has(key))
    },
  }
}

/** A subject whose times alone have changed keeps what was read. */
function withKnown<Facts>(made: Subject<Facts>, known: Subject<Facts> | undefined): Subject<Facts> {
  if (known?.basis !== made.basis) return made
  const { reading, problem, failures, triedAt } = known
  return { ...made, reading, problem, failures, triedAt }
}
