/** What AWS calls the accounts: their aliases, asked for with the keys of a role once in a month. */
import { createIamReader, staticCredentials } from '@rolecall/aws'
import type { SignInParts } from '../../providers/provider.ts'
import type { OfferedRole, RoleKeys } from '../source.ts'
import type { AwsSide } from './aws-side.ts'

/** Names by account id that are known from earlier. */
export interface AccountAliases {
  known(): Promise<ReadonlyMap<string, string>>
  /** Looks the role's account up when it has no name. A role that may not ask leaves it without, silently. */
  learn(role: OfferedRole, keys: RoleKeys): Promise<void>
}

interface Entry {
  /** Undefined: it has none, or nobody could ask. */
  readonly alias?: string
  readonly asked: number
}

const name = 'account-aliases'
const keptMs = 30 * 24 * 3_600_000
const timeoutMs = 2_000
const maxAccounts = 2_000

export function createAccountAliases(
  { remembered, now }: SignInParts,
  aws: AwsSide,
): AccountAliases {
  let entries: ReadonlyMap<string, Entry> | undefined
  let reading: Promise<ReadonlyMap<string, Entry>> | undefined
  /** Roles of one account that are taken at the same time ask once. */
  const asking = new Map<string, Promise<void>>()

  const read = async () => {
    reading ??= remembered.get(name).then(readEntries, () => new Map())
    entries ??= await reading
    return entries
  }

  async function ask(role: OfferedRole, keys: RoleKeys): Promise<void> {
    const before = await read()
    const asked = before.get(role.accountId)?.asked ?? 0
    if (now().getTime() - asked < keptMs || before.size >= maxAccounts) return
    const alias = await aliasOf(role, keys, aws).catch(() => undefined)
    const entry = { asked: now().getTime(), ...(alias === undefined ? {} : { alias }) }
    // Others have learnt theirs meanwhile.
    entries = new Map([...(await read()), [role.accountId, entry]])
    const text = JSON.stringify(Object.fromEntries(entries))
    await remembered.set(name, text).catch(() => undefined)
  }

  return Object.freeze({
    async known() {
      const names = [...(await read())].flatMap(([id, { alias }]): [string, string][] =>
        alias === undefined ? [] : [[id, alias]],
      )
      return new Map(names)
    },
    async learn(role: OfferedRole, keys: RoleKeys) {
      if (role.accountName !== undefined) return
      const running = asking.get(role.accountId) ?? ask(role, keys)
      asking.set(role.accountId, running)
      await running
    },
  })
}

async function aliasOf(
  { partition }: OfferedRole,
  keys: RoleKeys,
  aws: AwsSide,
): Promise<string | undefined> {
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  const reader = createIamReader({
    credentials: staticCredentials({ accessKeyId, secretAccessKey, sessionToken }),
    partition,
    endpoint: aws.iamEndpoint,
    http: aws.send,
    timeoutMs,
    retry: { attempts: 1 },
  })
  return await reader.accountAlias()
}

function readEntries(text: string | undefined): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const [id, value] of Object.entries(parsed(text))) {
    if (!/^\d{12}$/.test(id) || typeof value !== 'object' || value === null) continue
    const asked = 'asked' in value && typeof value.asked === 'number' ? value.asked : 0
    const alias = 'alias' in value && typeof value.alias === 'string' ? value.alias : undefined
    entries.set(id, { asked, ...(alias === undefined ? {} : { alias }) })
  }
  return entries
}

function parsed(text: string | undefined): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
