import type { Incoming, Outgoing, RequestHead, StreamingRequest } from './http/exchange.ts'

/** One service of the simulated AWS. The first of a list that matches a request answers it. */
export interface Service {
  /** For people: `IAM`, `Organizations`. */
  readonly name: string
  matches(request: Incoming): boolean
  handle(request: Incoming): Promise<Outgoing> | Outgoing
}

/** A service that reads bodies as they come; these are asked before the others, by the head alone. */
export interface StreamingService {
  readonly name: string
  matches(request: RequestHead): boolean
  /** What a request asks for: `GetObject`. */
  operation(request: RequestHead): string
  handle(request: StreamingRequest): Promise<Outgoing>
}

/**
 * The signing name that a request's credential scope claims (`iam` of `AKID/20260101/us-east-1/iam/aws4_request`), in
 * the Authorization header or the query; `undefined` without a signature. It only chooses who answers: each service
 * then verifies the signature for its own name.
 */
export function signingName(request: RequestHead): string | undefined {
  const header = /\bCredential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1]
  const credential = header ?? new URLSearchParams(request.query).get('X-Amz-Credential')
  const parts = credential?.split('/') ?? []
  // `AKID/date/region/service/aws4_request`, in the asymmetric form without the region.
  return parts.length >= 4 ? parts.at(-2) : undefined
}
