import type { IncomingMessage } from 'node:http'
import {
  namesPayload,
  type VerifiedRequest,
  verifyRequestHead,
  verifySignedRequest,
} from '@rolecall/aws'
import type { S3Payload } from '../../config/signing-gateway-config.ts'
import type { Facts } from './audit-events.ts'
import { claimedScope, withoutPresigning } from './claimed-scope.ts'
import { decidedPath } from './decided-path.ts'
import { type FindTarget, isS3Service, type Target } from './find-target.ts'
import { copySources, forwardedHeaders } from './forwarded-headers.ts'
import type { Identified, IdentifyCaller } from './identify-caller.ts'
import { type BodyPlan, planBody } from './plan-body.ts'
import type { WholeBodies, WholeBody } from './read-whole.ts'
import { refusal } from './refusal.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'

/** A request that is allowed, and everything that is needed to send it on. */
export interface Decided {
  readonly head: RequestHead
  readonly target: Target
  readonly caller: Identified['caller']
  /** Raw, without a signature of the caller's. */
  readonly query: string
  /** Those that go on. */
  readonly headers: Record<string, string>
  readonly plan: BodyPlan
  /** Read already, when the signature could not be verified without it. */
  readonly body: WholeBody | undefined
}

/** What a decision needs. */
export interface Deciding {
  readonly prefix: string
  readonly identify: IdentifyCaller
  readonly findTarget: FindTarget
  readonly bodies: WholeBodies
  readonly s3Payload: S3Payload
  readonly now: () => Date
}

/**
 * Who asks, for what, and whether that is allowed. Throws `ServerError` or `AwsError`: then the answer is no.
 * Writes into `facts` what it finds out, in that order. `onBody` is called before a body is read.
 */
export async function decide(
  deciding: Deciding,
  request: IncomingMessage,
  facts: Facts,
  onBody: () => void,
): Promise<Decided> {
  facts.method = request.method ?? ''
  const head = readRequestHead(request, deciding.prefix)
  facts.host = head.host
  facts.path = head.path
  const scope = claimedScope(head)
  const identified = deciding.identify(head, scope)
  const { caller, by } = identified
  // A signature is a claim until it is verified: then its caller is named.
  facts.by = by === 'signature' ? `signature of ${scope?.accessKeyId}` : by
  if (by !== 'signature') facts.caller = caller.name
  const target = deciding.findTarget(head, scope)
  facts.target = target
  const proof =
    by === 'signature'
      ? await verify(deciding, head, target, identified, request, onBody)
      : undefined
  try {
    facts.caller = caller.name
    refuseUnallowed(head, target, identified)
    const verified = proof?.verified
    return {
      head,
      target,
      caller,
      query: scope?.form === 'query' ? withoutPresigning(head.query) : head.query,
      headers: forwardedHeaders(head, {
        routeHeader: target.route?.header?.name,
        ...(verified === undefined ? {} : { signed: new Set(verified.signedHeaders) }),
      }),
      plan:
        proof?.body === undefined
          ? planBody(head, target, verified, deciding.s3Payload)
          : { kind: 'read' },
      body: proof?.body,
    }
  } catch (error) {
    proof?.body?.release()
    throw error
  }
}

interface Proof {
  readonly verified: VerifiedRequest
  readonly body: WholeBody | undefined
}

async function verify(
  { bodies, now }: Deciding,
  head: RequestHead,
  { service, region }: Target,
  { caller }: Identified,
  request: IncomingMessage,
  onBody: () => void,
): Promise<Proof> {
  const signed = { method: head.method, path: head.target, headers: head.headers }
  const options = {
    now: now(),
    service,
    regions: [region],
    allowUnsignedPayload: isS3Service(service),
    findCredentials: (accessKeyId: string) =>
      accessKeyId === caller.keys?.accessKeyId
        ? { secretAccessKey: caller.keys.secretAccessKey.reveal() }
        : undefined,
  }
  if (namesPayload(signed)) return { verified: verifyRequestHead(signed, options), body: undefined }
  if (head.bodyLength === 0)
    return { verified: verifySignedRequest(signed, options), body: undefined }
  onBody()
  const body = await bodies.read(request, head.bodyLength)
  try {
    return {
      verified: verifySignedRequest({ ...signed, body: body.bytes }, { ...options, now: now() }),
      body,
    }
  } catch (error) {
    body.release()
    throw error
  }
}

/** Everything that the request reads or writes must be allowed. */
function refuseUnallowed(head: RequestHead, target: Target, { allows, caller }: Identified): void {
  const { service, region, decided } = target
  const { method } = head
  if (!allows({ service, region, method, path: decided })) {
    throw refusal(
      'signing-not-allowed',
      `${caller.name}: ${method} ${decided.path} of ${service} in ${region}`,
    )
  }
  if (!isS3Service(service)) return
  for (const source of copySources(head)) {
    const path = decidedPath(source.path, true)
    if (!allows({ service, region, method: source.method, path })) {
      throw refusal(
        'signing-not-allowed',
        `${caller.name}: it takes from ${path.path}, which is a ${source.method} of it`,
      )
    }
  }
}
