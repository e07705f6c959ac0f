import type { Agent } from 'node:http'
import type { RequestOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TunnelOptions } from './tunnel.ts'

interface TunnelRequest extends RequestOptions {
  readonly tunnelSignal?: AbortSignal
}

/**
 * Makes an agent of `node:https` reach its targets through the tunnels of a proxy. Each connection has a
 * tunnel of its own and is kept alive as others are.
 */
export function throughTunnels(agent: Agent, options: Omit<TunnelOptions, 'signal'>): Agent {
  const secure: (asked: RequestOptions & { socket: Socket }) => Duplex | null | undefined =
    agent.createConnection.bind(agent)

  async function connect({ tunnelSignal: signal, ...asked }: TunnelRequest): Promise<Duplex> {
    const { openTunnel } = await import('./tunnel.ts')
    const host = asked.host ?? ''
    const target = `${host.includes(':') ? `[${host}]` : host}:${asked.port ?? 443}`
    const socket = await openTunnel(target, { ...options, signal })
    const stream = secure({ ...asked, socket })
    if (!stream) throw new Error('no TLS connection was made')
    return stream
  }

  agent.createConnection = (asked: TunnelRequest, callback) => {
    connect(asked).then(
      stream => callback?.(null, stream),
      (error: Error) => (callback as Connected | undefined)?.(error),
    )
    return undefined
  }
  return agent
}

// Node's types want a stream beside an error.
type Connected = (error: Error | null, stream?: Duplex) => void
