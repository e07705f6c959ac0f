import { readdirSync, readFileSync } from 'node:fs'

/** What `context.json` of a case says. */
interface Context {
  readonly credentials: { access_key_id: string; secret_access_key: string; token?: string }
  readonly expiration_in_seconds: number
  readonly normalize: boolean
  readonly region: string
  readonly service: string
  readonly sign_body: boolean
  readonly timestamp: string
  readonly omit_session_token?: boolean
}

const folderOf = (version: 'v4' | 'v4a') =>
  new URL(`./vectors/sigv4-suite/${version}/`, import.meta.url)

/** The names of all cases of the suite of aws-c-auth. */
export function casesOf(version: 'v4' | 'v4a'): string[] {
  return readdirSync(folderOf(version))
}

/** A case: its files, and the request and options that they stand for. */
export function readCase(version: 'v4' | 'v4a', name: string) {
  const folder = folderOf(version)
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, folder), 'utf8')
  const context = JSON.parse(read('context.json')) as Context
  const { access_key_id, secret_access_key, token } = context.credentials
  const common = {
    credentials: {
      accessKeyId: access_key_id,
      secretAccessKey: secret_access_key,
      ...(token === undefined ? {} : { sessionToken: token }),
    },
    region: context.region,
    service: context.service,
    now: new Date(context.timestamp),
    normalizePath: context.normalize,
    // The suite's paths are given as they would be before the first encoding.
    encodePathAgain: true,
    signSessionToken: context.omit_session_token !== true,
  }
  const verifying = {
    now: common.now,
    service: context.service,
    regions: [context.region],
    normalizePath: context.normalize,
    encodePathAgain: true,
    signSessionToken: common.signSessionToken,
    findCredentials: () => common.credentials,
  }
  return { read, context, common, verifying, request: parseRequest(read('request.txt')) }
}

/** Reads an HTTP message; a line that begins with a blank continues the header before it. */
export function parseRequest(text: string) {
  const [head = '', body = ''] = splitOnce(text, '\n\n')
  const [first = '', ...lines] = head.replace(/\n(?=[ \t])/g, '').split('\n')
  const [, method = '', path = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? []
  const headers: Record<string, string[]> = {}
  for (const line of lines.filter(each => each !== '')) {
    const [name = '', value = ''] = splitOnce(line, ':')
    headers[name] = [...(headers[name] ?? []), value]
  }
  return { method, path, url: `https://example.amazonaws.com${path}`, headers, body }
}

/** The headers of a message as the signer gives them: lower-case names, values trimmed and joined. */
export function canonicalHeadersOf(text: string): Record<string, string> {
  const entries = Object.entries(parseRequest(text).headers).map(([header, values]) => [
    header.toLowerCase(),
    values.map(value => value.trim().replace(/ +/g, ' ')).join(','),
  ])
  return Object.fromEntries(entries)
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}
