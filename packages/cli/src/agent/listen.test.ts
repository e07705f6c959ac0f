import { connect } from 'node:net'
import { containerEndpoint, type EndpointHandler, metadataEndpoint } from '@rolecall/aws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen } from './listen.ts'

const token = 'a-token-of-more-than-thirty-two-characters'
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'the+secret',
  sessionToken: 'the+session+token',
  expiration: new Date('2126-01-01T00:00:00Z'),
}
const source = { get: async () => credentials, describe: () => 'a source' }
const container = containerEndpoint({
  hosts: ['127.0.0.1', '::1', 'localhost'],
  roles: { only: { source, token } },
})

async function listening(handler: EndpointHandler = container, host = '127.0.0.1') {
  const listener = await listen({ host, port: 0 }, handler)
  onTestFinished(() => listener.close())
  const { port } = new URL(listener.origin)
  /** Sends bytes and gives all that comes back until the other side closes. */
  const send = (text: string, thenEnd = true) =>
    new Promise<string>((resolve, reject) => {
      let answer = ''
      const socket = connect({ port: Number(port), host }, () => {
        socket.write(text)
        if (thenEnd) socket.end()
      })
      socket.setEncoding('utf8').on('data', data => {
        answer += data
      })
      socket.on('close', () => resolve(answer))
      socket.on('error', error => (answer === '' ? reject(error) : resolve(answer)))
    })
  return { origin: listener.origin, send, close: listener.close }
}

const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`

describe('the listener of the agent', () => {
  it.each(['127.0.0.1', '::1'])('answers on %s', async host => {
    const { origin } = await listening(container, host)
    const answer = await fetch(`${origin}/credentials`, { headers: { authorization: token } })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ AccessKeyId: 'ASIAEXAMPLE' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('answers HEAD with the length and no body', async () => {
    const { send } = await listening()
    const answer = await send(
      head(
        'HEAD /credentials HTTP/1.1',
        'Host: 127.0.0.1',
        `Authorization: ${token}`,
        'Connection: close',
      ),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).toMatch(/content-length: [1-9]/)
    expect(answer).not.toContain('ASIAEXAMPLE')
  })

  it.each([
    ['a page that was led here', ['Host: attacker.example', `Authorization: ${token}`], 403],
    ['two hosts', ['Host: 127.0.0.1', 'Host: attacker.example', `Authorization: ${token}`], 403],
    ['two tokens', ['Host: localhost', 'Authorization: no', `Authorization: ${token}`], 401],
    [
      'a token folded over lines',
      ['Host: localhost', `Authorization: ${token.slice(0, 9)}`, ` ${token.slice(9)}`],
      400,
    ],
    ['no host', [`Authorization: ${token}`], 400],
  ])('refuses %s', async (_, lines, status) => {
    const { send } = await listening()
    const answer = await send(head('GET /credentials HTTP/1.1', ...lines, 'Connection: close'))
    expect(answer).toContain(`HTTP/1.1 ${status} `)
    expect(answer).not.toContain('the+secret')
  })

  it('refuses headers without end', async () => {
    const { send } = await listening()
    const long = `X-Filler: ${'x'.repeat(20_000)}`
    const answer = await send(head('GET /credentials HTTP/1.1', 'Host: localhost', long))
    expect(answer).toContain('HTTP/1.1 431 ')
  })

  it('reads no body: what follows one is no second request', async () => {
    const { send } = await listening()
    const inner = head('GET /credentials HTTP/1.1', 'Host: localhost', `Authorization: ${token}`)
    const lengths = [`Content-Length: ${inner.length}`, 'Transfer-Encoding: chunked']
    for (const length of lengths) {
      const answer = await send(
        `${head('GET /credentials HTTP/1.1', 'Host: attacker.example', length)}${inner}`,
      )
      expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
      expect(answer).not.toContain('the+secret')
    }
  })

  it('ends a connection that sends its head too slowly', async () => {
    const { send } = await listening()
    const started = Date.now()
    expect(await send('GET /credentials HTTP/1.1\r\nHost: local', false)).toContain(' 408 ')
    expect(Date.now() - started).toBeLessThan(10_000)
  })

  it('gives no IMDS token to what a proxy passes on', async () => {
    const imds = metadataEndpoint({
      hosts: ['127.0.0.1'],
      roles: { names: () => ['only'], find: () => source },
    })
    const { send } = await listening(imds)
    const put = [
      'PUT /latest/api/token HTTP/1.1',
      'Host: 127.0.0.1',
      'X-aws-ec2-metadata-token-ttl-seconds: 60',
      'Connection: close',
    ]
    expect(await send(head(...put))).toContain('HTTP/1.1 200 ')
    expect(await send(head(...put, 'X-Forwarded-For: '))).toContain('HTTP/1.1 403 ')
  })

  it('closes a connection whose handler fails, and says nothing', async () => {
    const { send } = await listening(() => Promise.reject(new Error('the+secret')))
    await expect(send(head('GET / HTTP/1.1', 'Host: localhost'))).resolves.toBe('')
  })

  it('says what is wrong with an address', async () => {
    const { origin } = await listening()
    const taken = listen({ host: '127.0.0.1', port: Number(new URL(origin).port) }, container)
    await expect(taken).rejects.toMatchObject({ reason: 'listen', hint: expect.any(String) })
    const foreign = listen({ host: '203.0.113.9', port: 0 }, container)
    await expect(foreign).rejects.toThrow('EADDRNOTAVAIL')
  })

  it('ends within two seconds, whatever hangs', async () => {
    const { send, close } = await listening(() => new Promise(() => undefined))
    const hanging = send(head('GET / HTTP/1.1', 'Host: localhost'), false)
    await new Promise(resolve => setTimeout(resolve, 100))
    const started = Date.now()
    await close()
    expect(Date.now() - started).toBeLessThan(3_000)
    await hanging
  })
})
