import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Audit,
  type Config,
  createAudit,
  type RecordedEvent,
  readLog,
  recordedEvent,
  type Store,
} from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import { toldToStop } from '../told-to-stop.ts'
import { load, withStore } from './load.ts'

/** What the audit verbs share: the configuration file, and whether JSON is wanted. */
export interface ReadAudit {
  readonly config: string
  readonly json?: boolean
}

/** How often the log is looked at for new events, in milliseconds. */
const followMs = 500

/**
 * `rolecall audit tail -c FILE [-n COUNT] [--follow] [--json]`: the latest events, oldest of them first;
 * with `follow` also those that come, until a stop signal.
 */
export async function tailAudit(
  options: ReadAudit & { readonly lines: number; readonly follow?: boolean },
  terminal: Terminal,
): Promise<number> {
  const print = (event: RecordedEvent) =>
    terminal.out.write(options.json === true ? jsonLine(event) : textLine(event, terminal))
  const config = await load(options.config, terminal)
  await withLog(config, async store => {
    const audit = createAudit(store, { now: () => new Date() })
    const events = (await audit.recent({ limit: options.lines })).toReversed()
    events.forEach(print)
    if (options.follow === true) await follow(store, events.at(-1), print)
  })
  return exitCodes.ok.code
}

async function follow(
  store: Store,
  last: RecordedEvent | undefined,
  print: (event: RecordedEvent) => void,
): Promise<void> {
  let isStopped = false
  const stopped = toldToStop().then(() => {
    isStopped = true
  })
  for (let known = last; !isStopped; ) {
    for await (const event of eventsBehind(store, known)) {
      print(event)
      known = event
    }
    const pause = new AbortController()
    await Promise.race([stopped, sleep(followMs, undefined, pause)])
    pause.abort()
  }
}

/** The events behind one that was read before; a log that no longer has that one is another log. */
async function* eventsBehind(
  store: Store,
  known: RecordedEvent | undefined,
): AsyncGenerator<RecordedEvent> {
  store.checkFile()
  let isThere = known === undefined
  for await (const page of readLog(store, { after: (known?.seq ?? 1) - 1 })) {
    for (const event of page.map(recordedEvent)) {
      if (isThere) yield event
      else if (event.hash === known?.hash) isThere = true
      else break
    }
    if (!isThere) break
  }
  if (isThere) return
  throw new Failure(
    'tampered',
    `event ${known?.id}, which was just shown, is no longer in the log`,
    'a backup was restored, or somebody changed the log: run `rolecall audit verify`',
  )
}

/** `rolecall audit show EVENT -c FILE [--json]`: all of one event, by the number on an error page. */
export async function showAudit(
  options: ReadAudit & { readonly id: string },
  terminal: Terminal,
): Promise<number> {
  const found = await read(options, terminal, audit => audit.find(options.id))
  if (found === undefined) {
    throw new Failure(
      'refused',
      `there is no event ${options.id}`,
      'copy the number as the page shows it: ev- and 24 characters',
    )
  }
  if (options.json === true) {
    terminal.out.write(jsonLine(found))
    return exitCodes.ok.code
  }
  const { detail = {}, ...facts } = found.event
  const lines = { event: found.id, at: found.at.toISOString(), ...facts, ...detail }
  for (const [name, value] of Object.entries(lines)) {
    terminal.out.write(`${name.padEnd(16)}${printable(value ?? '')}\n`)
  }
  return exitCodes.ok.code
}

async function read<T>(
  { config: file }: ReadAudit,
  terminal: Terminal,
  question: (audit: Audit) => Promise<T>,
): Promise<T> {
  const config = await load(file, terminal)
  return withLog(config, store => question(createAudit(store, { now: () => new Date() })))
}

/** Opens the store that is there: an empty one, made by looking, would be found in order. */
export async function withLog<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  const { file } = config.store
  if (existsSync(file)) return withStore(config, work)
  throw new Failure(
    'store',
    `there is no database ${file}`,
    'check `store.file`; if the gateway was running, find out who deleted it',
  )
}

function jsonLine({ seq, id, at, event, hash }: RecordedEvent): string {
  return `${JSON.stringify({ seq, id, at: at.toISOString(), ...event, hash })}\n`
}

function textLine({ id, at, event }: RecordedEvent, terminal: Terminal): string {
  const paint = painter(terminal.out, terminal.env)
  const { type, result, principal, account, role, address, code, reason } = event
  const what = account === undefined ? role : `${account}/${role}`
  const outcome = result === 'success' ? result : paint('red', result)
  const facts = [principal ?? '-', address, what, code, reason]
    .filter(fact => fact !== undefined)
    .map(printable)
  return `${at.toISOString()} ${paint('dim', id)} ${type} ${outcome} ${facts.join(' · ')}\n`
}
