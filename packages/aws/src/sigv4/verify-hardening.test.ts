import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../errors.ts'
import type { IncomingRequest } from './incoming-request.ts'
import { createPayloadReader } from './payload-reader.ts'
import { presignUrl } from './presign-url.ts'
import { signRequest } from './sign-request.ts'
import type { SigningOptions } from './types.ts'
import { namesPayload, verifyRequestHead } from './verify-request-head.ts'
import { verifySignedRequest } from './verify-signed-request.ts'
import type { VerifyOptions } from './verify-types.ts'

const now = new Date('2026-01-02T03:04:05Z')
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 's3cr3t',
  sessionToken: 'tokEn1',
}
const host = 'api.example.com'

/** Refused: false. Anything but an AwsError is thrown on. */
function isAccepted(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}

function verifyingFor(service: string): VerifyOptions {
  return {
    now,
    service,
    regions: ['eu-central-1'],
    sigV4aRegion: 'eu-central-1',
    allowUnsignedPayload: true,
    findCredentials: id => (id === credentials.accessKeyId ? credentials : undefined),
  }
}

interface Signed {
  readonly request: IncomingRequest
  readonly options: VerifyOptions
}

function headerForm(service: string, more: Partial<SigningOptions>): Signed {
  const path = '/some/Path/x?Name=value1&flag2=on'
  const body = 'the body 1'
  const headers = signRequest(
    { method: 'POST', url: `https://${host}${path}`, body, headers: { 'x-custom': 'Value a1' } },
    { credentials, region: 'eu-central-1', service, now, ...more },
  )
  return { request: { method: 'POST', path, headers, body }, options: verifyingFor(service) }
}

function queryForm(service: string, more: Partial<SigningOptions>): Signed {
  const url = presignUrl(
    { method: 'GET', url: `https://${host}/some/Path?Name=value1`, headers: { 'x-custom': 'a1' } },
    { credentials, region: 'eu-central-1', service, now, expiresInSeconds: 900, ...more },
  )
  const path = url.slice(`https://${host}`.length)
  return {
    request: { method: 'GET', path, headers: { host, 'x-custom': 'a1' } },
    options: verifyingFor(service),
  }
}

const algorithm = 'AWS4-ECDSA-P256-SHA256'
const signed: readonly Signed[] = ['sts', 's3'].flatMap(service => [
  headerForm(service, {}),
  headerForm(service, { algorithm }),
  queryForm(service, {}),
  queryForm(service, { algorithm }),
])

/** The request as one text of fields, and back. */
const fieldsOf = ({ method, path, headers, body }: IncomingRequest): [string, string][] => [
  ['method', method],
  ['path', path],
  ...Object.entries(headers).map(([name, value]): [string, string] => [
    `header ${name}`,
    `${value}`,
  ]),
  ...(typeof body === 'string' ? ([['body', body]] as [string, string][]) : []),
]

function requestOf(fields: readonly (readonly [string, string])[]): IncomingRequest {
  const of = (name: string) => fields.find(([each]) => each === name)?.[1]
  const body = of('body')
  return {
    method: of('method') ?? '',
    path: of('path') ?? '',
    headers: Object.fromEntries(
      fields.flatMap(([name, value]) =>
        name.startsWith('header ') ? [[name.slice(7), value]] : [],
      ),
    ),
    ...(body === undefined ? {} : { body }),
  }
}

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

