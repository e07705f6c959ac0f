/** Whether the addresses of connections answer, and what their clocks say. */
import { AwsError, clockAheadMs, type HttpSend } from '@rolecall/aws'
import { probeServer } from '../connections/configure/find-provider.ts'
import type { Connection } from '../connections/connection.ts'
import { Failure } from '../failure.ts'
import { createSend } from '../keys/create-send.ts'
import type { SetupFindings } from './findings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What became of one connection. */
export interface Reached {
  readonly connection: string
  /** HTTP status; undefined without an answer. */
  readonly status: number | undefined
  readonly ms: number
}

const timeoutMs = 5_000
const maxBytes = 2 * 1024 * 1024
const maxAsked = 20
/** An assertion is good for five minutes, a one-time code for half of one. */
const warningMs = 60_000
const errorMs = 5 * 60_000

/** Asks each address once, all at the same time; at most 20. */
export async function checkReach(
  connections: readonly Connection[],
  env: Environment,
  now: () => Date,
  findings: SetupFindings,
): Promise<readonly Reached[]> {
  const asked = connections.slice(0, maxAsked)
  return await Promise.all(asked.map(connection => reach(connection, env, now, findings)))
}

async function reach(
  connection: Connection,
  env: Environment,
  now: () => Date,
  findings: SetupFindings,
): Promise<Reached> {
  const { name, url, provider } = connection
  const began = performance.now()
  const ended = (status: number | undefined): Reached => ({
    connection: name,
    status,
    ms: Math.round(performance.now() - began),
  })
  try {
    const { send } = createSend({ ...connection, httpAttempts: 1 }, { env })
    const sentAt = now()
    const answer = await send({
      method: 'GET',
      url,
      headers: { accept: '*/*' },
      timeoutMs,
      maxBytes,
    })
    checkClock(answer.headers.date, sentAt, now(), url, findings)
    if (answer.status >= 500) {
      findings.add('connection.status', `[${name}] ${url} answers with status ${answer.status}`)
    }
    if (provider === 'Rolecall') await checkServer(connection, send, findings)
    return ended(answer.status)
  } catch (error) {
    tell(error, connection, findings)
    return ended(undefined)
  }
}

async function checkServer(
  { name, url }: Connection,
  send: HttpSend,
  findings: SetupFindings,
): Promise<void> {
  const { kind } = await probeServer(url, send)
  if (kind === 'other') {
    findings.add(
      'connection.no-server',
      `[${name}] ${url} is no Rolecall server with sign-in for this command`,
    )
  }
}

function checkClock(
  date: string | undefined,
  sentAt: Date,
  receivedAt: Date,
  url: string,
  findings: SetupFindings,
): void {
  const time = new Date(date ?? '')
  if (Number.isNaN(time.getTime())) return
  const ahead = clockAheadMs(time, sentAt, receivedAt)
  const away = Math.abs(ahead)
  if (away < warningMs) return
  const seconds = Math.round(away / 1000)
  const direction = ahead > 0 ? 'behind' : 'ahead of'
  findings.add(
    'clock.skew',
    `the clock of this machine is ${seconds} seconds ${direction} that of ${new URL(url).host}`,
    away > errorMs ? { severity: 'error' } : {},
  )
}

function tell(error: unknown, { name }: Connection, findings: SetupFindings): void {
  const message = error instanceof Error ? error.message : String(error)
  const place = `[${name}] ${message}`
  if (error instanceof Failure) findings.add('config.invalid', place, { remedy: error.hint })
  else if (!(error instanceof AwsError)) throw error
  else if (error.code === 'proxy_refused' || /the proxy /.test(message)) {
    findings.add('connection.proxy', place)
  } else if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ISSUER/.test(message)) {
    findings.add('connection.certificate', place)
  } else findings.add('connection.unreachable', place)
}
