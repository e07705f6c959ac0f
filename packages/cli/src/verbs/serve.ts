import { ServerError, StoreError, serve } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
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

function asFailure(error: unknown): unknown {
  if (error instanceof StoreError) return new Failure('store', error.message, error.remedy)
  if (!(error instanceof ServerError)) return error
  const message = error.detail === undefined ? error.message : `${error.message} (${error.detail})`
  if (error.code === 'config-refused') return new Failure('configuration', message, error.remedy)
  if (error.code === 'portal-missing') return new Failure('internal', message, error.remedy)
  if (error.code === 'listen-failed') return new Failure('listen', message, error.remedy)
  return error
}
