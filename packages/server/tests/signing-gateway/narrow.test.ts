/** What a signature or a rule does not see must not change where a request goes. */
import { presignUrl, signRequest } from '@rolecall/aws'
import { expect, test } from 'vitest'
import type { GatewayRoute } from '../../src/delivery/signing-gateway/index.ts'
import { bearer, caller, send, startGateway, startUpstream } from './support.ts'

const s3 = '/s3.eu-central-1.amazonaws.com'
const credentials = { accessKeyId: 'RGWBUILD', secretAccessKey: 'build-secret-MARKER' }
const signing = { credentials, region: 'eu-central-1', service: 's3' }
const sign = (url: string, headers: Record<string, string> = {}) =>
  signRequest({ method: 'GET', url, headers }, { ...signing, now: new Date() })

test('a header that chooses the route must be in the signature', async () => {
  const upstream = await startUpstream()
  const route: GatewayRoute = {
    name: 'production',
    host: undefined,
    path: undefined,
    header: { name: 'x-stage', value: 'production' },
    service: 's3',
    region: 'eu-central-1',
    upstream: `${upstream.url}/production`,
    roleArn: undefined,
  }
  const { url } = await startGateway(upstream, { routes: [route] })
  const shared = new URL(
    presignUrl(
      { method: 'GET', url: `${url}/b/k` },
      { ...signing, now: new Date(), expiresInSeconds: 60 },
    ),
  )
  const stage = { 'x-stage': 'production' }
  const added = await send(url, shared.pathname + shared.search, { headers: stage })
  expect(added).toMatchObject({ status: 403, text: expect.stringContaining('x-stage') })
  const host = new URL(url).host
  const beside = await send(url, '/b/k', { headers: { ...sign(`${url}/b/k`), host, ...stage } })
  expect(beside.status).toBe(403)
  expect(upstream.seen).toEqual([])
  const signed = await send(url, '/b/k', { headers: { ...sign(`${url}/b/k`, stage), host } })
  expect(signed.status).toBe(200)
  const byToken = await send(url, '/b/k', { headers: { ...bearer, ...stage } })
  expect(byToken.status).toBe(200)
  expect(upstream.seen.map(one => one.url)).toEqual(['/production/b/k', '/production/b/k'])
})

test.each([
  'x-amz-copy-source=/b/secret',
  'X-Amz-Copy-Source=%2Fb%2Fsecret',
  'x%2Damz-copy-source=/b/secret',
  'a=b&x-amz-rename-source=/b/secret',
])('what is copied stands in a header and not in the query: %s', async query => {
  const upstream = await startUpstream()
  const limited = caller({
    allow: [{ services: ['s3'], regions: ['*'], methods: ['PUT'], paths: ['/b/public/*'] }],
  })
  const { url } = await startGateway(upstream, { callers: [limited] })
  const answer = await send(url, `${s3}/b/public/k?${query}`, { method: 'PUT', headers: bearer })
  expect(answer.status).toBe(400)
  expect(upstream.seen).toEqual([])
})

test('a rename takes away what it reads, and is named once', async () => {
  const upstream = await startUpstream()
  const rule = { services: ['s3'], regions: ['*'], methods: ['PUT', 'GET'], paths: ['/b/public/*'] }
  const put = async (allow: readonly (typeof rule)[], source: string | string[]) => {
    const { url } = await startGateway(upstream, { callers: [caller({ allow })] })
    const headers = { ...bearer, 'x-amz-rename-source': source }
    return (await send(url, `${s3}/b/public/k`, { method: 'PUT', headers })).status
  }
  expect(await put([rule], '/b/public/a')).toBe(403)
  expect(await put([rule], ['/b/secret', ''])).toBe(400)
  expect(upstream.seen).toEqual([])
  expect(await put([{ ...rule, methods: ['PUT', 'DELETE'] }], '/b/public/a')).toBe(200)
})

test('a rule for the paths of buckets is none for S3 Control', async () => {
  const upstream = await startUpstream()
  const ask = async (paths: string[] | undefined) => {
    const allow = [{ services: ['s3'], regions: ['*'], methods: ['GET'], paths }]
    const { url } = await startGateway(upstream, { callers: [caller({ allow })] })
    const control = '/123456789012.s3-control.eu-central-1.amazonaws.com'
    const path = `${control}/v20180820/accessgrantsinstance/dataaccess`
    return (await send(url, path, { headers: bearer })).status
  }
  expect(await ask(['/v20180820/**'])).toBe(403)
  expect(await ask(undefined)).toBe(200)
})

test('a signature in a header, and parts of one in the query', async () => {
  const upstream = await startUpstream()
  const { url } = await startGateway(upstream)
  const path = '/b/k?X-Amz-Security-Token=injected'
  const headers = { ...sign(`${url}${path}`), host: new URL(url).host }
  expect((await send(url, path, { headers })).status).toBe(400)
  expect(upstream.seen).toEqual([])
})

test('chunks (aws-chunked) that nobody would take off are refused', async () => {
  const upstream = await startUpstream()
  const { url } = await startGateway(upstream)
  const answer = await send(url, `${s3}/b/k`, {
    method: 'PUT',
    headers: { ...bearer, 'content-encoding': 'gzip, aws-chunked' },
    body: '3\r\nabc\r\n0\r\n\r\n',
  })
  expect(answer).toMatchObject({ status: 501, text: expect.stringContaining('aws-chunked') })
  expect(upstream.seen).toEqual([])
})
