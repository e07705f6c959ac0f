import { createServer, type RequestListener } from 'node:http'
import { httpSend } from '@rolecall/aws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { upstreamRoles } from './upstream.ts'

const rolesPath = '/latest/meta-data/iam/security-credentials/'
const start = new Date('2026-01-02T03:00:00Z')

const document = (keyId: string, expiration: string, more: object = {}) =>
  JSON.stringify({
    Code: 'Success',
    AccessKeyId: keyId,
    SecretAccessKey: 'the+secret',
    Token: 'the+token',
    Expiration: expiration,
    ...more,
  })

/** A proxy as it was, on a real socket: `answers` by path, text or status. */
async function proxyWith(answers: Record<string, string | number>) {
  const serve: RequestListener = (request, response) => {
    const answer = answers[request.url ?? ''] ?? ''
    if (answer === 0) request.socket.destroy()
    else if (typeof answer === 'number') response.writeHead(answer).end()
    else response.writeHead(200, { 'content-type': 'text/html' }).end(answer)
  }
  const server = createServer(serve)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

/** Polls step by step: `next` lets the pause pass and gives its length in seconds. */
async function polling(answers: Record<string, string | number>, random = 0.5) {
  let now = start
  const ending = new AbortController()
  const problems: string[] = []
  const pauses: number[] = []
  let wake: () => void = () => undefined
  let slept = Promise.withResolvers<void>()
  const upstream = upstreamRoles({
    origin: await proxyWith(answers),
    http: httpSend,
    now: () => now,
    random: () => random,
    signal: ending.signal,
    report: problem => problems.push(problem),
    sleep: milliseconds =>
      new Promise(resolve => {
        pauses.push(milliseconds / 1000)
        wake = () => {
          now = new Date(now.getTime() + milliseconds)
          resolve()
        }
        slept.resolve()
      }),
  })
  const next = async () => {
    await slept.promise
    slept = Promise.withResolvers()
    wake()
    await slept.promise
    return pauses.at(-1)
  }
  await slept.promise
  onTestFinished(async () => {
    ending.abort()
    wake()
    await upstream.ended
  })
  return { upstream, next, pauses, problems, names: () => upstream.roles.names() }
}

describe('the roles of a metadata proxy', () => {
  it('are fetched before they are asked for, and again within their life', async () => {
    const answers = {
      [rolesPath]: 'web\nbatch\n',
      [`${rolesPath}web`]: document('ASIAWEB', '2026-01-02T05:00:00Z'),
      [`${rolesPath}batch`]: document('ASIABATCH', '2026-01-02T04:00:00Z'),
    }
    const { upstream, pauses, next, names } = await polling(answers, 0.25)
    expect(names()).toEqual(['web', 'batch'])
    expect(await upstream.roles.find('batch')?.get()).toMatchObject({ accessKeyId: 'ASIABATCH' })
    expect(await upstream.first.get()).toMatchObject({ accessKeyId: 'ASIAWEB' })
    // 60 % of the hour of the one that ends first.
    expect(pauses).toEqual([3600 * 0.6])
    answers[`${rolesPath}batch`] = document('ASIANEXT', '2026-01-02T06:00:00Z')
    await next()
    expect(await upstream.roles.find('batch')?.get()).toMatchObject({ accessKeyId: 'ASIANEXT' })
  })

  it('are forgotten when the list has them no more', async () => {
    const answers: Record<string, string> = {
      [rolesPath]: 'web\nbatch',
      [`${rolesPath}web`]: document('ASIAWEB', '2026-01-02T04:00:00Z'),
      [`${rolesPath}batch`]: document('ASIABATCH', '2026-01-02T04:00:00Z'),
    }
    const { upstream, next, names } = await polling(answers)
    answers[rolesPath] = 'batch'
    await next()
    expect(names()).toEqual(['batch'])
    expect(upstream.roles.find('web')).toBeUndefined()
    expect(await upstream.first.get()).toMatchObject({ accessKeyId: 'ASIABATCH' })
    answers[rolesPath] = ''
    await next()
    await expect(upstream.first.get()).rejects.toMatchObject({ code: 'no_credentials' })
  })

  it('are asked for in 1.5^n s after a failure, at most 10, and stay meanwhile', async () => {
    const answers: Record<string, string | number> = {
      [rolesPath]: 'web',
      [`${rolesPath}web`]: document('ASIAWEB', '2026-01-02T04:00:00Z'),
    }
    const { next, names, problems } = await polling(answers)
    answers[rolesPath] = 500
    const waits = [await next(), await next(), await next()]
    answers[rolesPath] = 0
    for (let times = 0; times < 4; times++) waits.push(await next())
    expect(waits).toEqual([1.5, 2.25, 3.375, 5.0625, 7.59375, 10, 10])
    expect(names()).toEqual(['web'])
    expect(problems[0]).toContain('status 500')
    answers[rolesPath] = 'web'
    answers[`${rolesPath}web`] = document('ASIAWEB', '2126-01-02T04:00:00Z')
    expect(await next()).toBe(3600)
    answers[rolesPath] = 500
    expect(await next()).toBe(1.5)
  })

  it('are asked for in 3^n s while there are none, at most 300', async () => {
    const answers: Record<string, string | number> = { [rolesPath]: '' }
    const { next, pauses, problems } = await polling(answers)
    for (let times = 0; times < 6; times++) await next()
    expect(pauses).toEqual([3, 9, 27, 81, 243, 300, 300])
    expect(problems).toHaveLength(1)
    answers[rolesPath] = 500
    expect(await next()).toBe(1.5)
    answers[rolesPath] = 404
    expect(await next()).toBe(3)
  })

  it.each([
    ['expired', document('ASIA', '2026-01-02T03:00:00Z')],
    ['without an end', document('ASIA', '')],
    ['with an end that is no time', document('ASIA', 'tomorrow')],
    ['with an end without a zone', document('ASIA', '2026-01-02T04:00:00')],
    ['with an end after all years', document('ASIA', '9999-12-31T23:59:59-23:59')],
    ['a failure', document('ASIA', '2026-01-02T04:00:00Z', { Code: 'Failed' })],
    ['without a token', document('ASIA', '2026-01-02T04:00:00Z', { Token: undefined })],
    ['with a line in a key', document('ASIA\r\nX: y', '2026-01-02T04:00:00Z')],
    ['an empty text', ''],
    ['a page', '<html>the+secret</html>'],
    ['a number', '1'],
    ['too long', ' '.repeat(70_000)],
    ['an error', 500],
  ])('are none when they are %s, and no message has a secret', async (_, answer) => {
    const { upstream, names, problems } = await polling({
      [rolesPath]: 'web',
      [`${rolesPath}web`]: answer,
    })
    expect(names()).toEqual([])
    expect(upstream.roles.find('web')).toBeUndefined()
    expect(problems).toHaveLength(1)
    expect(problems.join()).not.toContain('the+secret')
  })

  it.each([
    ['a page instead of a list', '<html>\n<body>'],
    ['a path', '../../etc'],
    ['too many', Array.from({ length: 101 }, (_, at) => `role${at}`).join('\n')],
  ])('are none when the list is %s', async (_, list) => {
    const { names, pauses } = await polling({ [rolesPath]: list })
    expect(names()).toEqual([])
    expect(pauses).toEqual([1.5])
  })
})
