import { signRequest } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { bearer, send, startGateway, startUpstream } from './support.ts'

test('a token in, a signature out: the host in the path tells service and region', async () => {
  const upstream = await startUpstream()
  const { url, events } = await startGateway(upstream)
  const path = '/sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15'
  const answer = await send(url, path, { headers: bearer })
  expect(answer).toMatchObject({
    status: 200,
    text: 'GET /?Action=GetCallerIdentity&Version=2011-06-15 0',
  })
  expect(upstream.seen).toMatchObject([{ service: 'sts', region: 'eu-central-1' }])
  expect(events).toMatchObject([
    { type: 'delivery.request', result: 'success', principal: 'gateway:build' },
    {
      type: 'delivery.answer',
      accessKeyId: 'ASIAGATEWAY',
      requestId: 'aws-request-1',
      detail: { status: '200' },
    },
  ])
  expect(JSON.stringify(events)).not.toContain('MARKER')
})

test('what an SDK signed with the keys of its caller is verified and signed anew', async () => {
  const upstream = await startUpstream()
  const { url } = await startGateway(upstream)
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const headers = signRequest(
    {
      method: 'POST',
      url: `${url}/`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    },
    {
      credentials: { accessKeyId: 'RGWBUILD', secretAccessKey: 'build-secret-MARKER' },
      region: 'eu-central-1',
      service: 'sts',
      now: new Date(),
    },
  )
  const answer = await send(url, '/', { method: 'POST', headers, body })
  expect(answer).toMatchObject({ status: 200, text: `POST / ${body.length}` })
})
