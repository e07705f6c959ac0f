/** Sign-in by a code on whichever machine has a browser: device authorization grant (RFC 8628). */
import { Failure } from '../../failure.ts'
import type { SignInParts } from '../../providers/provider.ts'
import { jsonObject, said } from './exchange.ts'
import { checkIdToken } from './id-token.ts'
import { hostName, isOfOrigin, type OAuthServer, scope } from './oauth-server.ts'
import { drawQr } from './qr.ts'
import {
  askForTokens,
  noAnswerOf,
  post,
  refusedSignIn,
  type TokenError,
  type Tokens,
} from './token-endpoint.ts'

type Parts = Pick<SignInParts, 'send' | 'ask' | 'now' | 'sleep' | 'terminal'>

interface DeviceCode {
  readonly deviceCode: string
  readonly userCode: string
  readonly address: string
  /** With the code in it. */
  readonly completeAddress: string | undefined
  readonly expiresInMs: number
  readonly intervalMs: number
}

const longestPauseMs = 60_000

/**
 * Shows a code and an address, and asks the server until the person has signed in there. Throws `Failure`
 * `signInRefused`, `cannotAsk` (nobody signed in in time), `network` or `provider`.
 */
export async function signInByDevice(server: OAuthServer, parts: Parts): Promise<Tokens> {
  const device = await askForCode(server, parts)
  await show(device, parts)
  const waiting = parts.ask.waiting('Waiting until you have signed in')
  try {
    const tokens = await poll(server, device, parts)
    if (tokens.idToken !== undefined) {
      checkIdToken(tokens.idToken, { issuer: server.issuer, nonce: undefined, now: parts.now() })
    }
    return tokens
  } finally {
    waiting.done()
  }
}

async function askForCode(server: OAuthServer, parts: Parts): Promise<DeviceCode> {
  const { deviceEndpoint } = server
  if (deviceEndpoint === undefined) {
    throw new Failure(
      'provider',
      'the server does not sign in by a code',
      'sign in where a browser opens: leave --device out',
    )
  }
  const response = await post(deviceEndpoint, { scope, host_name: hostName() }, parts.send)
  const { status, body } = response
  const answer = jsonObject(body)
  if (status >= 400 && typeof answer?.error === 'string') {
    throw refusedSignIn({
      error: answer.error.slice(0, 100),
      description: said(answer.error_description),
    })
  }
  const text = (name: string): string => {
    const value = answer?.[name]
    if (status === 200 && typeof value === 'string' && /^[\x21-\x7e]{1,2048}$/.test(value)) {
      return value
    }
    throw noAnswerOf(deviceEndpoint, response)
  }
  const address = text('verification_uri')
  const complete = answer?.verification_uri_complete
  // The address is shown and drawn: a person is led nowhere but to the server.
  if (!isOfOrigin(address, server.issuer)) throw noAnswerOf(deviceEndpoint, response)
  return {
    deviceCode: text('device_code'),
    userCode: text('user_code'),
    address,
    completeAddress:
      typeof complete === 'string' && isOfOrigin(complete, server.issuer) ? complete : undefined,
    expiresInMs: bounded(answer?.expires_in, 600, 1, 1800) * 1000,
    intervalMs: bounded(answer?.interval, 5, 1, 60) * 1000,
  }
}

async function show(device: DeviceCode, { ask, terminal }: Parts): Promise<void> {
  const qr =
    terminal === undefined
      ? undefined
      : await drawQr(device.completeAddress ?? device.address, terminal)
  if (qr !== undefined) terminal?.err.write(`${qr}\n`)
  ask.tell(`On any device, open ${device.address}`)
  ask.tell(`and enter the code ${device.userCode}`)
}

async function poll(server: OAuthServer, device: DeviceCode, parts: Parts): Promise<Tokens> {
  const until = parts.now().getTime() + device.expiresInMs
  const fields = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: device.deviceCode,
  }
  let pauseMs = device.intervalMs
  for (;;) {
    await parts.sleep(pauseMs)
    if (parts.now().getTime() >= until) throw tooLate()
    const answer = await askForTokens(server.tokenEndpoint, fields, parts.send).catch(
      (error: unknown): TokenError => {
        // RFC 8628, 3.5: after a broken connection the interval is doubled, and the code still works.
        if (error instanceof Failure && error.reason === 'network') {
          return { error: 'broken_connection', description: undefined }
        }
        // Whoever shares the address of this machine may have used up what it is allowed.
        if (error instanceof Failure && error.reason === 'refused') {
          return { error: 'slow_down', description: undefined }
        }
        throw error
      },
    )
    if (!('error' in answer)) return answer
    if (answer.error === 'expired_token') throw tooLate()
    if (answer.error === 'slow_down') pauseMs = Math.min(pauseMs + 5_000, longestPauseMs)
    else if (answer.error === 'broken_connection') pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    else if (answer.error !== 'authorization_pending') throw refusedSignIn(answer)
  }
}

function tooLate(): Failure {
  return new Failure(
    'cannotAsk',
    'nobody signed in before the code ended',
    'run the command again for a new code',
  )
}

function bounded(value: unknown, usual: number, least: number, most: number): number {
  const given = typeof value === 'number' && Number.isFinite(value) ? value : usual
  return Math.min(Math.max(given, least), most)
}
