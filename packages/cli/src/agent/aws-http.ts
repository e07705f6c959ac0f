import { readFileSync, statSync } from 'node:fs'
import {
  createHttpSend,
  type HttpClientOptions,
  type HttpSend,
  httpSend,
  proxyFromEnvironment,
} from '@rolecall/aws'
import { Failure } from '../failure.ts'

const maxBundleBytes = 4 * 1024 * 1024

/**
 * How AWS's tools connect: through the proxies of the environment, with the authorities of AWS_CA_BUNDLE.
 * Throws {@link Failure} `configuration` for a bundle that cannot be read.
 */
export function awsConnections(
  env: Readonly<Record<string, string | undefined>>,
): HttpClientOptions {
  const file = env.AWS_CA_BUNDLE
  const proxies = proxyFromEnvironment(env)
  // Exceptions without a proxy mean nothing, and reading them takes longer than most else.
  const isDirect = Object.keys(proxies.proxy).length === 0
  return { ...(isDirect ? {} : proxies), ...(file ? { ca: bundleOf(file) } : {}) }
}

/** HTTP over {@link awsConnections}. */
export function awsHttp(env: Readonly<Record<string, string | undefined>>): HttpSend {
  const connections = awsConnections(env)
  const isPlain = Object.keys(connections).length === 0
  return isPlain ? httpSend : createHttpSend(connections)
}

function bundleOf(file: string): string {
  try {
    const stat = statSync(file)
    if (stat.isFile() && stat.size <= maxBundleBytes) return readFileSync(file, 'utf8')
  } catch {
    // Said below.
  }
  throw new Failure(
    'configuration',
    `AWS_CA_BUNDLE: ${file} is no file that can be read, or larger than ${maxBundleBytes} bytes`,
    'name a file of certificates in PEM form, or unset the variable',
  )
}
