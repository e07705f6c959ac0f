import { createHttpSend } from '@rolecall/aws'
import { loadGatewayConfig } from '@rolecall/server/signing-gateway/config'
import { configurationFailure, Failure } from '../failure.ts'
import { printable, type Terminal } from '../terminal.ts'
import { checkedSource } from './gateway-credentials.ts'
import type { GatewayFlags } from './gateway-flags.ts'
import { readListen } from './gateway-from-flags.ts'
import type { GatewaySetup } from './gateway-setup.ts'

/** Flags that a file says in its own words. */
const ofTheFile = [
  ...(['region', 'profile', 'role', 'connection', 'roleArn'] as const),
  ...(['services', 'methods', 'endpointUrl'] as const),
]

/** A gateway from the sections `aws` and `signingGateway` of a file. */
export async function gatewayFromFile(
  flags: GatewayFlags,
  terminal: Terminal,
): Promise<GatewaySetup> {
  const file = flags.config ?? ''
  const extra = ofTheFile.find(name => flags[name] !== undefined)
  if (extra !== undefined) {
    const flag = `--${extra.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
    throw new Failure('usage', `${flag} does not go with --config`, `write it into ${file}`)
  }
  const result = await loadGatewayConfig(file, { env: terminal.env })
  if (!result.ok || result.warnings.length > 0) {
    const { printProblem } = await import('./print-problem.ts')
    for (const problem of result.warnings) printProblem(problem, 'warning', terminal)
    if (!result.ok) {
      for (const problem of result.problems) printProblem(problem, 'problem', terminal)
      throw configurationFailure(file, result.problems.length)
    }
  }
  const { aws, signingGateway } = result.config
  const credentials = await checkedSource(aws.credentials)
  const connections = { proxy: aws.proxy, noProxy: aws.noProxy, ca: aws.ca }
  const names = signingGateway.callers.map(({ name }) => name).join(', ')
  return {
    gateway: signingGateway,
    listen: flags.listen === undefined ? signingGateway.listen : readListen(flags.listen),
    credentials,
    sts: {
      region: aws.region,
      http: createHttpSend(connections),
      timeoutMs: aws.timeoutMs,
      failoverRegion: aws.failoverRegion,
      ...(aws.endpoints.sts === undefined ? {} : { endpoint: aws.endpoints.sts }),
    },
    connections,
    greeting: url =>
      `rolecall: signing on ${url} with ${printable(credentials.describe())} for ${printable(names)}\n`,
  }
}
