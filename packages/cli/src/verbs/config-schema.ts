import { configJsonSchema } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'

/** `rolecall config schema` */
export async function printSchema(terminal: Terminal): Promise<number> {
  terminal.out.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`)
  return exitCodes.ok.code
}