describe('a signed request', () => {
  it('is accepted as it is', () => {
    for (const { request, options } of signed) {
      expect(isAccepted(() => verifySignedRequest(request, options))).toBe(true)
    }
  })

  it('is refused when any letter or digit of it was changed', () => {
    const property = fc.property(
      fc.constantFrom(...signed),
      fc.nat(),
      fc.nat(),
      fc.constantFrom(...alphanumeric),
      ({ request, options }, whichField, whichCharacter, put) => {
        const fields = fieldsOf(request)
        const [name, text] = fields[whichField % fields.length] ?? ['', '']
        const places = [...text.matchAll(/(?<!%|%[0-9A-F])[A-Za-z0-9]/g)].map(({ index }) => index)
        const at = places[whichCharacter % places.length] ?? 0
        fc.pre(text[at] !== put)
        const changed = `${text.slice(0, at)}${put}${text.slice(at + 1)}`
        const mutant = requestOf(fields.map(each => (each[0] === name ? [name, changed] : each)))
        expect(
          isAccepted(() => verifySignedRequest(mutant, options)),
          `${name}: ${changed}`,
        ).toBe(false)
      },
    )
    fc.assert(property, { numRuns: 4000 })
  })

  it('is refused without any one of its headers or parameters', () => {
    for (const { request, options } of signed) {
      for (const name of Object.keys(request.headers)) {
        const { [name]: _, ...headers } = request.headers
        expect(
          isAccepted(() => verifySignedRequest({ ...request, headers }, options)),
          name,
        ).toBe(false)
      }
      const [path, query = ''] = request.path.split('?')
      for (const left of query.split('&')) {
        const kept = query.split('&').filter(each => each !== left)
        const mutant = { ...request, path: `${path}?${kept.join('&')}` }
        expect(
          isAccepted(() => verifySignedRequest(mutant, options)),
          left,
        ).toBe(false)
      }
    }
  })
})

const junk = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '/',
      '&',
      '=',
      '%',
      ';',
      ',',
      ' ',
      '\t',
      '\r',
      '\n',
      '\0',
      '\x80',
      '*',
      '+',
      '0',
      'a',
    ),
    fc.constantFrom('AWS4-HMAC-SHA256', 'Credential=', 'aws4_request', 'é', '💡', '\ud800'),
  ),
  maxLength: 12,
})

describe('whatever comes in', () => {
  it('is answered with an AwsError', () => {
    const property = fc.property(
      fc.constantFrom(...signed),
      fc.array(fc.tuple(fc.nat(), fc.nat(), junk, fc.nat(9)), { minLength: 1, maxLength: 3 }),
      ({ request, options }, edits) => {
        const fields = fieldsOf(request)
        for (const [whichField, place, put, cut] of edits) {
          const field = fields[whichField % fields.length]
          if (field === undefined) continue
          const at = place % (field[1].length + 1)
          field[1] = `${field[1].slice(0, at)}${put}${field[1].slice(at + cut)}`
        }
        const mutant = requestOf(fields)
        namesPayload(mutant)
        isAccepted(() => verifySignedRequest(mutant, options))
        isAccepted(() => {
          const reader = createPayloadReader(verifyRequestHead(mutant, options))
          reader.push(Buffer.from('the body 1'))
          reader.end()
        })
      },
    )
    fc.assert(property, { numRuns: 4000 })
  })

  it('is answered with an AwsError when nothing of it is right', () => {
    const headers = fc.dictionary(
      fc.constantFrom(
        'authorization',
        'Authorization',
        'host',
        'date',
        'x-amz-date',
        'x-amz-content-sha256',
        'x-amz-region-set',
        '__proto__',
        'constructor',
      ),
      fc.oneof(junk, fc.array(junk, { maxLength: 3 })),
    )
    const property = fc.property(fc.string(), junk, headers, (method, path, given) => {
      const request = { method, path, headers: given }
      namesPayload(request)
      expect(isAccepted(() => verifySignedRequest(request, verifyingFor('s3')))).toBe(false)
    })
    fc.assert(property, { numRuns: 4000 })
  })
})

describe('the head of a request', () => {
  it('says what the body is, or it must be verified with the body', () => {
    const [sts, , presignedSts, , s3, , presignedS3] = signed
    for (const each of [sts, presignedSts, s3, presignedS3]) {
      if (each === undefined) throw new Error('eight requests')
      const isNamed = namesPayload(each.request)
      expect(isNamed).toBe(each.options.service === 's3')
      const { body: _, ...head } = each.request
      if (isNamed) verifyRequestHead(head, each.options)
      else
        expect(() => verifyRequestHead(head, each.options)).toThrow(/verify it with the whole body/)
    }
  })
})
