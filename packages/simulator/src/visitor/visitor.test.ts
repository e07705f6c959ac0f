import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { createVisitor } from './visitor.ts'

const running: (() => void)[] = []
afterEach(() => {
  for (const stop of running.splice(0)) stop()
})

/** A server on a port of its own; its origin. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  running.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

/** Answers with what was asked. */
const echo: RequestListener = async (request, response) => {
  response.end(JSON.stringify(await asked(request)))
}
const asked = async (request: IncomingMessage) => ({
  method: request.method,
  path: request.url,
  cookie: request.headers.cookie,
  origin: request.headers.origin,
  type: request.headers['content-type']?.split(';')[0],
  body: await text(request),
})

const redirectTo =
  (location: string, status = 302): RequestListener =>
  (_, response) => {
    response.writeHead(status, { location }).end()
  }

test('cookies go back to the origin that set them, at every path, until it deletes them', async () => {
  const site = await serve((request, response) => {
    if (request.url === '/set') {
      response.setHeader('set-cookie', ['a=1==; Path=/deep; HttpOnly', 'b=2; Max-Age=60', '=x'])
    }
    if (request.url === '/delete') {
      response.setHeader('set-cookie', [
        'a=; max-age=0',
        'b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
        'c=3; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      ])
    }
    echo(request, response)
  })
  const other = await serve(echo)
  const visitor = createVisitor()
  const cookieAt = async (url: string) => JSON.parse((await visitor.get(url)).body).cookie
  await visitor.get(`${site}/set`)
  expect(await cookieAt(`${site}/elsewhere`)).toBe('a=1==; b=2')
  expect(await cookieAt(other)).toBeUndefined()
  visitor.cookies(other).set('planted', 'x')
  expect(await cookieAt(other)).toBe('planted=x')
  await visitor.get(`${site}/delete`)
  expect([...visitor.cookies(`${site}/any`)]).toEqual([['c', '3']])
  expect(createVisitor().cookies(site).size).toBe(0)
})

test('a cookie is over by the clock that is given', async () => {
  const site = await serve((_, response) => {
    response.setHeader('set-cookie', 'a=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT').end()
  })
  const visitor = createVisitor({ now: () => new Date('2019-12-31T23:59:59Z') })
  await visitor.get(site)
  expect(visitor.cookies(site).get('a')).toBe('1')
})

test('redirects are followed with GET and the cookies of each origin, or shown', async () => {
  const target = await serve(echo)
  const site = await serve((request, response) => {
    response.setHeader('set-cookie', 'a=1')
    redirectTo(`${target}/end`, 303)(request, response)
  })
  const visitor = createVisitor()
  visitor.cookies(target).set('b', '2')
  const end = await visitor.post(`${site}/x`, { secret: 's' }, { origin: site })
  expect([end.url, end.location]).toEqual([`${target}/end`, undefined])
  expect(JSON.parse(end.body)).toEqual({ method: 'GET', path: '/end', cookie: 'b=2', body: '' })
  expect(visitor.cookies(site).get('a')).toBe('1')

  const shown = await visitor.get(site, { follow: false })
  expect([shown.status, shown.url, shown.location]).toEqual([303, site, `${target}/end`])
  const still = createVisitor({ follow: false })
  expect((await still.get(site)).status).toBe(303)
  expect((await still.get(site, { follow: true })).status).toBe(200)
})

test.each([307, 308])('%i repeats a post', async status => {
  const site = await serve((request, response) =>
    request.url === '/'
      ? redirectTo('/again?x', status)(request, response)
      : echo(request, response),
  )
  const visitor = createVisitor()
  expect(JSON.parse((await visitor.post(site, { a: 'ä&' })).body)).toMatchObject({
    ...{ method: 'POST', path: '/again?x', body: 'a=%C3%A4%26' },
    type: 'application/x-www-form-urlencoded',
  })
  expect(JSON.parse((await visitor.postJson(site, { a: 1 })).body)).toMatchObject({
    ...{ method: 'POST', body: '{"a":1}', type: 'application/json' },
  })
})

test('a location that is no redirect stays where it is', async () => {
  const site = await serve(redirectTo('/made', 201))
  expect(await createVisitor().get(site)).toMatchObject({ status: 201, location: undefined })
})

test('a post says where it comes from if told, JSON comes from the origin itself', async () => {
  const site = await serve(echo)
  const visitor = createVisitor()
  const origins = [
    await visitor.post(site, {}),
    await visitor.post(site, {}, { origin: 'https://idp.example' }),
    await visitor.postJson(`${site}/api`, {}),
    await visitor.postJson(site, {}, { headers: { origin: 'null' } }),
  ]
  expect(origins.map(page => JSON.parse(page.body).origin)).toEqual([
    undefined,
    'https://idp.example',
    site,
    'null',
  ])
})

test('a visit is bounded in redirects, time and length', async () => {
  let hops = 0
  const loop = await serve((request, response) => {
    hops += 1
    redirectTo('/')(request, response)
  })
  const failure = (reason: string) =>
    expect.objectContaining({ code: 'visit_failed', message: expect.stringContaining(reason) })
  await expect(createVisitor({ maxRedirects: 3 }).get(loop)).rejects.toThrow(
    failure(`No page from ${loop}/: there are more than 3 redirects`),
  )
  expect(hops).toBe(4)

  const silent = await serve((_, response) => {
    response.write('begun')
  })
  await expect(createVisitor({ timeoutMs: 100 }).get(silent)).rejects.toThrow(failure('timeout'))

  const long = await serve((_, response) => {
    response.end('x'.repeat(1001))
  })
  expect((await createVisitor({ maxBodyBytes: 1001 }).get(long)).body).toHaveLength(1001)
  await expect(createVisitor({ maxBodyBytes: 1000 }).get(long)).rejects.toThrow(
    failure('the page is longer than 1000 bytes'),
  )
})

test('no page when nobody listens or the address is none', async () => {
  const left = await serve(echo)
  for (const stop of running.splice(0)) stop()
  const visitor = createVisitor()
  for (const [url, reason] of [
    [left, /ECONNREFUSED/],
    ['nowhere', /Invalid URL/],
  ] as const) {
    for (const visit of [
      () => visitor.get(url),
      () => visitor.post(url, {}),
      () => visitor.postJson(url, {}),
    ]) {
      await expect(visit()).rejects.toMatchObject({
        code: 'visit_failed',
        message: expect.stringMatching(reason),
      })
    }
  }
})
