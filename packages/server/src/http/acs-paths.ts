import type { IncomingMessage } from 'node:http'
import type { Config } from '../config/config.ts'

/**
 * The address of the route that takes a provider's responses, when it posts them to a path of its own choice; else
 * the address itself. The route then checks the response against the address that was chosen.
 */
export function atRoute(request: IncomingMessage, { publicUrl, signIn }: Config): string {
  const url = request.url ?? '/'
  if (request.method !== 'POST') return url
  const path = url.split('?', 1)[0]
  const provider = signIn.saml.find(({ acsUrl }) => acsUrl === `${publicUrl}${path}`)
  return provider === undefined ? url : `/signin/saml/${provider.id}/acs`
}
