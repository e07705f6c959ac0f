/** How AWS is called for a connection: always with verified certificates. */
import { readFileSync, statSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import { createHttpSend, type HttpClientOptions, type HttpSend, httpSend } from '@rolecall/aws'
import { awsConnections } from '../../agent/aws-http.ts'
import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import type { SignInParts } from '../../providers/provider.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** AWS as this machine reaches it. */
export interface AwsSide {
  readonly send: HttpSend
  /** AWS_ENDPOINT_URL_STS, else AWS_ENDPOINT_URL. */
  readonly stsEndpoint: string | undefined
  readonly iamEndpoint: string | undefined
  /** AWS_REGION, else AWS_DEFAULT_REGION. */
  readonly region: string | undefined
  readonly now: () => Date
}

const maxBytes = 4 * 1024 * 1024

/** Proxies, authorities and endpoints of the environment, and the connection's own authorities. Throws `Failure` `configuration`. */
export function awsSide(
  connection: Connection,
  env: Environment,
  { now, sendToAws }: Pick<SignInParts, 'now' | 'sendToAws'>,
): AwsSide {
  const ignored = /^true$/i.test(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? '')
  const endpoint = (service: string) =>
    ignored ? undefined : env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL || undefined
  return Object.freeze({
    send: sendToAws ?? sendOver(trusting(connection, awsConnections(env))),
    stsEndpoint: endpoint('STS'),
    iamEndpoint: endpoint('IAM'),
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined,
    now,
  })
}

/** Options of a client that trusts the authorities of `ca_file` beside those that it trusts already. */
export function trusting(
  { caFile }: Pick<Connection, 'caFile'>,
  options: HttpClientOptions,
): HttpClientOptions {
  if (caFile === undefined) return options
  // With those of NODE_EXTRA_CA_CERTS.
  const { ca = getCACertificates('default') } = options
  return { ...options, ca: [...(typeof ca === 'string' ? [ca] : ca), readPem(caFile)] }
}

function sendOver(options: HttpClientOptions): HttpSend {
  const isPlain = options.ca === undefined && Object.keys(options.proxy ?? {}).length === 0
  return isPlain ? httpSend : createHttpSend(options)
}

function readPem(file: string): string {
  try {
    const stat = statSync(file)
    if (stat.isFile() && stat.size <= maxBytes) return readFileSync(file, 'utf8')
  } catch {
    // Said below.
  }
  throw new Failure(
    'configuration',
    `ca_file: ${file} is no file that can be read, or larger than ${maxBytes} bytes`,
    'name a file of certificates in PEM form',
  )
}
