/** WebDriver BiDi (W3C) over a WebSocket on this machine: how Firefox is watched. */
import { type ChildProcess, spawn } from 'node:child_process'
import { withoutSecrets } from '../../open/open-url.ts'

type Fields = Readonly<Record<string, unknown>>

/** A Firefox that was started by us and listens to us. */
export interface Bidi {
  /** Rejects when the browser refuses it or is gone. */
  send(method: string, params?: Fields): Promise<Fields>
  /** Resolves when the browser has ended, or could not be started. */
  readonly ended: Promise<void>
  /** Asks the browser to close, and does not wait for that. */
  close(): Promise<void>
}

const startMs = 60_000
const closingMs = 5_000

/**
 * Starts Firefox and opens the one session that it has. The port is random, and a program that came first
 * would have that session: then ours is refused, and the browser ends before anybody has signed in.
 */
export function startBidi(
  browser: {
    readonly program: string
    readonly parameters: readonly string[]
    readonly env: Readonly<Record<string, string | undefined>>
  },
  onEvent: (method: string, params: Fields) => void,
): Bidi {
  const parameters = ['--remote-debugging-port=0', '--new-instance', ...browser.parameters]
  const child = spawn(browser.program, parameters, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: withoutSecrets(browser.env),
  })
  const calls = new Map<number, { resolve(result: Fields): void; reject(error: Error): void }>()
  let lastId = 0
  const ended = new Promise<void>(resolve => {
    const end = () => {
      for (const { reject } of calls.values()) reject(new Error('the browser has ended'))
      calls.clear()
      resolve()
    }
    child.once('error', end)
    child.once('exit', end)
  })

  const onMessage = ({ data }: MessageEvent) => {
    const message = messageOf(data)
    const { id, type, method, params, result } = message
    if (type === 'event' && typeof method === 'string') return onEvent(method, fieldsOf(params))
    const call = typeof id === 'number' ? calls.get(id) : undefined
    if (typeof id === 'number') calls.delete(id)
    if (type === 'success') call?.resolve(fieldsOf(result))
    else call?.reject(new Error(`the browser refused a call (${String(message.error)})`))
  }
  const session = connected(child, ended).then(async socket => {
    socket.onmessage = onMessage
    socket.onclose = () => void child.kill('SIGTERM')
    await call(socket, 'session.new', { capabilities: {} })
    return socket
  })
  // Whoever has the session instead could read the profile: at once.
  session.catch(() => child.kill('SIGKILL'))

  function call(socket: WebSocket, method: string, params: Fields): Promise<Fields> {
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      calls.set(id, { resolve, reject })
      socket.send(JSON.stringify({ id, method, params }))
    })
  }

  const send = async (method: string, params: Fields = {}) =>
    await call(await session, method, params)
  return Object.freeze({
    send,
    ended,
    async close() {
      const late = setTimeout(() => child.kill('SIGTERM'), closingMs)
      await Promise.race([send('browser.close').catch(() => child.kill('SIGTERM')), ended])
      clearTimeout(late)
      // It writes what it remembers and ends by itself; nobody waits for that.
      await session.then(
        socket => {
          socket.onclose = null
          socket.close()
        },
        () => undefined,
      )
      child.stderr?.destroy()
      child.unref()
    },
  })
}

/** Firefox says on its standard error where it listens. */
async function connected(child: ChildProcess, ended: Promise<void>): Promise<WebSocket> {
  const address = await new Promise<string>((resolve, reject) => {
    let said = ''
    const late = setTimeout(() => reject(new Error('the browser did not start')), startMs)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4096)
      const found = /WebDriver BiDi listening on (ws:\/\/127\.0\.0\.1:\d{1,5})\s/.exec(said)?.[1]
      if (found === undefined) return
      clearTimeout(late)
      resolve(found)
    })
    void ended.then(() => {
      clearTimeout(late)
      reject(new Error('the browser has ended'))
    })
  })
  const socket = new WebSocket(`${address}/session`)
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error('the browser does not listen'))
  })
  return socket
}

function messageOf(data: unknown): Fields {
  try {
    return fieldsOf(typeof data === 'string' ? JSON.parse(data) : undefined)
  } catch {
    return {}
  }
}

/** An object's fields; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
