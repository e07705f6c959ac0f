import { type JsonObject, objectIn, parseObject, textIn } from '../credentials/read-answer.ts'
import { AwsError } from '../errors.ts'
import type { HttpResponse } from '../http/http.ts'
import { quotable } from '../http/quotable.ts'
import { retryAfterMs } from '../http/retry-after.ts'
import { allPages, type Page } from './pages.ts'
import { createSignedCaller, globalService, type ReaderOptions } from './signed-call.ts'

/** An account of an organization. */
export interface OrganizationAccount {
  /** Twelve digits. */
  readonly id: string
  readonly name: string
  /** Whether it can be used: in the state `ACTIVE`, and no other. */
  readonly isActive: boolean
}

/** Reads the organization of its credentials' account. Every call throws {@link AwsError}. */
export interface OrganizationsReader {
  /** All accounts, at most `max` (default 10 000). */
  listAccounts(options?: {
    readonly max?: number | undefined
  }): Promise<readonly OrganizationAccount[]>
  /** The tags of an account. */
  listTags(accountId: string): Promise<Readonly<Record<string, string>>>
}

const maxAccounts = 10_000
/** 50 of an administrator's own; those that begin with `aws:` do not count for AWS. */
const maxTags = 200
const target = 'AWSOrganizationsV20161128'

/** AWS Organizations API Reference, ListAccounts and ListTagsForResource: the JSON protocol, version 1.1. */
export function createOrganizationsReader(options: ReaderOptions): OrganizationsReader {
  const send = createSignedCaller(globalService('organizations', options), options)

  const page = <T>(
    action: string,
    list: string,
    parameters: Readonly<Record<string, string>>,
    next: string | undefined,
    readItem: (item: JsonObject) => T,
  ) =>
    send({
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${target}.${action}`,
      },
      body: JSON.stringify({ ...parameters, ...(next === undefined ? {} : { NextToken: next }) }),
      read: (response, secrets): Page<T> => {
        const answer = readAnswer(action, response, secrets)
        const items: unknown = answer[list]
        if (!Array.isArray(items)) throw bad(`${action}: the answer has no ${list}`)
        const objects = items.map(item => objectIn({ item }, 'item') ?? {})
        return { items: objects.map(readItem), next: textIn(answer, 'NextToken') || undefined }
      },
    })

  return Object.freeze({
    listAccounts: ({ max = maxAccounts } = {}) =>
      allPages('ListAccounts', max, next =>
        page('ListAccounts', 'Accounts', {}, next, readAccount),
      ),
    async listTags(accountId: string) {
      const resource = { ResourceId: accountId }
      const tags = await allPages('ListTagsForResource', maxTags, next =>
        page('ListTagsForResource', 'Tags', resource, next, readTag),
      )
      return Object.freeze(Object.fromEntries(tags))
    },
  })
}

function readAnswer(action: string, response: HttpResponse, secrets: readonly string[]) {
  if (response.status === 200) return parseObject(action, response.body)
  throw refusalOf(action, response, secrets)
}

/** The error in an answer of the JSON protocol: `__type`, maybe with a namespace before it, and `Message`. */
function refusalOf(action: string, response: HttpResponse, secrets: readonly string[]): AwsError {
  const { status, headers } = response
  const details = { status, requestId: idIn(headers), retryAfterMs: retryAfterMs(headers) }
  const answer = errorIn(response)
  const code = textIn(answer, '__type')?.replace(/^.*#/, '')
  if (code === undefined || !/^[A-Za-z][A-Za-z0-9.]{0,63}$/.test(code)) {
    const said = `${action}: the endpoint answered with status ${status} and no AWS error`
    return new AwsError('bad_answer', said, details)
  }
  const message = textIn(answer, 'Message') ?? textIn(answer, 'message') ?? 'no message'
  const said = quotable(message, secrets) ?? 'AWS’s message is left out: it repeats a secret'
  return new AwsError(code, said, details)
}

function errorIn({ body }: HttpResponse): JsonObject {
  try {
    return parseObject('', body)
  } catch {
    return {}
  }
}

function readAccount(item: JsonObject): OrganizationAccount {
  const id = textIn(item, 'Id')
  if (id === undefined || !/^\d{12}$/.test(id)) throw bad('ListAccounts: an account has no id')
  // `Status` is the older field, with fewer states; AWS retires it.
  const state = textIn(item, 'State') ?? textIn(item, 'Status')
  return Object.freeze({
    id,
    name: textIn(item, 'Name') ?? id,
    isActive: state === 'ACTIVE',
  })
}

function readTag(item: JsonObject): readonly [string, string] {
  const key = textIn(item, 'Key')
  if (key === undefined) throw bad('ListTagsForResource: a tag has no key')
  return [key, textIn(item, 'Value') ?? '']
}

function idIn(headers: HttpResponse['headers']): string | undefined {
  const id = headers['x-amzn-requestid'] ?? ''
  return /^[\w-]{1,128}$/.test(id) ? id : undefined
}

function bad(message: string): AwsError {
  return new AwsError('bad_answer', message, { fault: 'server' })
}
