/** The peer: a proxy of a few lines on `node:http`, which signs nothing and decides nothing. */
import { Agent, request as send } from 'node:http'
import { serveInChild, upstreamPort } from './child.ts'

const agent = new Agent({ keepAlive: true, scheduling: 'lifo' })
const prefix = /^\/[^/]+\.amazonaws\.com/

serveInChild((request, response) => {
  const { method, headers, url = '' } = request
  const path = url.replace(prefix, '')
  const upstream = send({ agent, host: '127.0.0.1', port: upstreamPort, method, headers, path })
  upstream.on('response', answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  upstream.on('error', () => response.destroy())
  request.pipe(upstream)
})
