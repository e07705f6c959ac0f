import { createServer } from 'node:net'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AwsError, getSigninToken, type HttpSend, StsClient } from '../src/index.ts'

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/='
const secretKey = fc.string({ unit: fc.constantFrom(...base64), minLength: 40, maxLength: 40 })
const sessionToken = fc.string({ unit: fc.constantFrom(...base64), minLength: 100, maxLength: 400 })

const html = (text: string) => text.replace(/[^A-Za-z0-9]/g, one => `&#${one.codePointAt(0)};`)
const htmlHex = (text: string) =>
  text.replace(/[^A-Z]/g, one => `&#x${one.codePointAt(0)?.toString(16)};`)
const json = (text: string) =>
  text.replace(/[^A-Za-z]/g, one => `\\u${one.codePointAt(0)?.toString(16).padStart(4, '0') ?? ''}`)
const percent = (text: string) =>
  text.replace(/./g, one => `%${one.codePointAt(0)?.toString(16).padStart(2, '0') ?? ''}`)
const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const encodings: [string, (text: string) => string][] = [
  ['as it is', text => text],
  ['in lower case', text => text.toLowerCase()],
  ['percent-encoded', encodeURIComponent],
  ['percent-encoded throughout', percent],
  ['percent-encoded twice', text => encodeURIComponent(encodeURIComponent(text))],
  ['as a form', text => new URLSearchParams({ a: text }).toString()],
  ['as JSON', json],
  ['as JSON with escaped slashes', text => text.replaceAll('/', '\\/')],
  ['as HTML', html],
  ['as HTML in hexadecimal', htmlHex],
  ['as HTML of JSON of a form', text => html(json(encodeURIComponent(text)))],
  ['in pieces', text => text.replace(/.{20}/g, piece => `${piece} `)],
  ['with marks between', text => text.replace(/.{3}/g, piece => `${piece}<wbr>`)],
  ['cut off', text => text.slice(0, -20)],
]

/** Whether a tenth part of the secret in a row stands in anything that could be logged. */
function leaks(error: unknown, secret: string, encode: (text: string) => string): boolean {
  if (!(error instanceof AwsError)) throw error
  const texts = [
    error.message,
    String(error.stack),
    inspect(error, { depth: 9, showHidden: true }),
    JSON.stringify({ ...error, message: error.message, cause: error.cause }),
  ]
  const part = secret.slice(0, Math.max(12, secret.length / 10))
  return texts.some(text =>
    [part, encode(part)].some(found => found.length >= 12 && text.includes(found)),
  )
}

const errorOf = async (call: () => Promise<unknown>): Promise<unknown> =>
  call().then(
    () => undefined,
    (error: unknown) => error,
  )

const credentialsOf = (secretAccessKey: string, token: string) => ({
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey,
  sessionToken: token,
})

function stsAnswering(code: string, message: string, secret: string, token: string) {
  const http: HttpSend = async () => ({
    status: 403,
    headers: {},
    body: `<ErrorResponse><Error><Code>${code}</Code><Message>${xml(message)}</Message></Error></ErrorResponse>`,
  })
  const credentials = credentialsOf(secret, token)
  return new StsClient({ region: 'us-east-1', credentials, http, now: () => new Date(0) })
}

const input = { roleArn: 'arn:aws:iam::123456789012:role/Admin', roleSessionName: 'alice' }

describe.each(encodings)('a secret that comes back %s', (_name, encode) => {
  it('is in no error of the sign-in service', async () => {
    await fc.assert(
      fc.asyncProperty(secretKey, sessionToken, fc.boolean(), async (key, token, isToken) => {
        const secret = isToken ? token : key
        const http: HttpSend = async () => ({
          status: 400,
          headers: {},
          body: `<html><p>bad request: ${encode(secret)}</p></html>`,
        })
        const credentials = credentialsOf(key, token)
        const error = await errorOf(() => getSigninToken({ credentials, http }))
        expect(leaks(error, secret, encode)).toBe(false)
        expect(error).toMatchObject({ status: 400, message: expect.stringContaining('400') })
      }),
      { numRuns: 40 },
    )
  })

  it.each(['SignatureDoesNotMatch', 'ValidationError'])('is in no %s of STS', async code => {
    await fc.assert(
      fc.asyncProperty(secretKey, sessionToken, fc.boolean(), async (key, token, isToken) => {
        const secret = isToken ? token : key
        for (const lead of ['Not that. ', 'Not that.\nThe request was\n']) {
          const sts = stsAnswering(code, lead + encode(secret), key, token)
          const error = await errorOf(() => sts.assumeRole(input))
          expect(error).toMatchObject({ code, status: 403 })
          expect(leaks(error, secret, encode)).toBe(false)
        }
      }),
      { numRuns: 20 },
    )
  })
})

