import { bodyText, type Incoming, type Outgoing } from './exchange.ts'

/** A JSON answer. `type` is the media type: AWS's JSON protocols have their own. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Outgoing['headers'] = {},
): Outgoing {
  const body = JSON.stringify(value)
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      ...headers,
    },
    body,
  }
}

/** The members of a body that is a JSON object; `undefined` for anything else. An empty body is an empty object. */
export function jsonBody(request: Incoming): Readonly<Record<string, unknown>> | undefined {
  if (request.body.length === 0) return {}
  try {
    const value: unknown = JSON.parse(bodyText(request))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? { ...value } : undefined
  } catch {
    return undefined
  }
}
