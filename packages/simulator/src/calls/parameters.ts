import type { RequestHead } from '../http/exchange.ts'

/** Names of parameters whose values are not shown; each is masked that may carry a secret. */
const secretName =
  /secret|token|password|assertion|signature|samlresponse|^session$|private-?key|authorization|code$|code_verifier/i
/** Names that sound like it and mark places in lists. */
const harmlessName = /^(?:next|continuation|next-continuation)-?token$/i

const maxParameters = 60
const maxValue = 300

/** What stands in the place of a secret. */
export const mask = '••••'

/** The parameters of a request, of its query and its body (a form or a JSON object), secrets masked. */
export function maskedParameters(
  request: RequestHead,
  body: Uint8Array = new Uint8Array(),
): (readonly [string, string])[] {
  const parameters = [...new URLSearchParams(request.query), ...bodyParameters(request, body)]
  return parameters.slice(0, maxParameters).map(([name, value]) => {
    const isSecret = secretName.test(name) && !harmlessName.test(name)
    return [shortened(name), isSecret ? mask : shortened(value)] as const
  })
}

/** The operation of a request in the Query and JSON protocols. */
export function operationOf(
  request: RequestHead & { readonly body: Uint8Array },
): string | undefined {
  const target = request.headers['x-amz-target']?.split('.').at(-1)
  if (target !== undefined) return shortened(target)
  const parameters = [
    ...new URLSearchParams(request.query),
    ...bodyParameters(request, request.body),
  ]
  const action = parameters.find(([name]) => name === 'Action')?.[1]
  return action === undefined ? undefined : shortened(action)
}

function bodyParameters({ headers }: RequestHead, body: Uint8Array): [string, string][] {
  const type = headers['content-type'] ?? ''
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return [...new URLSearchParams(new TextDecoder().decode(body))]
  }
  return /^application\/(?:x-amz-)?json\b/i.test(type) ? jsonParameters(body) : []
}

function jsonParameters(body: Uint8Array): [string, string][] {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    if (typeof value !== 'object' || value === null) return []
    // What is deeper is named, not shown: a secret there has a name that is not looked at.
    return Object.entries(value).map(([name, item]) => [
      name,
      typeof item === 'object' && item !== null ? '{…}' : String(item),
    ])
  } catch {
    return []
  }
}

function shortened(text: string): string {
  return text.length > maxValue ? `${text.slice(0, maxValue)}…` : text
}
