import { type SinkState, sinkStates } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import { type ReadAudit, withLog } from './audit.ts'
import { load } from './load.ts'

/** `rolecall audit sinks -c FILE [--json]`: how far each sink has taken the log, and what fails. */
export async function auditSinks(options: ReadAudit, terminal: Terminal): Promise<number> {
  const config = await load(options.config, terminal)
  const configured = new Set(config.audit.sinks.map(({ id }) => id))
  const states = await withLog(config, sinkStates)
  for (const state of states) {
    const isConfigured = configured.has(state.sink)
    terminal.out.write(
      options.json === true
        ? `${JSON.stringify({ ...state, configured: isConfigured })}\n`
        : textLine(state, isConfigured, terminal),
    )
  }
  if (states.length === 0) terminal.err.write('no sink has been at work yet\n')
  return exitCodes.ok.code
}

function textLine(state: SinkState, isConfigured: boolean, terminal: Terminal): string {
  const paint = painter(terminal.out, terminal.env)
  const { sink, seq, waiting, takenAt, failure } = state
  const taken = takenAt === undefined ? 'nothing taken yet' : `last ${takenAt.toISOString()}`
  const facts = [`at ${seq}`, `${waiting} waiting`, taken]
  if (!isConfigured) facts.push('not in the configuration')
  if (failure !== undefined) {
    const { since, count, problem } = failure
    const text = `failing since ${since.toISOString()}, ${count} times: ${printable(problem)}`
    facts.push(paint('red', text))
  }
  return `${printable(sink)} ${facts.join(' · ')}\n`
}
