import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as a test's server received it. */
export interface Received {
  readonly message: IncomingMessage
  readonly body: string
}

/** Serves on a free port of 127.0.0.1 until the test ends; gives the origin. */
export async function listen(
  answer: (request: Received, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => answer({ message, body: Buffer.concat(chunks).toString() }, response))
  })
  return await origin(server)
}

/** Starts a server that the test made. */
export async function origin(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
