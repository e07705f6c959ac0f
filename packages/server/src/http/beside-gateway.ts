/** The signing gateway on the server of the app: it streams, so its requests never meet the framework. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { MountedSigningGateway } from '../delivery/index.ts'

type Signing = () => MountedSigningGateway | undefined

/** What a request to the app itself may take, from its first byte to its last. */
const requestMs = 30_000

/** Requests below the gateway's prefix are the gateway's, all others the app's. */
export function besideGateway(signing: Signing, handler: RequestListener): RequestListener {
  return (request, response) => {
    const mounted = mountedFor(signing, request)
    if (mounted === undefined) handler(request, response)
    else mounted.gateway.handle(request, response)
  }
}

/**
 * Lets bodies for the gateway take their time, and asks for them only when they are allowed. Node ends every
 * request after one and the same time: here that time is kept for the app's own requests instead.
 */
export function takeStreams(server: Server, signing: Signing, handler: RequestListener): void {
  server.requestTimeout = 0
  server.on('request', (request: IncomingMessage) => {
    if (!request.complete && mountedFor(signing, request) === undefined) endInTime(request)
  })
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const mounted = mountedFor(signing, request)
    if (mounted !== undefined) {
      mounted.gateway.handleExpecting(request, response)
      return
    }
    if (!request.complete) endInTime(request)
    response.writeContinue()
    handler(request, response)
  })
}

function mountedFor(signing: Signing, { url = '' }: IncomingMessage) {
  const mounted = signing()
  if (mounted === undefined || !url.startsWith(mounted.prefix)) return undefined
  const next = url[mounted.prefix.length]
  return next === undefined || next === '/' || next === '?' ? mounted : undefined
}

function endInTime(request: IncomingMessage): void {
  const timer = setTimeout(() => request.socket.destroy(), requestMs).unref()
  const stop = () => clearTimeout(timer)
  request.once('end', stop)
  request.once('close', stop)
}
