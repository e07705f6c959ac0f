import type { LookupAddress } from 'node:dns'
import { createServer } from 'node:http'
import type { LookupFunction } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { guardedSend } from './guarded-send.ts'

/** A web server on loopback that counts what reaches it. */
async function listen(status = 200, headers: Record<string, string> = {}) {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    response.writeHead(status, headers).end('hello')
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, seen }
}

/** A resolver that says this, in the form that is asked for, and counts. */
function resolver(...answers: string[][]) {
  const asked: string[] = []
  const lookup: LookupFunction = (hostname, options, callback) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(hostname)
    const found: LookupAddress[] = addresses.map(address => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }))
    if (options.all === true) callback(null, found)
    else callback(null, found[0]?.address ?? '', found[0]?.family)
  }
  return { lookup, asked }
}

const get = (url: string) => ({ method: 'GET', url, headers: {} })
const refused = { code: 'outgoing-refused' }

test('loopback is called when the file names it, and not otherwise', async () => {
  const { port, seen } = await listen()
  const url = `http://127.0.0.1:${port}/`
  await expect(guardedSend(undefined, { fileHosts: [] })(get(url))).rejects.toMatchObject(refused)
  expect(seen).toEqual([])
  const answer = await guardedSend(undefined, { fileHosts: ['127.0.0.1'] })(get(url))
  expect(answer).toMatchObject({ status: 200, body: 'hello' })
  const named = guardedSend(undefined, { fileHosts: ['localhost'] })
  expect(await named(get(`http://localhost:${port}/`))).toMatchObject({ status: 200 })
})

test('a redirect is not followed', async () => {
  const { port, seen } = await listen(302, { location: 'http://169.254.169.254/latest' })
  const send = guardedSend(undefined, { fileHosts: ['127.0.0.1'] })
  expect(await send(get(`http://127.0.0.1:${port}/a`))).toMatchObject({ status: 302 })
  expect(seen).toEqual(['/a'])
})

test.each([
  'https://169.254.169.254/',
  'https://[fe80::1]/',
  'https://[::ffff:169.254.169.254]/',
  'https://2852039166/',
  'https://0xa9fea9fe/',
  'https://[fd00:ec2::254]/',
  'https://metadata.google.internal/',
  'https://METADATA.google.internal./',
  'https://0.0.0.0/',
])('%s is refused even when the file names it', async url => {
  const send = guardedSend(undefined, { fileHosts: [new URL(url).hostname] })
  await expect(send(get(url))).rejects.toMatchObject(refused)
})

test.each(['http://example.com/', 'http://10.0.0.1/', 'ftp://127.0.0.1/'])(
  '%s is refused: it is in the clear',
  async url => {
    const send = guardedSend(undefined, { fileHosts: [new URL(url).hostname] })
    await expect(send(get(url))).rejects.toMatchObject(refused)
  },
)

test.each([
  ['loopback', '127.0.0.1', ['siem.example.com']],
  ['loopback over IPv6', '::1', ['siem.example.com']],
  ['a metadata service', '169.254.169.254', ['siem.example.com']],
  ['a private network that nobody named', '10.0.0.1', ['other.example.com']],
])('a name that leads to %s is refused while connecting', async (_what, address, fileHosts) => {
  const { lookup, asked } = resolver([address])
  const send = guardedSend(undefined, { fileHosts }, { lookup })
  await expect(send(get('https://siem.example.com/'))).rejects.toMatchObject(refused)
  expect(asked).toEqual(['siem.example.com'])
})

test('one forbidden address among good ones forbids the name', async () => {
  const { lookup } = resolver(['8.8.8.8', '169.254.169.254'])
  const send = guardedSend(undefined, { fileHosts: ['siem.example.com'] }, { lookup })
  await expect(send(get('https://siem.example.com/'))).rejects.toMatchObject(refused)
})

test('a name that answers otherwise the second time gains nothing: each answer is checked and used', async () => {
  const { port, seen } = await listen()
  // `localhost` as the file names it: the first answer is right, the second is rebound.
  const { lookup, asked } = resolver(['127.0.0.1'], ['169.254.169.254'])
  const send = guardedSend(undefined, { fileHosts: ['app.localhost'] }, { lookup })
  const url = `http://app.localhost:${port}/`
  expect(await send(get(url))).toMatchObject({ status: 200 })
  // One question for one connection: what was checked is what was connected to.
  expect(asked).toHaveLength(1)
  const again = guardedSend(undefined, { fileHosts: ['app.localhost'] }, { lookup })
  await expect(again(get(url))).rejects.toMatchObject(refused)
  expect([asked.length, seen.length]).toEqual([2, 1])
})

test('the deadline and the bound of the answer hold whatever the caller asks for', async () => {
  const asked: object[] = []
  const send = guardedSend(
    async request => {
      asked.push({ timeoutMs: request.timeoutMs, maxBytes: request.maxBytes })
      return { status: 200, headers: {}, body: '' }
    },
    { fileHosts: [] },
  )
  await send(get('https://example.com/'))
  await send({ ...get('https://example.com/'), timeoutMs: 1e9, maxBytes: 1e12 })
  await send({ ...get('https://example.com/'), timeoutMs: 5, maxBytes: 6 })
  const most = { timeoutMs: 30_000, maxBytes: 16 * 1024 * 1024 }
  expect(asked).toEqual([most, most, { timeoutMs: 5, maxBytes: 6 }])
})
