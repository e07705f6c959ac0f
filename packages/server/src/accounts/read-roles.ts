import { AwsError, createIamReader, parseRoleArn, type ReaderOptions } from '@rolecall/aws'
import type { RolesDiscovery } from '../config/discovery-config.ts'
import type { Account } from '../nouns.ts'
import type { Read, RolesFacts, Tagged } from './facts.ts'
import { renewTags } from './renew-tags.ts'

/** One account, and what is known of its roles. */
export interface RolesVisit {
  readonly account: Pick<Account, 'id' | 'partition'>
  readonly settings: RolesDiscovery
  readonly before: RolesFacts | undefined
  /** Names of roles whose tags are read in any case. */
  readonly doubted: ReadonlySet<string>
  readonly now: () => number
  /** From 0 up to 1. */
  readonly random: () => number
}

/** Roles of AWS's own services and of IAM Identity Center, whose trust policies nobody can change. */
const foreignPaths = ['/aws-service-role/', '/aws-reserved/']

/** Reads the roles of an account, and the tags that are due. Throws `AwsError`. */
export async function readRoles(
  reader: ReaderOptions,
  { account, settings, before, doubted, now, random }: RolesVisit,
): Promise<Read<RolesFacts>> {
  const iam = createIamReader(reader)
  const listed = await iam.listRoles({ pathPrefix: settings.pathPrefix })
  for (const { arn } of listed) checkAccount(arn, account)
  const roles = listed
    .filter(({ path }) => !foreignPaths.some(foreign => path.startsWith(foreign)))
    .map(({ accountId: _, ...role }) => role)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const spend = createBudget(account)
  spend(roles.flatMap(({ arn, description = '' }) => [arn, description]))
  if (!settings.tags) return { facts: { roles }, problem: undefined }
  const known = new Map<string, Tagged>(
    before?.roles.filter(role => !doubted.has(role.name)).map(role => [role.name, role]),
  )
  const { tags, gone, problem } = await renewTags(
    roles.map(({ name }) => name),
    known,
    {
      async read(name) {
        const read = await iam.listRoleTags(name)
        spend(Object.entries(read).flat())
        return read
      },
      now,
      // Spread out, so that not all are due together again.
      isDue: ({ tagsReadAt = 0 }) =>
        now() - tagsReadAt >= settings.tagsEveryMs * (0.75 + random() / 4),
    },
  )
  const facts = roles
    .filter(({ name }) => !gone.has(name))
    .map(role => ({
      ...role,
      tags: tags.get(role.name)?.tags,
      tagsReadAt: tags.get(role.name)?.tagsReadAt,
    }))
  return { facts: { roles: facts }, problem }
}

/** Characters that one reading of an account may bring: whoever makes its roles must not fill our memory. */
const maxLength = 8 * 1024 * 1024

function createBudget(account: Pick<Account, 'id'>): (texts: readonly string[]) => void {
  let left = maxLength
  return texts => {
    for (const text of texts) left -= text.length
    if (left >= 0) return
    const message = `the roles of the account ${account.id} and their tags are longer than ${maxLength} characters; a longer \`pathPrefix\` leaves some out`
    throw new AwsError('bad_answer', message, { fault: 'server' })
  }
}

/** What AWS says about another account is not taken: something that is not AWS may have answered. */
function checkAccount(arn: string, account: Pick<Account, 'id' | 'partition'>): void {
  const { accountId, partition } = parseRoleArn(arn)
  if (accountId === account.id && partition === account.partition) return
  const message = `ListRoles: asked in the account ${account.id}, and the answer names a role of ${accountId} in ${partition}`
  throw new AwsError('bad_answer', message, { fault: 'server' })
}
