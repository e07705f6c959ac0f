import { AwsError } from '../errors.ts'
import { formBody } from '../http/form.ts'
import type { HttpResponse } from '../http/http.ts'
import { quotable } from '../http/quotable.ts'
import { secretSearch } from '../http/repeats-secret.ts'
import { retryAfterMs } from '../http/retry-after.ts'
import { type AnswerElement, childOf, childText, readXmlAnswer } from './xml-answer.ts'

/** A parameter of an operation; lists and structures nest. Undefined ones are left out. */
export type QueryValue =
  | string
  | number
  | undefined
  | readonly QueryValue[]
  | { readonly [member: string]: QueryValue }

/**
 * The form of a call in AWS's Query protocol: `Action`, `Version`, then the parameters, lists as
 * `Tags.member.1.Key`.
 */
export function queryBody(
  action: string,
  version: string,
  parameters: Readonly<Record<string, QueryValue>>,
): string {
  const fields: [string, string][] = [
    ['Action', action],
    ['Version', version],
  ]
  for (const [name, value] of Object.entries(parameters)) appendFields(fields, name, value)
  return formBody(fields)
}

function appendFields(fields: [string, string][], name: string, value: QueryValue): void {
  if (value === undefined) return
  if (typeof value === 'string' || typeof value === 'number') {
    fields.push([name, String(value)])
  } else if (isList(value)) {
    value.forEach((member, at) => {
      appendFields(fields, `${name}.member.${at + 1}`, member)
    })
  } else {
    for (const [member, inner] of Object.entries(value))
      appendFields(fields, `${name}.${member}`, inner)
  }
}

function isList(value: QueryValue): value is readonly QueryValue[] {
  return Array.isArray(value)
}

/** The result of a successful call. */
export interface QueryAnswer {
  readonly result: AnswerElement
  readonly requestId: string | undefined
}

/**
 * Reads the answer to `action`: its result element, or throws an {@link AwsError} with AWS's own code,
 * message and request id. The message never holds one of `secrets`. An answer in any other form is
 * `bad_answer`, and so is one that is longer than `longest` characters (default 1 Mi).
 */
export function readQueryAnswer(
  action: string,
  response: HttpResponse,
  secrets: readonly string[],
  longest?: number,
): QueryAnswer {
  const headerId = requestIdIn(response.headers['x-amzn-requestid'], secrets)
  if (response.status !== 200) throw readQueryError(action, response, secrets)
  const root = readXmlAnswer(response.body, longest)
  const metadata = childOf(root, 'ResponseMetadata')
  const bodyId = metadata && childText(metadata, 'RequestId')
  const requestId =
    (bodyId === response.headers['x-amzn-requestid'] ? undefined : requestIdIn(bodyId, secrets)) ??
    headerId
  const result = root.name === `${action}Response` ? childOf(root, `${action}Result`) : undefined
  if (result === undefined) {
    throw new AwsError(
      'bad_answer',
      `${action}: expected <${action}Response>, received <${root.name.slice(0, 64)}>`,
      { status: response.status, requestId, fault: 'server' },
    )
  }
  return { result, requestId }
}

function readQueryError(
  action: string,
  response: HttpResponse,
  secrets: readonly string[],
): AwsError {
  const { status } = response
  const headerId = requestIdIn(response.headers['x-amzn-requestid'], secrets)
  const root = errorRoot(response.body)
  const error =
    root && (childOf(root, 'Error') ?? childOf(childOf(root, 'Errors') ?? root, 'Error'))
  const code = error && childText(error, 'Code')
  if (
    root === undefined ||
    error === undefined ||
    code === undefined ||
    !/^[A-Za-z][A-Za-z0-9.]{0,63}$/.test(code)
  ) {
    return new AwsError(
      'bad_answer',
      `${action}: the endpoint answered with status ${status} and no AWS error`,
      {
        status,
        requestId: headerId,
        fault: status >= 500 ? 'server' : 'client',
        retryAfterMs: retryAfterMs(response.headers),
      },
    )
  }
  const message = childText(error, 'Message') ?? childText(error, 'message') ?? 'no message'
  return new AwsError(code, messageOf(code, message, secrets), {
    status,
    requestId:
      requestIdIn(childText(root, 'RequestId') ?? childText(root, 'RequestID'), secrets) ??
      headerId,
    retryAfterMs: retryAfterMs(response.headers),
  })
}

/**
 * The first line of AWS's message: below it, SignatureDoesNotMatch repeats the request with its
 * session token.
 */
function messageOf(code: string, message: string, secrets: readonly string[]): string {
  const firstLine = message
    .trim()
    .split(/[\r\n]/, 1)
    .join()
  const said = code === 'SignatureDoesNotMatch' ? firstLine.replace(/\. .*/, '.') : firstLine
  return quotable(said, secrets) ?? 'AWS’s message is left out: it repeats a secret of the call'
}

/** An id as AWS makes them: it goes into logs, where a service must not write what it likes. */
function requestIdIn(text: string | undefined, secrets: readonly string[]): string | undefined {
  if (text === undefined || !/^[\w-]{1,128}$/.test(text)) return undefined
  return secretSearch(secrets)(text) ? undefined : text
}

function errorRoot(body: string): AnswerElement | undefined {
  try {
    return readXmlAnswer(body)
  } catch {
    return undefined
  }
}
