import {
  type AuditEventType,
  auditEventTypes,
  type EventFormat,
  eventLine,
  readLog,
} from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { Output, Terminal } from '../terminal.ts'
import { withLog } from './audit.ts'
import { load } from './load.ts'

/** What to export. */
export interface ExportAudit {
  readonly config: string
  readonly format: EventFormat
  readonly since?: Date
  readonly until?: Date
  readonly type?: readonly string[]
}

/** `rolecall audit export -c FILE [--format F] [--since T] [--until T] [--type T…]`: one event a line. */
export async function exportAudit(options: ExportAudit, terminal: Terminal): Promise<number> {
  const { since, until, format } = options
  const types = options.type?.map(readType)
  const config = await load(options.config, terminal)
  await withLog(config, async store => {
    for await (const page of readLog(store, { since, until, types })) {
      await write(terminal.out, page.map(row => `${eventLine(row, format)}\n`).join(''))
    }
  })
  return exitCodes.ok.code
}

function readType(text: string): AuditEventType {
  const found = auditEventTypes.find(type => type === text)
  if (found !== undefined) return found
  const hint = `the types are: ${auditEventTypes.join(', ')}`
  throw new Failure('usage', `there is no event type ${text}`, hint)
}

/** Waits for a slow reader: what is not written yet would fill the memory. */
async function write(out: Output, text: string): Promise<void> {
  if (out.write(text) !== false || out.once === undefined) return
  await new Promise<void>(resolve => {
    out.once?.('drain', resolve)
    out.once?.('close', resolve)
  })
}
