/** HTTP of a connection: proxies, certificate authorities, repetitions, `--debug`. */
import { AwsError, createHttpSend, type HttpSend } from '@rolecall/aws'
import { awsConnections } from '../agent/aws-http.ts'
import type { Connection } from '../connections/connection.ts'
import { Failure } from '../failure.ts'
import { trusting } from '../sources/saml/aws-side.ts'
import type { Trace } from './trace.ts'

/** What the connections of a sign-in depend on besides the {@link Connection}. */
export interface SendParts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly trace?: Trace | undefined
  readonly sleep?: ((ms: number) => Promise<void>) | undefined
}

type SendSettings = Pick<Connection, 'caFile' | 'skipVerify' | 'httpAttempts' | 'httpRetryDelayMs'>

const mostAttempts = 10

/**
 * The HTTP of a sign-in. `skip_verify` counts for the identity provider alone: `forAws` verifies always.
 * Throws `Failure` `configuration` for certificates or a proxy that cannot be used.
 */
export function createSend(
  settings: SendSettings,
  parts: SendParts,
): { readonly send: HttpSend; readonly forAws: HttpSend } {
  const options = trusting(settings, awsConnections(parts.env))
  const traced = (send: HttpSend) => parts.trace?.through(send) ?? send
  try {
    const forAws = traced(createHttpSend(options))
    const send = settings.skipVerify
      ? traced(createHttpSend({ ...options, verifyTargets: false }))
      : forAws
    return { send: repeated(send, settings, parts.sleep ?? sleep), forAws }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new Failure('configuration', error.message, error.remedy)
  }
}

/** What only asks is asked again when the network broke: a password or a code is sent once. */
function repeated(
  send: HttpSend,
  { httpAttempts, httpRetryDelayMs }: SendSettings,
  wait: (ms: number) => Promise<void>,
): HttpSend {
  const attempts = Math.min(Math.max(1, httpAttempts), mostAttempts)
  if (attempts === 1) return send
  return async request => {
    for (let left = attempts - 1; ; left -= 1) {
      try {
        return await send(request)
      } catch (error) {
        const isBroken = error instanceof AwsError && error.fault === 'network'
        if (!isBroken || left <= 0 || request.method !== 'GET') throw error
        await wait(httpRetryDelayMs)
      }
    }
  }
}

const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))
