import { createOrganizationsReader, type ReaderOptions } from '@rolecall/aws'
import type { OrganizationsDiscovery } from '../config/discovery-config.ts'
import type { OrganizationFacts, Read } from './facts.ts'
import { renewTags } from './renew-tags.ts'

/** Reads all accounts, and the tags of those that can be used and whose tags are due. Throws `AwsError`. */
export async function readOrganization(
  reader: ReaderOptions,
  settings: OrganizationsDiscovery,
  before: OrganizationFacts | undefined,
  now: () => number,
): Promise<Read<OrganizationFacts>> {
  const organizations = createOrganizationsReader(reader)
  const excluded = new Set(settings.exclude)
  const listed = await organizations.listAccounts()
  const accounts = listed.filter(({ id }) => !excluded.has(id))
  if (!settings.tags) return { facts: { accounts }, problem: undefined }
  const usable = accounts.filter(({ isActive }) => isActive).map(({ id }) => id)
  const known = new Map(before?.accounts.map(account => [account.id, account]))
  const { tags, problem } = await renewTags(usable, known, {
    read: id => organizations.listTags(id),
    now,
    isDue: () => true,
  })
  const facts = accounts.map(account => ({ ...account, ...tagsOf(tags.get(account.id)) }))
  return { facts: { accounts: facts }, problem }
}

function tagsOf(tagged: Pick<OrganizationFacts['accounts'][number], 'tags' | 'tagsReadAt'> = {}) {
  const { tags, tagsReadAt } = tagged
  return { tags, tagsReadAt }
}
