import type { AuditSinkConfig } from '../../config/audit-config.ts'
import { checkHost, guardedLookup, guardedSend } from '../../outgoing/index.ts'
import { addCursor } from './cursors.ts'
import { type RunningSink, type RunOptions, runSink } from './run-sink.ts'
import type { Sink } from './sink.ts'
import { syslogSink } from './syslog-sink.ts'
import { webhookSink } from './webhook-sink.ts'

/** The configured sinks at work; follows the configuration. */
export interface AuditSinks {
  /**
   * Takes a new list. A sink that is new has its place in the log from here on; one that went keeps its
   * place for when it comes back.
   */
  replace(configs: readonly AuditSinkConfig[]): Promise<void>
  /** There may be new events. */
  wake(): void
  close(): Promise<void>
}

/** What the sinks work with. */
export interface SinkOptions extends RunOptions {
  readonly hostname: string
}

/** Sinks on a store; none until `replace`. */
export function createAuditSinks(options: SinkOptions): AuditSinks {
  let running: readonly { readonly config: string; readonly sink: RunningSink }[] = []

  async function replace(configs: readonly AuditSinkConfig[]): Promise<void> {
    for (const { id, from } of configs) await addCursor(options.store, id, from)
    const wanted = configs.map(config => ({ config, text: textOf(config) }))
    const kept = running.filter(({ config }) => wanted.some(({ text }) => text === config))
    const ended = running.filter(one => !kept.includes(one))
    // One that sends to the same place must have stopped before its successor begins.
    await Promise.all(ended.map(({ sink }) => sink.close()))
    const started = wanted
      .filter(({ text }) => !kept.some(({ config }) => config === text))
      .map(({ config, text }) => ({
        config: text,
        sink: runSink(sinkOf(config, options), options),
      }))
    running = [...kept, ...started]
  }

  return Object.freeze({
    replace,
    wake: () => {
      for (const { sink } of running) sink.wake()
    },
    async close() {
      await Promise.all(running.map(({ sink }) => sink.close()))
      running = []
    },
  })
}

/** Secrets count too when configurations are compared; the text stays in memory. */
function textOf(config: AuditSinkConfig): string {
  const { target } = config
  if (target.kind === 'syslog') return JSON.stringify(config)
  const headers = Object.entries(target.headers).map(([name, value]) => [name, value.reveal()])
  return JSON.stringify([config, headers, target.secret?.reveal()])
}

function sinkOf(config: AuditSinkConfig, { hostname, now }: SinkOptions): Sink {
  const { id, format, ca, target } = config
  if (target.kind === 'webhook') {
    const http = guardedSend(undefined, { fileHosts: [new URL(target.url).hostname] }, { ca })
    return webhookSink(id, { ...target, format }, { http, now })
  }
  const { address } = target
  const rules = { fileHosts: address.protocol === 'unix' ? [] : [address.host] }
  return syslogSink(
    id,
    { address, format, ca },
    {
      sender: { hostname, processId: process.pid },
      check: host => checkHost(host, rules),
      lookup: guardedLookup(() => rules),
    },
  )
}
