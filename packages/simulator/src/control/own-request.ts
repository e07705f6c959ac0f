import type { RequestHead } from '../http/exchange.ts'

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/**
 * Why a request may not use the control endpoint; `undefined` when it may. Only this machine may, under a name of its
 * own (else any web page could, by a name that it points here: DNS rebinding), and no page of another origin.
 */
export function foreignness(
  request: Pick<RequestHead, 'headers' | 'isLocal' | 'method'>,
): string | undefined {
  const { headers, isLocal, method } = request
  if (!isLocal) return 'the control endpoint answers this machine only, over loopback'
  const { host = '', origin } = headers
  if (!loopbackHost.test(host)) return 'call the control endpoint as 127.0.0.1, [::1] or localhost'
  if (origin !== undefined && origin !== `http://${host}`) return 'pages of other origins may not'
  const site = headers['sec-fetch-site'] ?? 'none'
  const isVisit = method === 'GET' && headers['sec-fetch-mode'] === 'navigate'
  if (site !== 'none' && site !== 'same-origin' && !isVisit) return 'pages of other sites may not'
  const isJson = /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')
  // Browsers send JSON to other origins only after asking, and nobody here says yes.
  if (method === 'POST' && !isJson) return 'send JSON, as content-type: application/json'
  return undefined
}
