/** `--debug`: the traffic of a command on standard error, without its secrets. */
import { createMasker, type HttpRequest, type HttpResponse, type HttpSend } from '@rolecall/aws'
import { printable, type Terminal } from '../terminal.ts'

/** Shows what is sent and answered. */
export interface Trace {
  /** From now on these are masked wherever they stand. */
  learn(secrets: Iterable<string | undefined>): void
  /** Sends, and shows both ways. */
  through(send: HttpSend): HttpSend
}

const shownBytes = 2000

/** Names of fields, headers and parameters of identity providers, besides those that are AWS's. */
const moreNames: readonly string[] = [
  ...['otp', 'code', 'passcode', 'pin', 'answer', 'assertion', 'relaystate', 'state', 'nonce'],
  ...['access_token', 'refresh_token', 'id_token', 'device_code', 'user_code', 'code_verifier'],
  ...['xsrf', '_xsrf', 'x-xsrftoken', 'csrf', '_csrf', 'csrftoken', 'sid', 'tx', 'sessionId'],
  ...['sig_request', 'sig_response', 'stateToken', 'sessionToken', 'session_code', 'execution'],
  ...['deviceToken', 'factorResult', 'challenge', 'signature', 'clientDataJSON', 'location'],
]

/**
 * What is known to be a secret is masked by its value, what stands under a telling name by that, and of the
 * rest every run of characters that could be a token: rather too much than too little.
 */
export function createTrace(
  { err }: Pick<Terminal, 'err'>,
  now: () => Date = () => new Date(),
): Trace {
  const masker = createMasker([], moreNames)
  let count = 0
  const shown = (text: string) => printable(withoutTokens(masker.mask(text)))
  const line = (text: string) => {
    err.write(`${text}\n`)
  }

  const through = (send: HttpSend): HttpSend => {
    return async request => {
      count += 1
      const mark = `#${count}`
      learnFrom(request.headers)
      line(`debug: ${mark} > ${request.method} ${shown(addressOf(request.url))}`)
      for (const text of headerLines(request.headers)) line(`debug: ${mark} > ${shown(text)}`)
      showBody(`${mark} >`, request)
      const began = now().getTime()
      const answer = await send(request).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : 'it failed'
        line(`debug: ${mark} < ${shown(why)}`)
        throw error
      })
      learnFrom(answer.headers)
      line(`debug: ${mark} < ${answer.status} in ${now().getTime() - began} ms`)
      for (const text of headerLines(answer.headers)) line(`debug: ${mark} < ${shown(text)}`)
      showBody(`${mark} <`, answer)
      return answer
    }
  }

  function learnFrom(headers: HttpRequest['headers']): void {
    for (const [name, value] of Object.entries(headers)) {
      if (!/^(?:set-)?cookie$|authorization/i.test(name)) continue
      masker.learn(value.match(/[^\s;,="]{6,}/g) ?? [])
    }
  }

  function showBody(mark: string, { headers, body }: HttpRequest | HttpResponse): void {
    if (body === undefined || body.length === 0) return
    const type = headers['content-type'] ?? headers['Content-Type'] ?? ''
    if (typeof body !== 'string' || /html|xml/i.test(type) || /^\s*</.test(body)) {
      line(`debug: ${mark} [${body.length} characters of ${printable(type) || 'no type'}]`)
      return
    }
    const cut = body.length > shownBytes ? ' …' : ''
    line(`debug: ${mark} ${shown(body.slice(0, 64 * 1024)).slice(0, shownBytes)}${cut}`)
  }

  return Object.freeze({ learn: masker.learn, through })
}

/** Without the query: it holds states, codes and responses. */
function addressOf(url: string): string {
  const [path = '', query] = url.split(/[?#]/, 2)
  if (query === undefined) return path
  const names = query.split('&').map(pair => `${pair.split('=')[0] ?? ''}=…`)
  return `${path}?${names.join('&')}`
}

/** A cookie's name is told, its value never; of what an address leads to only the way. */
function headerLines(headers: HttpRequest['headers']): readonly string[] {
  return Object.entries(headers).map(([name, value]) => {
    if (/^(?:set-)?cookie$/i.test(name)) {
      return `${name}: ${(value.match(/(?:^|[;,]\s*)[^=;,\s]+(?==)/g) ?? []).join('')}`
    }
    if (/^(?:location|referer|origin)$/i.test(name)) return `${name} ${addressOf(value)}`
    return `${name}: ${value}`
  })
}

/** Letters and digits mixed, 16 or more in a row: what is a word or an ARN has no such run. */
function withoutTokens(text: string): string {
  return text.replace(/[A-Za-z0-9_+=~-]{16,}/g, run =>
    /\d/.test(run) && /[A-Za-z]/.test(run) ? '** masked **' : run,
  )
}
