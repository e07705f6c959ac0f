import { demand } from '../policy/authorize.ts'
import type { ConditionContext } from '../policy/context.ts'
import { constraints } from '../query/constraints.ts'
import { Fault } from '../query/fault.ts'
import type { XmlContent } from '../query/xml.ts'
import type { RequestCaller } from '../sts/caller-of.ts'
import { awsTime } from '../sts/sessions.ts'
import type { LoadedRole } from '../world/loaded.ts'
import type { IamOperation, IamState } from './operation.ts'
import { iamPage, readPaging } from './paging.ts'

/** `ListRoles`, IAM API reference: without tags, and without when a role was used last. */
export const listRoles: IamOperation = (state, parameters, caller) => {
  const check = constraints()
  const prefix = parameters.text('PathPrefix') ?? '/'
  check.text('pathPrefix', prefix, { min: 1, max: 512, pattern: /\/[!-\u{7F}]*/u })
  const paging = readPaging(parameters, check)
  check.check()
  const { partition, id } = caller.account
  demand(caller, 'iam:ListRoles', `arn:${partition}:iam::${id}:role${prefix}`)
  const roles = rolesOf(state, id).filter(role => role.path.startsWith(prefix))
  const page = iamPage(roles, role => role.path + role.name, paging)
  return {
    Roles: page.items.map(role => roleXml(state, role)),
    IsTruncated: page.IsTruncated,
    Marker: page.Marker,
  }
}

/** `GetRole`, IAM API reference. */
export const getRole: IamOperation = (state, parameters, caller) => {
  const check = constraints()
  const name = check.text('roleName', parameters.text('RoleName'), roleName)
  check.check()
  const role = demandRole(state, caller, 'iam:GetRole', name)
  const use = state.sessions.lastUse(role.arn)
  return {
    Role: {
      ...roleXml(state, role),
      Tags: tagsXml(role.tags),
      RoleLastUsed: use === undefined ? {} : { LastUsedDate: awsTime(use.at), Region: use.region },
    },
  }
}

/** `ListRoleTags`, IAM API reference. */
export const listRoleTags: IamOperation = (state, parameters, caller) => {
  const check = constraints()
  const name = check.text('roleName', parameters.text('RoleName'), roleName)
  const paging = readPaging(parameters, check)
  check.check()
  const role = demandRole(state, caller, 'iam:ListRoleTags', name)
  const page = iamPage([...role.tags], ([key]) => key, paging)
  return {
    Tags: tagsXml(new Map(page.items)) ?? [],
    IsTruncated: page.IsTruncated,
    Marker: page.Marker,
  }
}

const roleName = { min: 1, max: 64, pattern: /[\w+=,.@-]+/, required: true }

/** The roles of each account of a world, which may have very many. */
const byAccount = new WeakMap<IamState['world'], ReadonlyMap<string, readonly LoadedRole[]>>()

function rolesOf({ world }: IamState, accountId: string): readonly LoadedRole[] {
  let roles = byAccount.get(world)
  if (roles === undefined) {
    roles = Map.groupBy(world.roles.values(), ({ account }) => account.id)
    byAccount.set(world, roles)
  }
  return roles.get(accountId) ?? []
}

/** A role of the caller's account by its name, when the caller may do `action` to it. */
function demandRole(
  state: IamState,
  caller: RequestCaller,
  action: string,
  name: string,
): LoadedRole {
  const { partition, id } = caller.account
  const lower = name.toLowerCase()
  const role = rolesOf(state, id).find(other => other.name.toLowerCase() === lower)
  const arn = role?.arn ?? `arn:${partition}:iam::${id}:role/${name}`
  demand(caller, action, arn, resourceTags(role?.tags ?? new Map()))
  if (role !== undefined) return role
  throw new Fault(404, 'NoSuchEntity', `The role with name ${name} cannot be found.`)
}

function roleXml(state: IamState, role: LoadedRole) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: awsTime(state.began),
    AssumeRolePolicyDocument: encodeRfc3986(JSON.stringify(role.trustDocument)),
    Description: role.description === '' ? undefined : role.description,
    MaxSessionDuration: role.maxSessionDuration,
  }
}

/** The `Tags` element; `undefined`, which leaves it out, when there are none. */
export const tagsXml = (tags: ReadonlyMap<string, string>): XmlContent | undefined =>
  tags.size === 0 ? undefined : [...tags].map(([Key, Value]) => ({ Key, Value }))

/** The condition keys of a resource's tags. */
export const resourceTags = (tags: ReadonlyMap<string, string>): ConditionContext =>
  new Map(
    [...tags].flatMap(([key, value]) =>
      ['aws', 'iam'].map(
        prefix => [`${prefix}:resourcetag/${key.toLowerCase()}`, [value]] as const,
      ),
    ),
  )

/** As `encodeURIComponent`, which leaves five characters more as they are. */
const encodeRfc3986 = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
