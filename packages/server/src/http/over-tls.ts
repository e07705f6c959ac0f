/** Whether what a request carries crossed the network in the clear. */
import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import { isLoopbackHost } from '../outgoing/index.ts'

/**
 * True on TLS, ours or a trusted proxy's (X-Forwarded-Proto counts from no one else), and for a client on
 * this machine.
 */
export function cameOverTls(request: FastifyRequest, address: string): boolean {
  if (request.raw.socket instanceof TLSSocket || request.protocol === 'https') return true
  return isLoopbackHost(address.includes(':') ? `[${address}]` : address)
}
