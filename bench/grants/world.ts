/** A company: 20,000 people in 2,000 groups, 1,000 accounts of 20 roles each. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Account,
  type Config,
  catalogOf,
  type KnownRole,
  loadConfig,
  type Principal,
  type RoleCatalog,
} from '@rolecall/server'

export const size = { people: 20_000, groups: 2000, accounts: 1000, roles: 20 }

/** Three quarters of the groups name an account and a role; the others are named by role tags and grants. */
const patternGroups = size.groups * 0.75
const grantsByGroup = 300

const accountName = (index: number) => `account-${index}`
const roleName = (index: number) => `Role${index}`

function groupName(index: number): string {
  if (index >= patternGroups) return `team-${index}`
  return `aws-${accountName((index * 7) % size.accounts)}-${roleName(index % size.roles)}`
}

/** The configuration, read from a file as the gateway reads it. */
export async function readConfig(): Promise<Config> {
  const directory = await mkdtemp(join(tmpdir(), 'rolecall-bench-'))
  try {
    const file = join(directory, 'rolecall.yaml')
    await writeFile(file, text())
    const result = await loadConfig(file, { env: {} })
    if (!result.ok) throw new Error(JSON.stringify(result.problems.slice(0, 3)))
    return result.config
  } finally {
    await rm(directory, { recursive: true })
  }
}

function text(): string {
  const accounts = Array.from({ length: size.accounts }, (_, index) => {
    const stage = index % 3 === 0 ? 'prod' : 'dev'
    return `  ${accountName(index)}: {id: "${111_100_000_000 + index}", tags: {stage: ${stage}}}`
  })
  const grants = Array.from({ length: grantsByGroup }, (_, index) => {
    const group = groupName(size.groups - 1 - index)
    return `  - {name: grant-${index}, groups: [${group}], account: ${accountName(index)}, role: ${roleName(index % size.roles)}, duration: 8h}`
  })
  return `publicUrl: https://aws.example.com
discovery: {roles: {role: Reader}}
accounts:
${accounts.join('\n')}
grants:
  - {name: by-name, groupPattern: "aws-(?<account>[a-z0-9-]+)-(?<role>[A-Za-z0-9]+)", duration: 4h}
  - {name: by-tag, roleTags: {groups: "rolecall:groups", users: "rolecall:users"}}
  - {name: inside, allGroups: [${groupName(size.groups - 1)}], account: {tags: {stage: prod}}, role: Role0, when: "network.inside('10.0.0.0/8')"}
  - {name: never, effect: deny, groups: [${groupName(size.groups - 2)}], role: Role19, when: "account.tags.stage == 'prod'"}
${grants.join('\n')}
`
}

/** What discovery would have found. */
export function discovered(accounts: readonly Account[]): RoleCatalog {
  const roles = new Map(accounts.map((account, index) => [account.id, rolesOf(account, index)]))
  return { ...catalogOf(accounts), version: 1, roles: account => roles.get(account.id) }
}

function rolesOf({ id }: Account, account: number): readonly KnownRole[] {
  return Array.from({ length: size.roles }, (_, index) => {
    const name = roleName(index)
    const first = patternGroups + ((account * 3 + index) % (size.groups - patternGroups))
    const groups = `${groupName(first)} ${groupName(size.groups - 1 - (account % 100))}`
    const tags: Record<string, string> = index % 4 === 0 ? { 'rolecall:groups': groups } : {}
    const arn = `arn:aws:iam::${id}:role/${name}`
    return { arn, name, path: '/', description: undefined, tags, maxSessionSeconds: 14_400 }
  })
}

/** Everybody is in 10 to 60 groups. */
export function people(): readonly Principal[] {
  const names = Array.from({ length: size.groups }, (_, index) => groupName(index))
  return Array.from({ length: size.people }, (_, person) => {
    const count = 10 + (person % 51)
    const groups = Array.from({ length: count }, (_unused, index) => {
      return names[(person * 31 + index * 37) % size.groups] ?? ''
    })
    return principal(`person-${person}`, groups)
  })
}

function principal(username: string, groups: readonly string[]): Principal {
  return {
    kind: 'person',
    id: `corp:${username}`,
    source: 'corp',
    username,
    displayName: username,
    email: undefined,
    groups,
    attributes: {},
    amr: [],
    authenticatedAt: new Date(0),
    address: '10.1.2.3',
    notAfter: undefined,
  }
}
