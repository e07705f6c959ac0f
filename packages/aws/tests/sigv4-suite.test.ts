import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { presignUrlTraced } from '../src/sigv4/presign-url.ts'
import { signRequestTraced } from '../src/sigv4/sign-request.ts'
import { verifySignedRequest } from '../src/sigv4/verify-signed-request.ts'

const suite = new URL('./vectors/sigv4-suite/v4/', import.meta.url)
const cases = readdirSync(suite)

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

function readCase(name: string) {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, suite), 'utf8')
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
  return { read, context, common, request: parseRequest(read('request.txt')) }
}

/** Reads an HTTP message; a line that begins with a blank continues the header before it. */
function parseRequest(text: string) {
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

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}

function authorizationIn(text: string): string | undefined {
  return /^Authorization:(.*)$/m.exec(text)?.[1]
}

describe('the SigV4 test suite of aws-c-auth', () => {
  it('has all its cases', () => {
    expect(cases).toHaveLength(38)
  })

  it.each(cases)('%s, header form', name => {
    const { read, context, common, request } = readCase(name)
    const traced = signRequestTraced(request, { ...common, contentSha256Header: context.sign_body })
    expect(traced.canonicalRequest).toBe(read('header-canonical-request.txt').trimEnd())
    expect(traced.stringToSign).toBe(read('header-string-to-sign.txt').trimEnd())
    expect(traced.signature).toBe(read('header-signature.txt').trimEnd())
    const signed = read('header-signed-request.txt')
    expect(traced.headers.authorization).toBe(authorizationIn(signed))
    const expected = Object.entries(parseRequest(signed).headers).map(([header, values]) => [
      header.toLowerCase(),
      values.map(value => value.trim().replace(/ +/g, ' ')).join(','),
    ])
    expect(traced.headers).toEqual(Object.fromEntries(expected))
  })

  it.each(cases)('%s, query form', name => {
    const { read, context, common, request } = readCase(name)
    const traced = presignUrlTraced(request, {
      ...common,
      expiresInSeconds: context.expiration_in_seconds,
    })
    expect(traced.canonicalRequest).toBe(read('query-canonical-request.txt').trimEnd())
    expect(traced.stringToSign).toBe(read('query-string-to-sign.txt').trimEnd())
    expect(traced.signature).toBe(read('query-signature.txt').trimEnd())
    expect(traced.url).toBe(parseRequest(read('query-signed-request.txt')).url)
  })

  it.each(cases)('%s, both forms verified', name => {
    const { read, context, common } = readCase(name)
    for (const form of ['header', 'query'] as const) {
      const verified = verifySignedRequest(parseRequest(read(`${form}-signed-request.txt`)), {
        now: common.now,
        service: context.service,
        regions: [context.region],
        normalizePath: context.normalize,
        encodePathAgain: true,
        signSessionToken: common.signSessionToken,
        findCredentials: () => common.credentials,
      })
      expect(verified).toMatchObject({ form, accessKeyId: 'AKIDEXAMPLE', region: 'us-east-1' })
    }
  })
})
