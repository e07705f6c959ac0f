/** A web server on loopback that speaks SAML by the browser. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { SamlError } from '@rolecall/saml'
import type { Lifetime } from '../lifetime.ts'

/** What a browser brings. */
export interface Exchange {
  /** What stood after `?`, as it arrived. */
  readonly query: string
  readonly fields: URLSearchParams
}

/** A page, or where the browser is sent. */
export type Answer = { readonly page: string } | { readonly location: string }

/** What is done at each path. What it throws is answered with 400 and the code of a `SamlError`. */
export type Routes = Readonly<Record<string, (exchange: Exchange) => Promise<Answer>>>

/** Listens on a free port; the origin. */
export async function listen(lifetime: Lifetime, routes: Routes): Promise<string> {
  const server = createServer(async (request, response) => {
    // Not through URL, which writes the query anew: the signature is over the octets as they came.
    const [path = '', query = ''] = (request.url ?? '').split('?', 2)
    try {
      const route = Object.hasOwn(routes, path) ? routes[path] : undefined
      if (route === undefined) throw new Error(`nothing is at ${path}`)
      const answer = await route({ query, fields: new URLSearchParams(await text(request)) })
      if ('location' in answer) response.writeHead(303, { location: answer.location }).end()
      else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(answer.page)
    } catch (error) {
      const code = error instanceof SamlError ? error.code : 'error'
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`${code}: ${String(error)}`)
    }
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  lifetime.onEnd(async () => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}
