import { get } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type LoopbackOptions, listenOnLoopback } from './listen-on-loopback.ts'

const thanks = { title: 'You are signed in', text: 'You may close this <window>.' }

async function listening(options: Partial<LoopbackOptions<string>> = {}) {
  const loopback = await listenOnLoopback<string>({
    path: '/callback',
    timeoutMs: 20_000,
    accept: query =>
      query.get('state') === 'right' ? { value: query.get('code') ?? '', page: thanks } : undefined,
    ...options,
  })
  onTestFinished(() => loopback.close())
  return loopback
}

function answerTo(url: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const request = get(url, { headers, agent: false }, response => {
        let body = ''
        response.setEncoding('utf8').on('data', (data: string) => {
          body += data
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        )
      })
      request.on('error', reject)
    },
  )
}

test('takes the one request that is waited for, answers with a page, and ends', async () => {
  const { url, arrival } = await listening()
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  const answer = await answerTo(`${url}?state=right&code=abc`, { 'sec-fetch-dest': 'document' })
  expect(answer.status).toBe(200)
  expect(answer.body).toContain('You may close this &#60;window&#62;.')
  expect(answer.body).not.toContain('<script')
  expect(answer.headers['referrer-policy']).toBe('no-referrer')
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
  expect(await arrival).toBe('abc')
  await expect(answerTo(`${url}?state=right&code=second`)).rejects.toThrow()
})

test('goes on waiting after requests that are not the right one', async () => {
  const { url, arrival } = await listening()
  const { port } = new URL(url)
  const right = `${url}?state=right&code=abc`
  expect((await answerTo(`${url}?state=wrong&code=evil`)).status).toBe(400)
  expect((await answerTo(right, { host: `attacker.example:${port}` })).status).toBe(403)
  expect((await answerTo(right, { 'sec-fetch-dest': 'image' })).status).toBe(403)
  expect((await answerTo(`http://127.0.0.1:${port}/favicon.ico`)).status).toBe(404)
  expect(await posted(Number(port))).toContain('HTTP/1.1 405 ')
  await answerTo(right)
  expect(await arrival).toBe('abc')
})

function posted(port: number): Promise<string> {
  return new Promise(resolve => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `POST /callback?state=right HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0\r\n\r\n`,
      )
    })
    socket.on('data', data => {
      answer += String(data)
    })
    socket.on('close', () => resolve(answer))
  })
}

test('sends the browser on to an address that stands in no page', async () => {
  const secret = 'https://signin.aws.amazon.com/federation?SigninToken=secret'
  const { url, arrival } = await listening({ accept: () => ({ value: '', location: secret }) })
  const answer = await answerTo(url)
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe(secret)
  expect(answer.headers['referrer-policy']).toBe('no-referrer')
  expect(answer.body).toBe('')
  await arrival
})

test('ends when nobody comes, when it is closed, and when it is flooded', async () => {
  const { arrival: late } = await listening({ timeoutMs: 20 })
  await expect(late).rejects.toMatchObject({ reason: 'cannotAsk' })
  const closed = await listening()
  closed.close()
  await expect(closed.arrival).rejects.toMatchObject({ reason: 'interrupted' })
  const { url, arrival: flooded } = await listening()
  for (let count = 0; count < 50; count++) await answerTo(`${url}?state=wrong`)
  await expect(flooded).rejects.toMatchObject({ reason: 'cannotAsk' })
})
