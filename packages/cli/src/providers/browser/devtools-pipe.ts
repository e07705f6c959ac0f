/** The Chrome DevTools Protocol over two pipes: no port that another program could connect to. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { withoutSecrets } from '../../open/open-url.ts'

/** What the browser tells on its own. */
export interface DevToolsEvent {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  /** Of the page that it is about; undefined: of the browser. */
  readonly sessionId: string | undefined
}

/** A browser that was started by us and listens to us. */
export interface DevTools {
  /** Calls a method. Rejects when the browser refuses it or is gone. */
  send(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    sessionId?: string,
  ): Promise<Readonly<Record<string, unknown>>>
  /** Resolves when the browser has ended, or could not be started. */
  readonly ended: Promise<void>
  /** Asks the browser to close, so that it keeps its session; ends it when it does not. */
  close(): Promise<void>
}

/** A message longer than this is none of the pages that we look at. */
const maxMessageBytes = 32 * 1024 * 1024
const closingMs = 5_000

interface Call {
  readonly resolve: (result: Readonly<Record<string, unknown>>) => void
  readonly reject: (error: Error) => void
}

/** Starts a browser of the Chromium family with `--remote-debugging-pipe` and these parameters. */
export function startDevTools(
  browser: {
    readonly program: string
    readonly parameters: readonly string[]
    readonly env: Readonly<Record<string, string | undefined>>
  },
  onEvent: (event: DevToolsEvent) => void,
): DevTools {
  const child = spawn(browser.program, ['--remote-debugging-pipe', ...browser.parameters], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: withoutSecrets(browser.env),
    windowsHide: false,
  })
  const [toBrowser, fromBrowser] = pipesOf(child)
  const calls = new Map<number, Call>()
  let lastId = 0

  const ended = new Promise<void>(resolve => {
    const end = () => {
      for (const { reject } of calls.values()) reject(new Error('the browser has ended'))
      calls.clear()
      resolve()
    }
    child.once('error', end)
    child.once('exit', end)
    fromBrowser.once('close', end)
  })
  // What is written to a browser that has just ended is lost, as it is.
  toBrowser.on('error', () => undefined)
  fromBrowser.on('error', () => undefined)
  readMessages(fromBrowser, text => {
    const message = messageOf(text)
    if (message === undefined) return
    const { id, method, params, result, error, sessionId } = message
    if (typeof id === 'number') {
      const call = calls.get(id)
      calls.delete(id)
      if (error === undefined) call?.resolve(isRecord(result) ? result : {})
      else call?.reject(new Error(`the browser refused a call (${String(lastMethod(error))})`))
    } else if (typeof method === 'string') {
      onEvent({
        method,
        params: isRecord(params) ? params : {},
        sessionId: typeof sessionId === 'string' ? sessionId : undefined,
      })
    }
  })

  function send(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
    sessionId?: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        reject(new Error('the browser has ended'))
        return
      }
      calls.set(id, { resolve, reject })
      const session = sessionId === undefined ? {} : { sessionId }
      toBrowser.write(`${JSON.stringify({ id, method, params, ...session })}\0`)
    })
  }

  async function close(): Promise<void> {
    send('Browser.close').catch(() => undefined)
    const late = setTimeout(() => child.kill('SIGTERM'), closingMs)
    const tooLate = setTimeout(() => child.kill('SIGKILL'), 2 * closingMs)
    await ended
    clearTimeout(late)
    clearTimeout(tooLate)
    toBrowser.destroy()
    fromBrowser.destroy()
  }

  return Object.freeze({ send, ended, close })
}

function pipesOf(child: ChildProcess): readonly [Writable, Readable] {
  const [, , , to, from] = child.stdio
  if (!to || !from || !('write' in to) || !('read' in from)) throw new Error('no pipes')
  return [to as Writable, from as Readable]
}

/** Messages end with a zero byte. */
function readMessages(from: Readable, onMessage: (text: string) => void): void {
  let held: Buffer[] = []
  let size = 0
  from.on('data', (data: Buffer) => {
    let rest = data
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      held.push(rest.subarray(0, end))
      const text = Buffer.concat(held).toString('utf8')
      held = []
      size = 0
      rest = rest.subarray(end + 1)
      onMessage(text)
    }
    held.push(rest)
    size += rest.length
    if (size > maxMessageBytes) from.destroy()
  })
}

function messageOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function lastMethod(error: unknown): string {
  return isRecord(error) && typeof error.message === 'string' ? error.message : 'no reason'
}
