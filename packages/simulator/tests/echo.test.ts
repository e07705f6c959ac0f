import { createHash } from 'node:crypto'
import { presignUrl, signRequest, signStreamingRequest } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { hub } from './running.ts'
import { runS3, sendRaw, writerKeys } from './s3-client.ts'

const { simulator, send } = await runS3()
const { host } = new URL(simulator.url)

const sha256 = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex')
const service = 'execute-api'

test('it answers with what it saw and who signed', async () => {
  const answer = await send('POST', '/_echo/orders/7?b=2&a=1', {
    body: '{"x":1}',
    headers: { 'content-type': 'application/json' },
    signing: { service, region: 'eu-central-1' },
  })
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text)).toMatchObject({
    method: 'POST',
    path: '/_echo/orders/7',
    query: [
      { name: 'b', value: '2' },
      { name: 'a', value: '1' },
    ],
    signedHeaders: { host, 'content-type': 'application/json' },
    body: { bytes: 7, sha256: sha256('{"x":1}'), isSigned: true },
    signature: {
      algorithm: 'AWS4-HMAC-SHA256',
      form: 'header',
      service,
      region: 'eu-central-1',
      accessKeyId: writerKeys.accessKeyId,
    },
    caller: { arn: `arn:aws:iam::${hub}:user/writer`, account: hub },
  })
})

test.each(['lambda', 's3', 'es', 'bedrock'])('it takes what is signed for %s', async name => {
  const answer = await send('PUT', '/_echo/a%20b//c', { body: 'x', signing: { service: name } })
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text).signature.service).toBe(name)
})

test('an API in the name of the host', async () => {
  const signing = { service, region: 'us-west-2' }
  const api = 'abc123.execute-api.us-west-2.amazonaws.com'
  const answer = await send('GET', '/stage/pets', { host: api, signing })
  expect(JSON.parse(answer.text)).toMatchObject({
    path: '/stage/pets',
    signedHeaders: { host: api },
  })
})

test('a presigned URL, with its secrets masked', async () => {
  const url = presignUrl(
    { method: 'GET', url: `${simulator.url}/_echo/x` },
    {
      credentials: writerKeys,
      region: 'us-east-1',
      service,
      now: new Date(),
      expiresInSeconds: 60,
    },
  )
  const text = await (await fetch(url)).text()
  expect(JSON.parse(text).signature.form).toBe('query')
  expect(text).not.toContain(new URL(url).searchParams.get('X-Amz-Signature'))
})

test('bodies come in any form and size, and none of it is kept', async () => {
  const piece = Buffer.alloc(64 * 1024, 'x')
  const pieces = 512
  const decodedLength = piece.length * pieces
  const path = '/_echo/large'
  const { headers, encoder } = signStreamingRequest(
    { method: 'PUT', url: `http://${host}${path}`, decodedLength },
    { credentials: writerKeys, region: 'us-east-1', service: 's3', now: new Date() },
  )
  const hash = createHash('sha256')
  function* wire() {
    for (let index = 0; index < pieces; index++) {
      hash.update(piece)
      yield encoder.push(piece)
    }
    yield encoder.end()
  }
  const { 'content-length': _, ...sent } = headers
  const answer = await sendRaw(simulator, 'PUT', path, sent, wire())
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text).body).toEqual({
    bytes: decodedLength,
    sha256: hash.digest('hex'),
    isSigned: true,
    form: 'chunks',
  })
})

test('what is not signed rightly is refused as API Gateway does', async () => {
  const unsigned = await fetch(`${simulator.url}/_echo/`)
  expect(unsigned.status).toBe(403)
  expect(unsigned.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationToken')
  expect(await unsigned.json()).toEqual({ message: 'Request is missing Authentication Token' })
  const signing = { service, credentials: { ...writerKeys, secretAccessKey: 'x' } }
  const wrong = await send('GET', '/_echo/', { signing })
  expect(wrong).toMatchObject({
    status: 403,
    headers: { 'x-amzn-errortype': 'SignatureDoesNotMatch' },
  })
  const signed = signRequest(
    { method: 'POST', url: `http://${host}/_echo/`, body: 'mine' },
    { credentials: writerKeys, region: 'us-east-1', service, now: new Date() },
  )
  expect(await sendRaw(simulator, 'POST', '/_echo/', signed, ['theirs'])).toMatchObject({
    status: 403,
  })
})

test('a body of more than 10 MiB must be named by the head', async () => {
  const body = Buffer.alloc(10 * 1024 * 1024 + 1)
  const answer = await send('POST', '/_echo/', { body, signing: { service } })
  expect(answer.status).toBe(413)
  expect(answer.text).toContain('x-amz-content-sha256')
  const named = { service, contentSha256Header: true }
  expect(await send('POST', '/_echo/', { body, signing: named })).toMatchObject({ status: 200 })
})
