import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { containerCredentials, type HttpRequest } from '../src/index.ts'
import { folderWith } from './files.ts'
import { listen } from './listen.ts'

const answer = {
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 's3cret',
  Token: 'token',
  Expiration: '2126-01-01T00:00:00Z',
  AccountId: '123456789012',
  RoleArn: 'arn:aws:iam::123456789012:role/task',
}
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 's3cret',
  sessionToken: 'token',
  expiration: new Date('2126-01-01T00:00:00Z'),
  accountId: '123456789012',
}
const retry = { delayMs: () => 1 }
const [full, relative] = [
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
]
const [token, tokenFile] = [
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
]

async function endpoint(...statuses: readonly number[]) {
  const asked: (string | undefined)[] = []
  const url = await listen(({ message }, response) => {
    response.statusCode = statuses[asked.length] ?? 200
    asked.push(message.headers.authorization)
    const refusal = { Code: 'Denied', Message: `not with ${message.headers.authorization}` }
    response.end(JSON.stringify(response.statusCode === 200 ? answer : refusal))
  })
  return { url: `${url}/v1/credentials?a=b`, asked }
}

describe('containerCredentials', () => {
  it('asks the full address, with the token', async () => {
    const { url, asked } = await endpoint()
    const source = containerCredentials({ env: { [full]: url, [token]: 'Bearer x' } })
    expect(await source.get()).toEqual(credentials)
    await containerCredentials({ env: { [full]: url } }).get()
    expect(asked).toEqual(['Bearer x', undefined])
    expect(source.describe()).toBe('container credentials endpoint')
  })

  it('reads the token file at each call; it goes before the token', async () => {
    const { url, asked } = await endpoint()
    const folder = await folderWith({ token: 'first' })
    const file = join(folder, 'token')
    const source = containerCredentials({ env: { [full]: url, [token]: 'no', [tokenFile]: file } })
    await source.get()
    await writeFile(file, 'second')
    await source.get()
    expect(asked).toEqual(['first', 'second'])
    await writeFile(file, 'third\n')
    await expect(source.get()).rejects.toMatchObject({
      code: 'bad_token',
      message: expect.not.stringContaining('third'),
    })
    await writeFile(file, '')
    await expect(source.get()).rejects.toMatchObject({ code: 'bad_token' })
    const without = containerCredentials({ env: { [full]: url, [tokenFile]: join(folder, 'no') } })
    await expect(without.get()).rejects.toThrow(/there is no such file/)
    const smuggling = containerCredentials({ env: { [full]: url, [token]: 'a\r\nx: y' } })
    await expect(smuggling.get()).rejects.toMatchObject({ code: 'bad_token' })
    expect(asked).toHaveLength(2)
  })

  it('takes the relative address before the full one, at the agent of ECS', async () => {
    const asked: HttpRequest[] = []
    const http = async (request: HttpRequest) => {
      asked.push(request)
      return { status: 200, headers: {}, body: JSON.stringify(answer) }
    }
    const env = { [relative]: '/v2/credentials/id', [full]: 'https://example.com/' }
    await containerCredentials({ env, http }).get()
    expect(asked[0]?.url).toBe('http://169.254.170.2/v2/credentials/id')
  })

  it.each<[string, string, boolean]>([
    [full, 'http://localhost/a', true],
    [full, 'http://127.0.0.1:8080/a', true],
    [full, 'http://127.255.1.9/a', true],
    [full, 'http://[::1]:80/a', true],
    [full, 'http://[0:0:0:0:0:0:0:1]/a', true],
    [full, 'http://169.254.170.2/a', true],
    [full, 'http://169.254.170.23/v1/credentials', true],
    [full, 'http://[fd00:ec2::23]/v1/credentials', true],
    [full, 'https://credentials.example.com/a', true],
    [full, 'http://credentials.example.com/a', false],
    [full, 'http://127.0.0.1.example.com/a', false],
    [full, 'http://127.0.0.256/a', false],
    [full, 'http://127.0.0.08/a', false],
    [full, 'http://127.1/a', false],
    [full, 'http://localhost.example.com/a', false],
    [full, 'http://169.254.169.254/a', false],
    [full, 'http://[::ffff:10.0.0.1]/a', false],
    [full, 'http://localhost@example.com/a', false],
    [full, 'ftp://localhost/a', false],
    [full, '/a', false],
    [relative, '@example.com/a', false],
    [relative, '.example.com/a', false],
    [relative, '/a\r\nHost: b', false],
  ])('%s=%s is asked: %s', async (name, url, isAsked) => {
    const asked: string[] = []
    const http = async (request: HttpRequest) => {
      asked.push(request.url)
      return { status: 200, headers: {}, body: JSON.stringify(answer) }
    }
    const got = containerCredentials({ env: { [name]: url }, http }).get()
    if (isAsked) await got
    else await expect(got).rejects.toMatchObject({ code: 'bad_url' })
    expect(asked).toEqual(isAsked ? [url] : [])
  })

  it('asks again after faults, and says what a refusal says but for the token', async () => {
    const faulty = await endpoint(500, 503)
    const env = { [full]: faulty.url, [token]: 'tok-0123456789-abcdef' }
    expect(await containerCredentials({ env, retry }).get()).toEqual(credentials)
    expect(faulty.asked).toHaveLength(3)
    const refusing = await endpoint(403)
    const source = containerCredentials({ env: { ...env, [full]: refusing.url }, retry })
    await expect(source.get()).rejects.toMatchObject({
      code: 'credentials_refused',
      status: 403,
      message: expect.not.stringContaining('tok-0123456789'),
    })
    expect(refusing.asked).toHaveLength(1)
    const open = await endpoint(404)
    await expect(containerCredentials({ env: { [full]: open.url } }).get()).rejects.toThrow(
      /status 404 \(Denied: not with undefined\)$/,
    )
  })

  it('asks again when an answer comes too late, but not for ever', async () => {
    let asked = 0
    let slow = 1
    const url = await listen((_, response) => {
      asked += 1
      if (asked > slow) response.end(JSON.stringify(answer))
    })
    const source = containerCredentials({ env: { [full]: url }, requestTimeoutMs: 150, retry })
    expect(await source.get()).toEqual(credentials)
    expect(asked).toBe(2)
    slow = 99
    await expect(source.get()).rejects.toMatchObject({ fault: 'network' })
    expect(asked).toBeLessThanOrEqual(5)
  })

  it('has nothing to offer without an address, and follows no redirect', async () => {
    await expect(containerCredentials({ env: {} }).get()).rejects.toMatchObject({
      code: 'no_credentials',
    })
    const url = await listen((_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    })
    await expect(containerCredentials({ env: { [full]: url } }).get()).rejects.toMatchObject({
      code: 'credentials_refused',
      status: 302,
    })
  })

  it.each([
    '{}',
    '',
    'no json',
    JSON.stringify({ ...answer, Expiration: undefined }),
    JSON.stringify({ ...answer, Token: '' }),
  ])('refuses the answer %j', async body => {
    const http = async () => ({ status: 200, headers: {}, body })
    const source = containerCredentials({ env: { [relative]: '/a' }, http })
    await expect(source.get()).rejects.toMatchObject({ code: 'bad_answer' })
  })
})
