/** Runs the gateway from a file until a signal ends it. */
import { type Config, loadConfig } from './config/index.ts'
import { problemLines } from './config/problem-lines.ts'
import { reasonOf, ServerError } from './errors.ts'
import { createServer, type GatewayServer } from './server.ts'
import { openStore } from './store/index.ts'

/** How long running requests may take to end after a stop signal. */
const graceMs = 10_000

/** How to run; only the file is needed. */
export interface ServeOptions {
  /** The configuration file. */
  readonly file: string
  /** The built web page. */
  readonly portal?: { readonly directory: string }
  /** One JSON line per request on standard output; default true. */
  readonly log?: boolean
  /** Ends the gateway like SIGTERM does. */
  readonly signal?: AbortSignal
  /** Where `{env: NAME}` is looked up; default: the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Takes problems, warnings and what a reload did; default: standard error. */
  readonly print?: (text: string) => void
  /** Told once the gateway listens. */
  readonly onListening?: (url: string) => void
}

/**
 * Loads the file, opens the store, listens, and resolves when the gateway has stopped. SIGHUP reads
 * the file again and keeps the old configuration when the new one has problems; SIGTERM and SIGINT
 * stop it after running requests. Throws `config-refused` (the problems are printed), `listen-failed`,
 * or the store's error.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const print = options.print ?? (text => process.stderr.write(text))
  const config = await load(options, print)
  if (config === undefined) throw new ServerError('config-refused', { detail: options.file })
  const store = await openStore(config.store.file)
  try {
    const gateway = await createServer({
      config,
      store,
      log: options.log ?? true,
      ...(options.portal === undefined ? {} : { portal: options.portal }),
    })
    await run(gateway, options, print)
  } finally {
    await store.close()
  }
}

async function run(
  gateway: GatewayServer,
  options: ServeOptions,
  print: (text: string) => void,
): Promise<void> {
  const stopped = Promise.withResolvers<void>()
  const stop = () => stopped.resolve()
  // One reload at a time, in the order of the signals.
  let reloading = Promise.resolve()
  const onHangup = () => {
    reloading = reloading
      .then(() => reload(gateway, options, print))
      .catch((error: unknown) => print(`rolecall: reload failed: ${reasonOf(error)}\n`))
  }
  process.on('SIGHUP', onHangup)
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  options.signal?.addEventListener('abort', stop, { once: true })
  if (options.signal?.aborted === true) stop()
  try {
    const url = await gateway.listen()
    await gateway.audit.record({
      type: 'server.started',
      result: 'success',
      detail: { url },
    })
    options.onListening?.(url)
    await stopped.promise
    await reloading
    await gateway.audit.record({ type: 'server.stopped', result: 'success' })
  } finally {
    process.off('SIGHUP', onHangup)
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
    options.signal?.removeEventListener('abort', stop)
    await closeInTime(gateway)
  }
}

async function reload(
  gateway: GatewayServer,
  options: ServeOptions,
  print: (text: string) => void,
): Promise<void> {
  const config = await load(options, print)
  if (config === undefined) {
    print('rolecall: the new configuration has problems; the old one stays\n')
    await gateway.audit.record({
      type: 'config.reloaded',
      result: 'refused',
      code: 'config-refused',
    })
    return
  }
  const kept = await gateway.reload(config)
  print('rolecall: configuration reloaded\n')
  if (kept.length > 0) print(`rolecall: needs a restart to take effect: ${kept.join(', ')}\n`)
}

async function load(
  options: ServeOptions,
  print: (text: string) => void,
): Promise<Config | undefined> {
  const result = await loadConfig(
    options.file,
    options.env === undefined ? {} : { env: options.env },
  )
  for (const warning of result.warnings) print(`warning: ${problemLines(warning)}`)
  if (result.ok) return result.config
  for (const problem of result.problems) print(problemLines(problem))
  return undefined
}

async function closeInTime(gateway: GatewayServer): Promise<void> {
  const timer = setTimeout(() => gateway.app.server.closeAllConnections(), graceMs)
  try {
    await gateway.close()
  } finally {
    clearTimeout(timer)
  }
}