it('what STS says of a wrong signature ends before the request that it repeats', async () => {
  const message =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nhost:sts\nx-amz-security-token:abc\n'"
  const sts = stsAnswering('SignatureDoesNotMatch', message, 'k'.repeat(40), 'a-session-token')
  await expect(sts.assumeRole(input)).rejects.toMatchObject({
    message: 'The request signature we calculated does not match the signature you provided.',
  })
})

it.each(['<', '<style', '<script>'])('a page of nothing but %s takes no time', async open => {
  const body = open.repeat(65_536 / open.length)
  const http: HttpSend = async () => ({ status: 400, headers: {}, body })
  const credentials = credentialsOf('k'.repeat(40), 'a-session-token')
  const began = performance.now()
  for (let times = 0; times < 8; times += 1) {
    const error = await errorOf(() => getSigninToken({ credentials, http }))
    expect(error).toMatchObject({ code: 'signin_refused' })
  }
  // When each opening looks for its end, eight pages take one second or ten.
  expect(performance.now() - began).toBeLessThan(500)
})

it('other messages of STS stay as they are', async () => {
  const message = `User: arn:aws:iam::123456789012:user/rolecall is not authorized to perform: sts:AssumeRole on resource: ${input.roleArn}`
  const sts = stsAnswering('AccessDenied', message, 'k'.repeat(40), 'a-session-token')
  await expect(sts.assumeRole(input)).rejects.toMatchObject({ code: 'AccessDenied', message })
})

it('an assertion and a one-time code that STS repeats are left out', async () => {
  const samlAssertion = Buffer.from('<Response>…</Response>'.repeat(9)).toString('base64')
  const principalArn = 'arn:aws:iam::123456789012:saml-provider/idp'
  const { roleArn } = input
  const first = stsAnswering('ValidationError', `Value '${samlAssertion}' is bad`, 'k', 't')
  const error = await errorOf(() =>
    first.assumeRoleWithSaml({ roleArn, principalArn, samlAssertion }),
  )
  expect(leaks(error, samlAssertion, text => text)).toBe(false)
  const second = stsAnswering('AccessDenied', 'MultiFactorAuthentication 123456 failed', 'k', 't')
  await expect(
    second.assumeRole({ ...input, serialNumber: 'arn:aws:iam::1:mfa/a', tokenCode: '123456' }),
  ).rejects.not.toMatchObject({ message: expect.stringContaining('123456') })
})

it('an answer that is no HTTP is in no error', async () => {
  const secret = 'k/+'.repeat(14)
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(`no HTTP ${secret}`))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const credentials = credentialsOf(secret, 't'.repeat(100))
  const endpoint = `http://127.0.0.1:${port}/`
  const error = await errorOf(() =>
    getSigninToken({ credentials, endpoint, retry: { attempts: 1 } }),
  )
  expect(error).toMatchObject({ code: 'network' })
  const bytes = Buffer.from(secret).subarray(0, 12)
  for (const found of [
    secret,
    bytes.join(','),
    bytes.toString('hex').replace(/../g, '$& ').trim(),
  ]) {
    const { message, cause } = error as AwsError
    expect(inspect(error, { depth: 9 })).not.toContain(found)
    expect(JSON.stringify({ message, cause })).not.toContain(found)
  }
})

it.each(['{"sessionKey":"x"}', 'SigninToken=x', 'x'.repeat(64)])(
  'a page with %s is not repeated',
  async page => {
    const http: HttpSend = async () => ({ status: 400, headers: {}, body: page })
    const credentials = credentialsOf('k'.repeat(40), 't'.repeat(100))
    await expect(getSigninToken({ credentials, http })).rejects.toMatchObject({
      message: 'the sign-in service refused the credentials with status 400',
    })
  },
)
