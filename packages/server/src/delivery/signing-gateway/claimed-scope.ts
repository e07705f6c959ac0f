import { one, type RequestHead } from './request-head.ts'

/** What a signed request says about itself; nothing of it is checked here. */
export interface ClaimedScope {
  readonly form: 'header' | 'query'
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
}

const headerScope =
  /^AWS4-HMAC-SHA256 (?:.*[ ,])?Credential=(\w{1,128})\/\d{8}\/([\w-]{1,64})\/([\w-]{1,64})\/aws4_request(?:[ ,]|$)/
const queryScope =
  /(?:^|&)X-Amz-Credential=(\w{1,128})(?:%2F|\/)\d{8}(?:%2F|\/)([\w-]{1,64})(?:%2F|\/)([\w-]{1,64})(?:%2F|\/)aws4_request(?:&|$)/i

/** Parameters of a presigned address (IAM User Guide, "Authenticating Requests: Query Parameters"). */
const presigning =
  /^X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256|S3session-Token)$/i

/** For which service, region and key a request says that it is signed. */
export function claimedScope(head: RequestHead): ClaimedScope | undefined {
  const authorization = one(head.headers, 'authorization')
  if (authorization !== undefined) return scope('header', headerScope.exec(authorization))
  return head.query === '' ? undefined : scope('query', queryScope.exec(head.query))
}

/** Whether a query has a part of a signature. */
export function hasPresigning(query: string): boolean {
  return query !== '' && query.split('&').some(isPresigning)
}

/** The query without the signature of the caller. */
export function withoutPresigning(query: string): string {
  return query
    .split('&')
    .filter(parameter => !isPresigning(parameter))
    .join('&')
}

function isPresigning(parameter: string): boolean {
  return presigning.test(parameterName(parameter))
}

/** The name of a parameter of a raw query, its ASCII decoded. */
export function parameterName(parameter: string): string {
  const [name = ''] = parameter.split('=', 1)
  return name.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

function scope(
  form: ClaimedScope['form'],
  found: RegExpExecArray | null,
): ClaimedScope | undefined {
  const [, accessKeyId, region, service] = found ?? []
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined
  return { form, accessKeyId, region, service }
}
