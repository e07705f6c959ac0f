import { pageOf } from '../query/pages.ts'
import { roleCaller } from '../sts/caller.ts'
import type { Assignment, Person } from '../world/loaded.ts'
import { SsoFault } from './fault.ts'
import type { SsoOperation, SsoRequest, SsoState } from './operation.ts'

const maxPage = 100

/** `ListAccounts`, IAM Identity Center portal API reference: where the person may be something. */
export const listAccounts: SsoOperation = (state, request) => {
  const { assignments } = signedIn(state, request)
  const accounts = new Map(assignments.map(({ role }) => [role.account.id, role.account]))
  const page = paged([...accounts.values()], ({ id }) => id, request)
  return {
    accountList: page.items.map(({ id, name, alias, email }) => ({
      accountId: id,
      accountName: name ?? alias ?? id,
      emailAddress: email ?? `aws+${id}@example.com`,
    })),
    nextToken: page.next,
  }
}

/** `ListAccountRoles`: what the person may be there, by the names of the permission sets. */
export const listAccountRoles: SsoOperation = (state, request) => {
  const { assignments } = signedIn(state, request)
  const accountId = parameter(request, 'account_id')
  const there = assignments.filter(({ role }) => role.account.id === accountId)
  if (there.length === 0) throw noAccess()
  const names = [...new Set(there.map(({ permissionSet }) => permissionSet))]
  const page = paged(names, name => name, request)
  return {
    roleList: page.items.map(roleName => ({ roleName, accountId })),
    nextToken: page.next,
  }
}

/** `GetRoleCredentials`: a session of the permission set's role in that account; times in milliseconds. */
export const getRoleCredentials: SsoOperation = (state, request) => {
  const { assignments, person } = signedIn(state, request)
  const accountId = parameter(request, 'account_id')
  const roleName = parameter(request, 'role_name')
  const assignment = assignments.find(
    ({ role, permissionSet }) => role.account.id === accountId && permissionSet === roleName,
  )
  if (assignment === undefined) throw noAccess()
  const { role } = assignment
  const caller = roleCaller(
    { role, sessionName: sessionNameOf(person), chained: false },
    {
      sessionPolicies: undefined,
      sessionTags: new Map(),
      transitiveTagKeys: [],
      sourceIdentity: undefined,
      issuedAt: state.now(),
    },
  )
  const session = state.sessions.open(caller, role.maxSessionDuration)
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = session
  return {
    roleCredentials: {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      expiration: expiration.getTime(),
    },
  }
}

/** `Logout`: ends the access token. Credentials that it gave last on, as AWS's do. */
export const logout: SsoOperation = (state, request) => {
  signedIn(state, request)
  state.grants.end(bearer(request))
  return {}
}

function signedIn(
  state: SsoState,
  request: SsoRequest,
): { readonly person: Person; readonly assignments: readonly Assignment[] } {
  const person = state.grants.personOf(bearer(request))
  if (person === undefined) {
    const message = 'Session token not found or invalid'
    throw new SsoFault(401, 'UnauthorizedException', undefined, message)
  }
  const assignments = state.center.assignments.filter(
    ({ people, groups }) =>
      people.has(person.username) || person.groups.some(group => groups.has(group)),
  )
  return { person, assignments }
}

const bearer = ({ headers }: SsoRequest): string => headers['x-amz-sso_bearer_token'] ?? ''

const noAccess = () => new SsoFault(403, 'ForbiddenException', undefined, 'No access')

const invalidRequest = (message: string) =>
  new SsoFault(400, 'InvalidRequestException', undefined, message)

function parameter({ query }: SsoRequest, name: string): string {
  const value = query.get(name)
  if (value === null || value === '') throw invalidRequest(`${name} is missing`)
  return value
}

function paged<T>(items: readonly T[], keyOf: (item: T) => string, { query }: SsoRequest) {
  const size = Number(query.get('max_result') ?? maxPage)
  if (!Number.isInteger(size) || size < 1 || size > maxPage) {
    throw invalidRequest(`max_result must be a number from 1 to ${maxPage}`)
  }
  const page = pageOf(items, keyOf, query.get('next_token') ?? undefined, size)
  if (page === undefined) throw invalidRequest('next_token is not valid')
  return page
}

/** AWS names the session after the user name, which may have characters that session names have not. */
const sessionNameOf = ({ username }: Person): string =>
  username
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-')
