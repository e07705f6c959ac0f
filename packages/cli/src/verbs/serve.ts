import { serve } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { portalDirectory } from '../portal-directory.ts'
import type { Terminal } from '../terminal.ts'
import { load } from './load.ts'

/** `rolecall serve -c FILE`: until a signal ends it. */
export async function serveGateway(file: string, terminal: Terminal): Promise<number> {
  await load(file, terminal)
  await serve({ file, portal: { directory: portalDirectory }, log: true })
  return exitCodes.ok.code
}
