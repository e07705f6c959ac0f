import { createReadStream } from 'node:fs'
import { type ExportReport, verifyChain, verifyExport } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { type ReadAudit, withLog } from './audit.ts'
import { load } from './load.ts'

/** In UTF-16 units: some three times the largest event. */
const longestLine = 1024 * 1024

const hint = 'keep a copy of the database and find out who could write it'

/** `rolecall audit verify -c FILE [--json]`: recomputes the hash chain. */
export async function verifyAudit(options: ReadAudit, terminal: Terminal): Promise<number> {
  const config = await load(options.config, terminal)
  const report = await withLog(config, verifyChain)
  if (options.json === true) terminal.out.write(`${JSON.stringify(report)}\n`)
  if (!report.ok) {
    const message = `the audit log breaks at event ${report.seq}: ${report.reason}`
    throw new Failure('tampered', message, hint)
  }
  if (options.json !== true) {
    terminal.out.write(`ok ${report.events} events, head ${report.head}\n`)
    terminal.err.write('hint: keep the head elsewhere; only it shows that the end was cut off\n')
  }
  return exitCodes.ok.code
}

/** `rolecall audit verify --file EXPORT [--json]`: recomputes it from the lines of an export. */
export async function verifyAuditFile(
  options: { readonly file: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const report = await reportOn(options.file)
  if (options.json === true) terminal.out.write(`${JSON.stringify(report)}\n`)
  if (!report.ok) {
    throw new Failure('tampered', `line ${report.line} of ${options.file}: ${report.reason}`, hint)
  }
  if (options.json !== true) {
    const { events, first, last, gaps, head } = report
    const range = events === 0 ? '' : ` (${first} to ${last}, ${gaps} gaps), head ${head}`
    terminal.out.write(`ok ${events} events${range}\n`)
  }
  return exitCodes.ok.code
}

async function reportOn(file: string): Promise<ExportReport> {
  try {
    return await verifyExport(linesOf(file))
  } catch (error) {
    if (error instanceof Failure) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure('usage', `the file cannot be read: ${why}`, 'name an export as JSON Lines')
  }
}

/** Lines end with a line feed only: nothing else is an end to whoever hashed them. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let [rest, line] = ['', 0]
  const input: AsyncIterable<string> = createReadStream(file, 'utf8')
  for await (const chunk of input) {
    const parts = `${rest}${chunk}`.split('\n')
    rest = parts.pop() ?? ''
    line += parts.length
    yield* parts.map(part => part.replace(/\r$/, ''))
    if (rest.length > longestLine) {
      throw new Failure('tampered', `line ${line + 1} of ${file}: no event is so long`, hint)
    }
  }
  if (rest !== '') yield rest
}
