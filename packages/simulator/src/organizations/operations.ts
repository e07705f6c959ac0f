import { demand } from '../policy/authorize.ts'
import { accessDenied, Fault, validationError } from '../query/fault.ts'
import { pageOf } from '../query/pages.ts'
import type { RequestCaller } from '../sts/caller-of.ts'
import type { LoadedAccount, LoadedOrganization } from '../world/loaded.ts'

/** One operation of Organizations. They throw `Fault` to refuse. */
export type OrganizationsOperation = (
  organization: LoadedOrganization | undefined,
  body: Readonly<Record<string, unknown>>,
  caller: RequestCaller,
) => unknown

const defaultSize = 20
/** Ends the token of a page that has no items, and asks for the page that it stands before. */
const emptyMark = '.'

/**
 * `ListAccounts`, Organizations API reference: for the management account and delegated ones. AWS may give a page
 * without items that has a NextToken all the same; here one stands after the first page of several.
 */
export const listAccounts: OrganizationsOperation = (organization, body, caller) => {
  const { MaxResults: size = defaultSize, NextToken: given } = body
  if (!Number.isInteger(size) || typeof size !== 'number' || size < 1 || size > 20) {
    throw validationError('MaxResults must be a number from 1 to 20')
  }
  if (given !== undefined && (typeof given !== 'string' || given.length > 100_000)) {
    throw validationError('NextToken must be a string')
  }
  demand(caller, 'organizations:ListAccounts', '*')
  const own = administered(organization, caller)
  const token = given?.replace(/\.$/, '')
  const page = pageOf(own.accounts, account => account.id, token, size)
  if (page === undefined) throw validationError('NextToken is not valid')
  if (given?.endsWith(emptyMark)) return { Accounts: [], NextToken: token }
  const isFirst = given === undefined
  return {
    Accounts: page.items.map(account => accountJson(own, account)),
    NextToken: page.next && isFirst ? page.next + emptyMark : page.next,
  }
}

/** `ListTagsForResource`, Organizations API reference: the tags of an account; none has more than one page of them. */
export const listTagsForResource: OrganizationsOperation = (organization, body, caller) => {
  const { ResourceId: id, NextToken: next } = body
  if (typeof id !== 'string' || !/^\d{12}$/.test(id)) {
    throw validationError('ResourceId must be the id of an account')
  }
  if (next !== undefined) throw validationError('NextToken is not valid')
  const own = membership(organization, caller)
  const account = own.accounts.find(one => one.id === id)
  const resource = `${prefixOf(own.managementAccount)}:account/${own.id}/${id}`
  demand(caller, 'organizations:ListTagsForResource', resource)
  administered(organization, caller)
  if (account === undefined) {
    throw new Fault(400, 'TargetNotFoundException', "You specified a target that doesn't exist.")
  }
  return { Tags: [...account.tags].map(([Key, Value]) => ({ Key, Value })) }
}

/** `DescribeOrganization`, Organizations API reference: for every account of the organization. */
export const describeOrganization: OrganizationsOperation = (organization, _body, caller) => {
  demand(caller, 'organizations:DescribeOrganization', '*')
  const { id, managementAccount } = membership(organization, caller)
  return {
    Organization: {
      Id: id,
      Arn: `${prefixOf(managementAccount)}:organization/${id}`,
      FeatureSet: 'ALL',
      MasterAccountArn: `${prefixOf(managementAccount)}:account/${id}/${managementAccount.id}`,
      MasterAccountId: managementAccount.id,
      MasterAccountEmail: emailOf(managementAccount),
      AvailablePolicyTypes: [],
    },
  }
}

/** The organization, for its management account and delegated ones. */
function administered(
  organization: LoadedOrganization | undefined,
  caller: RequestCaller,
): LoadedOrganization {
  const own = membership(organization, caller)
  if (own.administrators.has(caller.account.id)) return own
  throw accessDenied("You don't have permissions to access this resource.")
}

function membership(
  organization: LoadedOrganization | undefined,
  caller: RequestCaller,
): LoadedOrganization {
  if (organization?.accounts.some(({ id }) => id === caller.account.id)) return organization
  const message = 'Your account is not a member of an organization.'
  throw new Fault(400, 'AWSOrganizationsNotInUseException', message)
}

const prefixOf = ({ partition, id }: LoadedAccount): string =>
  `arn:${partition}:organizations::${id}`

/** AWS's accounts all have one; those of a world need not say. */
const emailOf = ({ email, id }: LoadedAccount): string => email ?? `aws+${id}@example.com`

function accountJson({ id, managementAccount }: LoadedOrganization, account: LoadedAccount) {
  const isManagement = account.id === managementAccount.id
  return {
    Id: account.id,
    Arn: `${prefixOf(managementAccount)}:account/${id}/${account.id}`,
    Email: emailOf(account),
    Name: account.name ?? account.alias ?? account.id,
    State: account.state,
    // The older field, which knows three of the five.
    Status: oldStatus[account.state],
    JoinedMethod: isManagement ? 'INVITED' : 'CREATED',
    JoinedTimestamp: joined,
  }
}

const oldStatus: Readonly<Record<LoadedAccount['state'], string | undefined>> = {
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  PENDING_CLOSURE: 'PENDING_CLOSURE',
  CLOSED: 'SUSPENDED',
  PENDING_ACTIVATION: undefined,
}

/** Seconds since 1970: the day on which every account of a world joined. */
const joined = Date.UTC(2024, 0, 1) / 1000
