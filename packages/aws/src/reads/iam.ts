import { AwsError } from '../errors.ts'
import { formType } from '../http/form.ts'
import { parseRoleArn } from '../identifiers/arn.ts'
import { type QueryValue, queryBody, readQueryAnswer } from '../sts/query-protocol.ts'
import { type AnswerElement, childOf, childText } from '../sts/xml-answer.ts'
import { allPages } from './pages.ts'
import {
  createSignedCaller,
  globalService,
  maxAnswerBytes,
  type ReaderOptions,
} from './signed-call.ts'

/** A role as ListRoles gives it: without its tags. */
export interface IamRole {
  readonly arn: string
  /** Twelve digits, of the ARN. */
  readonly accountId: string
  readonly name: string
  /** `/` or `/…/`. */
  readonly path: string
  readonly description: string | undefined
  /** 3600 to 43200. */
  readonly maxSessionSeconds: number | undefined
}

/** Reads the roles of the account that its credentials belong to. Every call throws {@link AwsError}. */
export interface IamReader {
  /** All roles below a path (default `/`), at most `max` (default 10 000, the most that IAM allows). */
  listRoles(options?: {
    readonly pathPrefix?: string | undefined
    readonly max?: number | undefined
  }): Promise<readonly IamRole[]>
  /** The tags of a role. Throws `NoSuchEntity` when there is no such role. */
  listRoleTags(roleName: string): Promise<Readonly<Record<string, string>>>
  /** The name that the account has in the address of its console; undefined when it has none. */
  accountAlias(): Promise<string | undefined>
}

const version = '2010-05-08'
const pageSize = 100
const maxRoles = 10_000
/** IAM allows 50 of an administrator's own; those of AWS's services may come on top. */
const maxTags = 200

/** IAM API Reference, ListRoles, ListRoleTags and ListAccountAliases. */
export function createIamReader(options: ReaderOptions): IamReader {
  const service = globalService('iam', options, {
    aws: ['iam.amazonaws.com', 'us-east-1'],
    'aws-us-gov': ['iam.us-gov.amazonaws.com', 'us-gov-west-1'],
    'aws-cn': ['iam.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  })
  const send = createSignedCaller(service, options)

  const page = <T>(
    action: string,
    list: string,
    parameters: Readonly<Record<string, QueryValue>>,
    readItem: (member: AnswerElement) => T,
  ) =>
    send({
      headers: { 'content-type': formType, accept: 'text/xml' },
      body: queryBody(action, version, parameters),
      read: (response, secrets) => {
        const { result } = readQueryAnswer(action, response, secrets, maxAnswerBytes)
        const members = childOf(result, list)?.children ?? []
        return { items: members.map(readItem), next: nextOf(action, result) }
      },
    })

  return Object.freeze({
    listRoles: ({ pathPrefix = '/', max = maxRoles } = {}) =>
      allPages('ListRoles', max, Marker =>
        page(
          'ListRoles',
          'Roles',
          { PathPrefix: pathPrefix, MaxItems: pageSize, Marker },
          readRole,
        ),
      ),
    async listRoleTags(RoleName: string) {
      const tags = await allPages('ListRoleTags', maxTags, Marker =>
        page('ListRoleTags', 'Tags', { RoleName, Marker }, readTag),
      )
      return Object.freeze(Object.fromEntries(tags))
    },
    async accountAlias() {
      // An account has one at most.
      const [alias] = await allPages('ListAccountAliases', 1, Marker =>
        page('ListAccountAliases', 'AccountAliases', { Marker }, ({ text }) => text),
      )
      return alias === '' ? undefined : alias
    },
  })
}

/** The marker of the next page. One that is promised and not given would pass for the end of the list. */
function nextOf(action: string, result: AnswerElement): string | undefined {
  if (childText(result, 'IsTruncated') !== 'true') return undefined
  const marker = childText(result, 'Marker')
  if (marker !== undefined) return marker
  throw bad(`${action}: there is more, and no Marker that asks for it`)
}

/** The ARN says account, path and name; that `Path` and `RoleName` say the same is checked. */
function readRole(member: AnswerElement): IamRole {
  const arn = childText(member, 'Arn')
  if (arn === undefined) throw bad('ListRoles: a role has no ARN')
  const { accountId, path, name } = readArn(arn)
  if (childText(member, 'RoleName') !== name || (childText(member, 'Path') ?? '/') !== path) {
    throw bad('ListRoles: the ARN of a role is not that of its path and name')
  }
  const seconds = Number(childText(member, 'MaxSessionDuration'))
  return Object.freeze({
    arn,
    accountId,
    path,
    name,
    description: childText(member, 'Description'),
    maxSessionSeconds:
      Number.isInteger(seconds) && seconds >= 3600 && seconds <= 43_200 ? seconds : undefined,
  })
}

function readArn(arn: string) {
  try {
    return parseRoleArn(arn)
  } catch (cause) {
    throw new AwsError('bad_answer', 'ListRoles: what should be the ARN of a role is none', {
      fault: 'server',
      cause,
    })
  }
}

function readTag(member: AnswerElement): readonly [string, string] {
  const key = childText(member, 'Key')
  if (key === undefined) throw bad('ListRoleTags: a tag has no key')
  return [key, childText(member, 'Value') ?? '']
}

function bad(message: string): AwsError {
  return new AwsError('bad_answer', message, { fault: 'server' })
}
