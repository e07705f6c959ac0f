import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { httpSend } from '@rolecall/aws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWebSession, readPage } from './index.ts'

type Answer = (
  request: { readonly message: IncomingMessage; readonly body: string },
  response: ServerResponse,
) => void

/** A site of its own on a free port of 127.0.0.1. */
async function site(answer: Answer): Promise<string> {
  const server = createServer((message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => answer({ message, body: Buffer.concat(chunks).toString() }, response))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const echo: Answer = ({ message, body }, response) => {
  const { 'x-token': token, cookie, 'content-type': type } = message.headers
  response.end(
    JSON.stringify({ method: message.method, url: message.url, body, token, cookie, type }),
  )
}

describe('a web session', () => {
  it('keeps several cookies of one answer, one with a comma in its date, and sends them back', async () => {
    const url = await site(({ message }, response) => {
      response.setHeader('set-cookie', [
        'a=1; Path=/; Expires=Wed, 09 Jun 2100 10:18:14 GMT; HttpOnly',
        'b=2; Path=/',
      ])
      response.end(message.headers.cookie ?? '')
    })
    const session = createWebSession(httpSend)
    await session.get(url)
    expect((await session.get(url)).body).toBe('a=1; b=2')
    const later = createWebSession(httpSend, { cookies: session.cookies.serialize() })
    expect((await later.get(url)).body).toBe('a=1; b=2')
    expect(later.cookies.value(url, 'b')).toBe('2')
    expect(
      createWebSession(httpSend, { cookies: '{broken' }).cookies.value(url, 'b'),
    ).toBeUndefined()
  })

  it('turns a POST that is redirected into a GET, and repeats it for 307 on the same host', async () => {
    const url = await site((request, response) => {
      const [, status] = /^\/(\d+)$/.exec(request.message.url ?? '') ?? []
      if (status === undefined) return echo(request, response)
      response.writeHead(Number(status), { location: '/next#part' }).end()
    })
    const session = createWebSession(httpSend)
    const fields = [['password', 'a b&c']] as const
    expect(JSON.parse((await session.postForm(`${url}/303`, fields)).body)).toEqual({
      method: 'GET',
      url: '/next',
      body: '',
    })
    expect(JSON.parse((await session.postForm(`${url}/307`, fields)).body)).toMatchObject({
      method: 'POST',
      body: 'password=a+b%26c',
    })
    const first = await session.get(`${url}/302`, { redirects: 'none' })
    expect([first.status, first.location]).toEqual([302, `${url}/next`])
  })

  it('goes to another host only when told, without the headers and the body for the first', async () => {
    const other = await site(echo)
    const url = await site(({ message }, response) => {
      const status = message.url === '/again' ? 307 : 302
      response.writeHead(status, { location: `${other}/there` }).end()
    })
    const options = { headers: { 'x-token': 'for-the-first' } }
    const homely = await createWebSession(httpSend).get(url, options)
    expect([homely.status, homely.location, homely.body]).toEqual([302, `${other}/there`, ''])
    const session = createWebSession(httpSend, { mayVisit: ({ host }) => other.endsWith(host) })
    const there = await session.get(url, options)
    expect(there.url).toBe(`${other}/there`)
    expect(JSON.parse(there.body)).not.toHaveProperty('token')
    const kept = await session.postForm(`${url}/again`, [['password', 'p']])
    expect([kept.status, kept.location]).toEqual([307, `${other}/there`])
  })

  it('follows no redirect to plain HTTP, calls no plain HTTP, and ends a circle', async () => {
    const url = await site(({ message }, response) => {
      const location = message.url === '/open' ? 'http://example.com/' : '/round'
      response.writeHead(302, { location }).end()
    })
    const session = createWebSession(httpSend, { mayVisit: () => true })
    await expect(session.get(`${url}/open`)).rejects.toMatchObject({ reason: 'provider' })
    await expect(session.get('http://example.com/')).rejects.toMatchObject({
      reason: 'configuration',
      message: expect.stringContaining('example.com would be called over plain HTTP'),
    })
    await expect(session.get('file:///etc/passwd')).rejects.toMatchObject({
      reason: 'configuration',
    })
    await expect(session.get(`${url}/round`)).rejects.toMatchObject({
      reason: 'provider',
      message: expect.stringContaining('redirects'),
    })
  })

  it('says which host failed, and nothing of what was sent', async () => {
    const url = await site(({ message }) => message.socket.destroy())
    const sent = createWebSession(httpSend).postJson(`${url}/login?t=hidden-1`, { p: 'hidden-2' })
    await expect(sent).rejects.toMatchObject({ reason: 'network' })
    await expect(sent).rejects.not.toThrow(/hidden/)
    const long = await site((_, response) => response.end('x'.repeat(5 * 1024 * 1024)))
    await expect(createWebSession(httpSend).get(long)).rejects.toMatchObject({ reason: 'provider' })
  })

  it('submits a form of a page with what is hidden in it', async () => {
    const url = await site((request, response) => {
      if (request.message.url !== '/') return echo(request, response)
      response.end(`<form method=post action="go?x=1"><input type=hidden name=token value="t&amp;1">
        <input name=user><input type=password name=password><input type=checkbox name=stay value=yes>
        <button name=act value=in></form><form action=find><input name=q></form>`)
    })
    const session = createWebSession(httpSend)
    const page = await session.get(`${url}/`)
    const [login, find] = readPage(page.body, page.url).forms
    if (login === undefined || find === undefined) throw new Error('there should be two forms')
    const answer = await session.submit(login, { user: 'ann', password: 'p' })
    expect(JSON.parse(answer.body)).toMatchObject({
      url: '/go?x=1',
      body: 'token=t%261&user=ann&password=p',
      type: 'application/x-www-form-urlencoded',
    })
    expect(JSON.parse((await session.submit(find, { q: 'a b' })).body).url).toBe('/find?q=a+b')
  })
})
