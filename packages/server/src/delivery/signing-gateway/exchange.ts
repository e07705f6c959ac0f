import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { AwsError, type HttpAgents, type PayloadReader } from '@rolecall/aws'
import type { ServerError } from '../../errors.ts'
import { discardBody } from './discard-body.ts'
import { answeredHeaders } from './forwarded-headers.ts'
import { piecePassed } from './give-back.ts'
import { refusal } from './refusal.ts'
import { sendBody } from './send-body.ts'
import type { Onward } from './sign-onward.ts'
import type { Watch } from './watch.ts'

/** What is sent, and to whom the answer goes. */
export interface Exchange {
  readonly onward: Onward
  /** The body when it is already there. */
  readonly bytes: Uint8Array | undefined
  readonly reader: PayloadReader | undefined
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Asks the caller for the body; called once, when the connection to AWS stands. */
  readonly onReady: () => void
}

/** How it ended. */
export interface Outcome {
  /** Of AWS's answer. */
  readonly status: number | undefined
  readonly awsRequestId: string | undefined
  /** Bytes of the bodies, as they crossed the wire to and from AWS. */
  readonly sent: number
  readonly received: number
  /** Why it did not end as it should; already told to the caller as far as it could be. */
  readonly error: ServerError | AwsError | undefined
}

interface Parts {
  readonly agents: HttpAgents
  readonly watch: Watch
  readonly timeouts: { readonly connect: number; readonly idle: number; readonly answer: number }
}

/**
 * Sends a request on and its answer back, both piece by piece: who is slow slows the other down. When one side
 * breaks off, so does the other; a body that is not what was signed never ends. Rejects with what is to
 * be answered while no answer has begun, else resolves.
 */
export async function exchange(parts: Parts, asked: Exchange): Promise<Outcome> {
  const { onward, response } = asked
  for (let left = mostStale; !response.destroyed; left--) {
    const { method, url, headers } = onward
    const upstream = await parts.agents.open({ method, url, headers })
    const outcome = await run(parts, asked, upstream, left > 0)
    if (outcome !== 'stale') return outcome
  }
  return gone
}

/** Kept connections that AWS may have closed all at once; each is found out by a request. */
const mostStale = 16

const gone: Outcome = {
  status: undefined,
  awsRequestId: undefined,
  sent: 0,
  received: 0,
  error: refusal('signing-unreachable', 'the caller went away'),
}

/** `stale`: a kept connection that AWS closed at this moment; nothing was received, and nothing is done twice. */
function run(
  parts: Parts,
  asked: Exchange,
  upstream: ClientRequest,
  mayBeStale: boolean,
): Promise<Outcome | 'stale'> {
  const { watch, timeouts } = parts
  const { request, response, bytes, reader, onward } = asked
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined
    let received = 0
    let isOver = false
    const body = sendBody(
      upstream,
      { request, bytes, reader, encoder: onward.encoder },
      {
        onProgress: () => watched.again(timeouts.idle),
        onEnd: () => watched.again(timeouts.answer),
        onFailure: error => fail(error),
      },
    )

    const end = (error?: ServerError | AwsError): void => {
      if (isOver) return
      isOver = true
      watched.stop()
      response.off('close', onCallerGone)
      body.stop()
      resolve({
        status: answer?.statusCode,
        awsRequestId: answer === undefined ? undefined : requestIdOf(answer),
        sent: body.sent(),
        received,
        error,
      })
    }

    /** Before an answer began the caller can be told; afterwards only the broken connection tells. */
    const fail = (error: ServerError | AwsError): void => {
      if (isOver) return
      upstream.destroy()
      if (answer === undefined && !response.destroyed) {
        isOver = true
        watched.stop()
        response.off('close', onCallerGone)
        body.stop()
        reject(error)
        return
      }
      response.destroy()
      end(error)
    }

    const onCallerGone = (): void => {
      upstream.destroy()
      end(refusal('signing-unreachable', 'the caller went away'))
    }
    const watched = watch.start(timeouts.connect, () =>
      fail(refusal('signing-timeout', `${hostOf(onward)} did not go on in time`)),
    )

    upstream.on('error', cause => {
      if (mayBeStale && isStale(cause, upstream, asked) && answer === undefined && !isOver) {
        isOver = true
        watched.stop()
        response.off('close', onCallerGone)
        resolve('stale')
      } else fail(asRefusal(cause, onward))
    })
    // An end without an answer or an error, such as an upgrade that nobody asked for.
    upstream.once('close', () => {
      if (answer === undefined) fail(asRefusal(undefined, onward))
    })
    upstream.once('response', incoming => {
      const { statusCode = 0 } = incoming
      if (statusCode < 200) {
        fail(refusal('signing-unreachable', `${hostOf(onward)}: the status ${statusCode}`))
        return
      }
      answer = incoming
      watched.again(timeouts.idle)
      passAnswer(incoming, response, {
        onPiece(size) {
          received += size
          watched.again(timeouts.idle)
        },
        onEnd() {
          if (!upstream.writableFinished) upstream.destroy()
          end()
          discardBody(request)
        },
        onFailure: cause => fail(asRefusal(cause, onward)),
      })
    })
    response.once('close', onCallerGone)
    whenConnected(upstream, () => {
      watched.again(bytes === undefined ? timeouts.idle : timeouts.answer)
      asked.onReady()
    })
    body.start()
  })
}

function whenConnected(upstream: ClientRequest, connected: () => void): void {
  upstream.once('socket', socket => {
    if (!socket.connecting) connected()
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected)
  })
}

function isStale(
  cause: Error,
  upstream: ClientRequest,
  { onward, bytes, request }: Exchange,
): boolean {
  const isReset = 'code' in cause && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE')
  const isSafe = onward.method === 'GET' || onward.method === 'HEAD'
  return isReset && upstream.reusedSocket && isSafe && bytes?.length === 0 && !request.destroyed
}

function passAnswer(
  answer: IncomingMessage,
  response: ServerResponse,
  on: {
    readonly onPiece: (size: number) => void
    readonly onEnd: () => void
    readonly onFailure: (cause: Error) => void
  },
): void {
  const headers = answeredHeaders(answer.rawHeaders)
  response.sendDate = answer.headers.date === undefined
  // Node reads reasons that it does not write.
  if (/^[\t\x20-\x7e\x80-\xff]+$/.test(answer.statusMessage ?? '')) {
    response.statusMessage = answer.statusMessage ?? ''
  }
  response.writeHead(answer.statusCode ?? 502, headers)
  response.on('drain', () => answer.resume())
  answer.on('data', (piece: Buffer) => {
    on.onPiece(piece.length)
    piecePassed(piece.length)
    if (!response.write(piece)) answer.pause()
  })
  answer.on('end', () => {
    if (answer.rawTrailers.length > 0) response.addTrailers(answer.trailers as NodeJS.Dict<string>)
    response.end()
    on.onEnd()
  })
  answer.on('error', on.onFailure)
}

function requestIdOf({ headers }: IncomingMessage): string | undefined {
  const id =
    headers['x-amzn-requestid'] ?? headers['x-amz-request-id'] ?? headers['x-amzn-request-id']
  return typeof id === 'string' ? id.slice(0, 128) : undefined
}

function hostOf({ url }: Onward): string {
  return new URL(url).host
}

/** What a broken connection is to the caller; the system's word for it, and no address of ours. */
function asRefusal(cause: unknown, onward: Onward): ServerError | AwsError {
  if (cause instanceof AwsError) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'broken off'
  return refusal('signing-unreachable', `${hostOf(onward)}: ${code}`, cause)
}
