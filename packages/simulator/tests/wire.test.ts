import { request } from 'node:http'
import { connect } from 'node:net'
import { presignUrl, signRequest } from '@rolecall/aws'
import { parseXml } from '@rolecall/saml'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gateway, gatewayKeys, roleArn, runSimulator } from './running.ts'

const { simulator, clock } = await runSimulator()

const scope = () => ({
  credentials: gatewayKeys,
  region: 'us-east-1',
  service: 'sts',
  now: clock.now(),
})

async function post(body: string | Uint8Array, type = 'application/x-www-form-urlencoded') {
  const url = `${simulator.stsEndpoint}/`
  const headers = { 'content-type': type }
  const signed = signRequest({ method: 'POST', url, headers, body }, scope())
  const { host: _, ...sent } = signed
  return await answer(await fetch(url, { method: 'POST', headers: sent, body: Buffer.from(body) }))
}

async function answer(response: Response) {
  const { status, headers } = response
  return { status, headers, body: await response.text() }
}

const identity = 'Action=GetCallerIdentity&Version=2011-06-15'

test('a success has AWS’s XML and headers', async () => {
  const { status, headers, body } = await post(identity)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/xml')
  const id = headers.get('x-amzn-requestid')
  expect(body).toMatch(
    /^<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><GetCallerIdentityResult><Arn>/,
  )
  expect(body).toContain(`<ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata>`)
})

test('an error has AWS’s XML and headers', async () => {
  const { status, headers, body } = await post(
    'Action=AssumeRole&Version=2011-06-15&RoleSessionName=<a>',
  )
  expect(status).toBe(400)
  expect(body).toBe(
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>' +
      '2 validation errors detected: Value null at &#39;roleArn&#39; failed to satisfy constraint: Member must not be null; ' +
      'Value &#39;&#60;a&#62;&#39; at &#39;roleSessionName&#39; failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*' +
      `</Message></Error><RequestId>${headers.get('x-amzn-requestid')}</RequestId></ErrorResponse>`,
  )
})

test.each([
  ['Action=Nothing&Version=2011-06-15', 'Could not find operation Nothing for version 2011-06-15'],
  [
    'Action=GetCallerIdentity',
    'Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED',
  ],
  [
    'Action=GetCallerIdentity&Version=2012-10-17',
    'Could not find operation GetCallerIdentity for version 2012-10-17',
  ],
  [
    'Action=constructor&Version=2011-06-15',
    'Could not find operation constructor for version 2011-06-15',
  ],
])('dispatch error for %s', async (body, message) => {
  const { status, body: xml } = await post(body)
  expect(status).toBe(400)
  expect(xml).toContain('<ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09">')
  expect(xml).toContain(`<Code>InvalidAction</Code><Message>${message}</Message>`)
})

test('GET works, signed in the header or in the query', async () => {
  const url = `${simulator.stsEndpoint}/?${identity}`
  const { host: _, ...headers } = signRequest({ method: 'GET', url, headers: {} }, scope())
  expect((await answer(await fetch(url, { headers }))).body).toContain(gateway)
  const presigned = presignUrl({ method: 'GET', url }, { ...scope(), expiresInSeconds: 60 })
  expect((await answer(await fetch(presigned))).body).toContain(gateway)
  const altered = await answer(await fetch(`${presigned}&RoleArn=x`))
  expect([altered.status, altered.body]).toEqual([
    403,
    expect.stringContaining('SignatureDoesNotMatch'),
  ])
})

test('without a signature, a request is refused', async () => {
  const { status, body } = await answer(await fetch(`${simulator.stsEndpoint}/?${identity}`))
  expect(status).toBe(403)
  expect(body).toContain('<Code>MissingAuthenticationToken</Code>')
})

