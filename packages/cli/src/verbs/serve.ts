import { ServerError, type ServerErrorCode, StoreError, serve } from '@rolecall/server'
import { type ExitReason, exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { portalDirectory } from '../portal-directory.ts'
import type { Terminal } from '../terminal.ts'

/** `rolecall serve -c FILE`: until a signal ends it. */
export async function serveGateway(file: string, terminal: Terminal): Promise<number> {
  try {
    await serve({
      file,
      portal: { directory: portalDirectory },
      env: terminal.env,
      print: text => terminal.err.write(text),
      onListening: url => terminal.err.write(`rolecall: listening on ${url}\n`),
    })
  } catch (error) {
    throw asFailure(error)
  }
  return exitCodes.ok.code
}

/** What can end the gateway and is not a bug. */
const reasons: Readonly<Partial<Record<ServerErrorCode, ExitReason>>> = {
  'config-refused': 'configuration',
  'portal-missing': 'internal',
  'listen-failed': 'listen',
  'audit-unavailable': 'store',
}

function asFailure(error: unknown): unknown {
  if (error instanceof StoreError) return new Failure('store', error.message, error.remedy)
  if (!(error instanceof ServerError)) return error
  const reason = reasons[error.code]
  if (reason === undefined) return error
  const message = error.detail === undefined ? error.message : `${error.message} (${error.detail})`
  return new Failure(reason, message, error.remedy)
}
