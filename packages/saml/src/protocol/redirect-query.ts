import { SamlError } from '../errors.ts'

const samlNames = [
  'SAMLRequest',
  'SAMLResponse',
  'RelayState',
  'SigAlg',
  'Signature',
  'SAMLEncoding',
]
const maxQueryLength = 128 * 1024

/**
 * The raw values of the SAML parameters in a raw query, by name. Refuses a query over 128 KiB, a
 * repeated name, and a name written with percent codes: the signature covers octets as they were
 * sent, so a name spelt in another way is not that name.
 */
export function samlParameters(query: string): ReadonlyMap<string, string> {
  if (typeof query !== 'string') refuseRedirect('query', 'the raw text after ?', typeof query)
  if (query.length > maxQueryLength) {
    refuseRedirect('query length', `at most ${maxQueryLength}`, `${query.length}`)
  }
  const result = new Map<string, string>()
  for (const part of query.split('&')) {
    if (!isSamlParameter(part)) continue
    const equals = part.indexOf('=')
    const name = equals < 0 ? part : part.slice(0, equals)
    if (!samlNames.includes(name)) refuseRedirect('parameters', 'a plain parameter name', name)
    if (result.has(name)) refuseRedirect('parameters', `${name} once`, 'twice')
    result.set(name, equals < 0 ? '' : part.slice(equals + 1))
  }
  return result
}

/** Whether one `name=value` part of a query names a SAML parameter, percent codes or not. */
export function isSamlParameter(part: string): boolean {
  const equals = part.indexOf('=')
  const name = equals < 0 ? part : part.slice(0, equals)
  return samlNames.includes(name.includes('%') ? looselyDecoded(name) : name)
}

function looselyDecoded(name: string): string {
  return name.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** Form decoding of one raw value: `+` is a space; bad percent codes and bad UTF-8 refuse. */
export function percentDecode(raw: string): string {
  if (/[^\x21-\x7E]/.test(raw)) refuseRedirect('query', 'printable ASCII', 'another character')
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch {
    return refuseRedirect('percent encoding', 'UTF-8 in %XX codes', 'a malformed code')
  }
}

/** Refuses the query of a redirect. */
export function refuseRedirect(check: string, expected: string, received: string): never {
  throw new SamlError('redirect.invalid', { check, expected, received })
}
