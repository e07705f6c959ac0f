import { clockTeller, createHttpAgents } from '@rolecall/aws'
import {
  createSigningGateway,
  type JsonLinesAudit,
  jsonLinesAudit,
  listenForGateway,
  openAuditFile,
  ServerError,
  standardOutput,
} from '@rolecall/server/signing-gateway'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { printable, type Terminal } from '../terminal.ts'
import { toldToStop } from '../told-to-stop.ts'
import type { GatewayFlags } from './gateway-flags.ts'
import { gatewayFromFlags } from './gateway-from-flags.ts'

/** How long running requests may take to end after a stop signal. */
const graceMs = 10_000

/** `rolecall gateway [-c FILE] [--region REGION] …`: until a signal ends it. */
export async function runGateway(flags: GatewayFlags, terminal: Terminal): Promise<number> {
  const setup =
    flags.config === undefined
      ? await gatewayFromFlags(flags, terminal)
      : await (await import('./gateway-from-file.ts')).gatewayFromFile(flags, terminal)
  const audit = await openAudit(flags.audit)
  const agents = createHttpAgents({ ...setup.connections, maxFreeSockets: 256 })
  const { s3Payload, maxBufferedBytes, roleArn, routes, callers, endpoints } = setup.gateway
  const warn = (message: string) => terminal.err.write(`rolecall: ${printable(message)}\n`)
  const gateway = createSigningGateway({
    s3Payload,
    maxBufferedBytes,
    roleArn,
    routes,
    callers,
    endpoints,
    credentials: setup.credentials,
    sts: { ...setup.sts, onClockCorrected: clockTeller(warn) },
    agents,
    audit,
    warn,
  })
  try {
    const listening = await listenForGateway(gateway, setup.listen)
    terminal.err.write(setup.greeting(listening.url))
    await toldToStop()
    await listening.close(graceMs)
  } catch (error) {
    throw asFailure(error)
  } finally {
    await gateway.close()
    agents.close()
    await audit.close()
  }
  return exitCodes.ok.code
}

async function openAudit(file: string | undefined): Promise<JsonLinesAudit> {
  if (file === undefined) return jsonLinesAudit(standardOutput())
  try {
    return jsonLinesAudit(await openAuditFile(file))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new Failure(
      'refused',
      `the audit file ${file} cannot be written: ${code}`,
      'nothing is signed without it: name a file in a directory that you may write to',
    )
  }
}

function asFailure(error: unknown): unknown {
  if (!(error instanceof ServerError) || error.code !== 'listen-failed') return error
  return new Failure(
    'listen',
    `${error.message.replace(/\.$/, '')} (${error.detail})`,
    'name another with --listen, or stop the program that holds it',
  )
}
