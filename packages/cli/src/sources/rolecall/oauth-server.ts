/** Where a Rolecall server signs programs in: its OAuth endpoints (OpenID Connect Discovery 1.0, RFC 8414). */
import { hostname } from 'node:os'
import type { HttpSend } from '@rolecall/aws'
import { Failure } from '../../failure.ts'
import { isSecureUrl } from '../../web/loopback.ts'
import { exchange, jsonObject } from './exchange.ts'

/** The public client of every `rolecall` command. */
export const clientId = 'rolecall-cli'
export const scope = 'openid offline_access roles'

/** Shown to the person who is asked to allow the sign-in: which computer asks. */
export function hostName(name: string = hostname()): string {
  return name.replace(/[^\w.-]/g, '-').slice(0, 64)
}

/** The endpoints, all on the server's own origin. */
export interface OAuthServer {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly deviceEndpoint: string | undefined
  readonly revocationEndpoint: string | undefined
}

/**
 * The server's address without a slash at its end. Throws `Failure` `configuration` for what is not https:
 * tokens and keys would go over the network in clear; http is taken on this machine.
 */
export function serverUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const isPlain = parsed !== undefined && !/[?#@]/.test(url)
  if (isPlain && isSecureUrl(parsed)) return parsed.href.replace(/\/+$/, '')
  throw new Failure(
    'configuration',
    `the address of the server, ${JSON.stringify(url.slice(0, 200))}, is not one such as "https://aws.example.com"`,
    'set it again: rolecall configure https://aws.example.com',
  )
}

/** The issuer of the server at an address. */
export function issuerOf(url: string): string {
  return `${serverUrl(url)}/oauth`
}

/** Asks the server for its endpoints. Throws `Failure` `network`, `provider` or `configuration`. */
export async function findServer(url: string, send: HttpSend): Promise<OAuthServer> {
  const issuer = issuerOf(url)
  const response = await exchange(send, {
    method: 'GET',
    url: `${issuer}/.well-known/openid-configuration`,
    headers: { accept: 'application/json' },
    maxBytes: 65_536,
  })
  const document = response.status === 200 ? jsonObject(response.body) : undefined
  if (document === undefined) throw noServer(url, `it answered with status ${response.status}`)
  if (document.issuer !== issuer) {
    const called = JSON.stringify(String(document.issuer).slice(0, 200))
    throw noServer(url, `it calls itself ${called} and not "${issuer}"`)
  }
  const endpoint = (name: string): string | undefined => {
    const value = document[name]
    if (value === undefined) return undefined
    // An endpoint elsewhere would be given codes and tokens of this server.
    if (typeof value === 'string' && isOfOrigin(value, issuer)) return value
    throw noServer(url, `its ${name} is not an address of its own`)
  }
  const authorizationEndpoint = endpoint('authorization_endpoint')
  const tokenEndpoint = endpoint('token_endpoint')
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined) {
    throw noServer(url, 'it names no endpoints for sign-in')
  }
  return Object.freeze({
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    deviceEndpoint: endpoint('device_authorization_endpoint'),
    revocationEndpoint: endpoint('revocation_endpoint'),
  })
}

/** Whether an address is of the same scheme, host and port as another. */
export function isOfOrigin(address: string, of: string): boolean {
  if (!URL.canParse(address) || address.length > 2048) return false
  const url = new URL(address)
  return url.origin === new URL(of).origin && url.username === '' && url.password === ''
}

function noServer(url: string, why: string): Failure {
  return new Failure(
    'provider',
    `there is no Rolecall server that signs programs in at ${serverUrl(url)}: ${why}`,
    'check the address; it is the one where the roles page opens in a browser, and `publicUrl` of the server',
  )
}
