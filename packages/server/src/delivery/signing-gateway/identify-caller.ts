import { hash, timingSafeEqual } from 'node:crypto'
import type { GatewayCaller, GatewayRoute } from '../../config/signing-gateway-config.ts'
import { type Allows, allowedBy } from './allow.ts'
import { readAwsHost } from './aws-host.ts'
import { type ClaimedScope, hasPresigning } from './claimed-scope.ts'
import { refusal } from './refusal.ts'
import { one, type RequestHead } from './request-head.ts'

/** A caller with its rules prepared. */
export interface KnownCaller {
  readonly caller: GatewayCaller
  readonly allows: Allows
}

/** Who a request says it comes from. A signature is still to be verified. */
export interface Identified extends KnownCaller {
  readonly by: 'token' | 'signature' | 'nothing'
}

/** Finds out who asks, or refuses. */
export type IdentifyCaller = (head: RequestHead, scope: ClaimedScope | undefined) => Identified

/** One way to say who asks in a request: a token, a signature, or, where that is allowed, nothing. */
export function callerIdentifier(
  callers: readonly GatewayCaller[],
  routes: readonly GatewayRoute[],
): IdentifyCaller {
  const known = callers.map(caller => ({ caller, allows: allowedBy(caller.allow) }))
  const withToken = known.flatMap(one => {
    const { tokenSha256 } = one.caller
    return tokenSha256 === undefined ? [] : [{ one, digest: Buffer.from(tokenSha256, 'hex') }]
  })
  const byKey = new Map(
    known.flatMap(one => {
      const { keys } = one.caller
      return keys === undefined ? [] : [[keys.accessKeyId, one] as const]
    }),
  )
  const anonymous = known.find(one => one.caller.isAnonymous)
  const routeHosts = new Set(routes.flatMap(route => route.host ?? []))

  function ofToken(token: string): KnownCaller {
    const given = Buffer.from(hash('sha256', token), 'hex')
    // All of them are looked at, so that the time says nothing.
    let found: KnownCaller | undefined
    for (const { one, digest } of withToken) if (timingSafeEqual(digest, given)) found = one
    if (found === undefined) throw refusal('signing-unknown-caller', 'the token is nobody’s')
    return found
  }

  return (head, scope) => {
    const authorization = one(head.headers, 'authorization')
    const isPresigned = hasPresigning(head.query)
    if (authorization === undefined && isPresigned) return signer(scope)
    if (authorization !== undefined) {
      if (isPresigned) throw twoIdentities()
      if (/^AWS4-/.test(authorization)) return signer(scope)
      const [, token] = /^Bearer +([\w.~+/-]{8,512}=*)$/i.exec(authorization) ?? []
      if (token === undefined) {
        throw refusal(
          'signing-unknown-caller',
          'the Authorization header is neither `Bearer TOKEN` nor an AWS signature',
        )
      }
      return { ...ofToken(token), by: 'token' }
    }
    if (anonymous === undefined) {
      throw refusal('signing-unknown-caller', 'the request has neither a token nor a signature')
    }
    refuseBrowsers(head, routeHosts)
    return { ...anonymous, by: 'nothing' }
  }

  function signer(scope: ClaimedScope | undefined): Identified {
    const found = scope === undefined ? undefined : byKey.get(scope.accessKeyId)
    if (found === undefined) {
      throw refusal(
        'signing-unknown-caller',
        scope === undefined
          ? 'the signature is not one of AWS4-HMAC-SHA256 with a whole credential scope'
          : `the access key ${scope.accessKeyId} is none that this gateway gave`,
      )
    }
    return { ...found, by: 'signature' }
  }
}

function twoIdentities() {
  return refusal(
    'signing-bad-request',
    'the request has an Authorization header, and a signature or a part of one in the query: send only one',
  )
}

/**
 * Web pages can reach loopback by its address, or by a name of theirs that turns to it (DNS rebinding):
 * then Host is that name. Browsers say so themselves, too.
 */
function refuseBrowsers({ headers, host }: RequestHead, routeHosts: ReadonlySet<string>): void {
  for (const name of ['origin', 'referer', 'sec-fetch-site', 'sec-fetch-mode', 'cookie']) {
    if (headers[name] !== undefined) {
      throw refusal('signing-browser-request', `it has the header ${name}`)
    }
  }
  const isLocal = host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
  if (!isLocal && !routeHosts.has(host) && readAwsHost(host) === undefined) {
    throw refusal('signing-browser-request', `the Host ${host} is not this gateway`)
  }
}