test('without an action and a form, the answer is a redirect', async () => {
  const response = await fetch(simulator.stsEndpoint, { redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([302, '/console'])
})

test('the first of two parameters wins, unknown ones are ignored', async () => {
  const first = roleArn('Plain')
  const base = 'Action=AssumeRole&Version=2011-06-15&RoleSessionName=ann&Nothing=1'
  const { status, body } = await post(`${base}&RoleArn=${first}&RoleArn=${roleArn('Nobody')}`)
  expect(status).toBe(200)
  expect(body).toContain(':assumed-role/Plain/ann')
})

test.each(['1e3', '3600.0', '99999999999', 'x', ' 900'])(
  'DurationSeconds=%s is MalformedInput',
  async text => {
    const parameters = new URLSearchParams({
      RoleArn: roleArn('Plain'),
      RoleSessionName: 'ann',
      DurationSeconds: text,
    })
    const { status, body } = await post(`Action=AssumeRole&Version=2011-06-15&${parameters}`)
    expect(status).toBe(400)
    expect(body).toContain('<Error><Type>Sender</Type><Code>MalformedInput</Code></Error>')
  },
)

test('tags come in the order of their numbers', async () => {
  const tags =
    'Tags.member.2.Key=a&Tags.member.2.Value=&Tags.member.1.Key=b%20c&Tags.member.1.Value=%C3%A4'
  const base = `Action=AssumeRole&Version=2011-06-15&RoleArn=${roleArn('Plain')}&RoleSessionName=ann`
  expect((await post(`${base}&${tags}`)).status).toBe(200)
})

test('no parameters, and no bytes on the wire, bring it down', async () => {
  const name = fc.oneof(
    fc.constantFrom(
      'Action',
      'Version',
      'RoleArn',
      'RoleSessionName',
      'DurationSeconds',
      'SAMLAssertion',
      'PrincipalArn',
      'Policy',
      'Tags.member.1.Key',
      'TransitiveTagKeys.member.1',
      'PolicyArns.member.99999.arn',
      'Session',
      'SigninToken',
      'Destination',
      'SAMLRequest',
      'WebIdentityToken',
      'EncodedMessage',
      'SerialNumber',
      'user_code',
      'subject',
      'claims',
      'request',
      'username',
    ),
    fc.string({ unit: 'binary' }),
  )
  const value = fc.oneof(
    fc.constantFrom(
      'AssumeRole',
      'AssumeRoleWithSAML',
      'AssumeRoleWithWebIdentity',
      'DecodeAuthorizationMessage',
      'GetFederationToken',
      '2011-06-15',
      'getSigninToken',
      'login',
      '{"sessionId":[]}',
      'null',
      roleArn('Saml'),
      `arn:aws:iam::444455556666:saml-provider/company`,
    ),
    fc.string({ unit: 'binary' }),
    fc.base64String(),
  )
  const pairs = fc.array(fc.tuple(name, value), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(
      pairs,
      fc.constantFrom(
        '/',
        '/iam',
        '/federation',
        '/console',
        '/oauth',
        '/oidc',
        '/oidc/token',
        '/device',
        '/token',
        '/x',
      ),
      async (list, path) => {
        const form = new URLSearchParams(
          [...list, ['Version', '2011-06-15']].map(pair => [...pair] as [string, string]),
        )
        const signed = path === '/' ? await post(form.toString()) : undefined
        const plain = await fetch(simulator.url + path, {
          method: 'POST',
          body: form,
          redirect: 'manual',
        })
        const idp = await fetch(`${simulator.idp.url}/${path === '/x' ? 'sso' : 'signin'}`, {
          method: 'POST',
          body: form,
          redirect: 'manual',
        })
        for (const status of [signed?.status ?? 200, plain.status, idp.status])
          expect(status).toBeLessThan(500)
        const text = await plain.text()
        if (plain.headers.get('content-type') === 'text/xml')
          expect(parseXml(text).root.local).toMatch(/Response$/)
        if (signed !== undefined) expect(parseXml(signed.body).root.local).toMatch(/Response$/)
        await idp.arrayBuffer()
      },
    ),
    { numRuns: 60 },
  )
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async bytes => {
      await raw(bytes)
    }),
    { numRuns: 30 },
  )
  expect((await post(identity)).status).toBe(200)
}, 60_000)

test('a body that comes after its refusal is read, and the connection goes on', async () => {
  const { hostname, port } = new URL(simulator.url)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.setEncoding('utf8').on('data', piece => {
    text += piece
  })
  const answers = () => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`the connection ended after ${answers()}`)))
    socket.write('PUT /bucket/key HTTP/1.1\r\nhost: s3\r\ncontent-length: 3000000\r\n\r\n')
    socket.once('data', () => {
      socket.write(Buffer.alloc(3_000_000))
      socket.write('GET /console HTTP/1.1\r\nhost: s3\r\n\r\n')
    })
    socket.on('data', () => {
      if (answers().length === 2) resolve()
    })
  }).finally(() => socket.destroy())
  expect(answers()).toEqual(['403', '403'])
})

test.each([10_000_001, 30_000_000])('a body of %i bytes gets 413 without a body', async size => {
  const [status, body] = await new Promise<[number | undefined, string]>((resolve, reject) => {
    const sent = request(simulator.stsEndpoint, { method: 'POST' }, async response => {
      const chunks = await response.toArray()
      resolve([response.statusCode, chunks.join('')])
    })
    sent.on('error', reject)
    sent.end(Buffer.alloc(size))
  })
  expect([status, body]).toEqual([413, ''])
})

/** Sends bytes as they are and waits for whatever comes until the other side closes. */
function raw(bytes: Uint8Array): Promise<void> {
  return new Promise(resolve => {
    const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1')
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
    socket.resume()
    socket.end(bytes)
  })
}
