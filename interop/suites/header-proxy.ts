/** A real proxy with the documented lines: what clients send about themselves does not reach the gateway. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { inLifetime } from '../lifetime.ts'
import {
  type HeaderProxy,
  passwordOf,
  people,
  proxySecret,
  startHeaderProxy,
} from '../peers/header-proxy.ts'
import type { RunCheck, Suite } from './suite.ts'

/** `npm run interop -- header-proxy` */
export const headerProxySuite: Suite = {
  name: 'header-proxy',
  title: 'Apache: it signs people in, and says who they are in headers',
  packages: ['apache2-bin'],
  run: check =>
    inLifetime(async lifetime => {
      const proxy = await startHeaderProxy(lifetime)
      await honest(check, proxy)
      await forged(check, proxy)
    }),
}

interface Answer {
  readonly status: number
  readonly id: string | undefined
  readonly groups: readonly string[] | undefined
}

/** Who the gateway takes the sender for. */
function me(origin: string, headers: readonly string[]): Promise<Answer> {
  const url = new URL('/api/v1/me', origin)
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { agent: false, headers: ['Host', url.host, 'Accept', 'application/json', ...headers] },
      answer => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', part => {
          text += part
        })
        answer.once('end', () => {
          const isOurs = answer.headers['content-type']?.startsWith('application/json') === true
          const { id, groups } = isOurs ? JSON.parse(text) : {}
          resolve({ status: answer.statusCode ?? 0, id, groups })
        })
      },
    )
    sent.once('error', reject)
    sent.end()
  })
}

const basic = (name: string) => [
  'Authorization',
  `Basic ${Buffer.from(`${name}:${passwordOf(name)}`).toString('base64')}`,
]

async function honest(check: RunCheck, { origin, behind }: HeaderProxy): Promise<void> {
  for (const name of people) {
    await check(`${name} is who the proxy signed in`, async () => {
      const answer = await me(origin, basic(name))
      assert.deepEqual(answer, { status: 200, id: `proxy:${name}`, groups: [] })
    })
  }
  await check('nobody is signed in without a password of the proxy', async () => {
    assert.equal((await me(origin, [])).status, 401)
    assert.equal((await me(origin, ['Authorization', 'Basic YWxpY2U6eA=='])).status, 401)
  })
  await check('past the proxy, from its own machine, the headers are refused', async () => {
    const headers = ['X-Remote-User', 'alice', 'X-Remote-Groups', 'admins']
    assert.equal((await me(behind, headers)).status, 403)
  })
}

async function forged(check: RunCheck, { origin, audit }: HeaderProxy): Promise<void> {
  const claims: readonly (readonly [string, readonly string[]])[] = [
    ['the same header', ['X-Remote-User', 'root']],
    ['in another case', ['x-REMOTE-user', 'root']],
    ['many times', Array.from({ length: 20 }, () => ['X-Remote-User', 'root']).flat()],
    ['groups', ['X-Remote-Groups', 'admins', 'x-remote-groups', 'admins']],
    ['another secret', ['X-Proxy-Secret', 'x'.repeat(32)]],
    ['the real secret', ['X-Proxy-Secret', proxySecret, 'X-Remote-User', 'root']],
    ['a name with a space', ['X-Remote-User', 'root ']],
  ]
  for (const [what, headers] of claims) {
    await check(`a client that sends ${what} is still alice, without a group`, async () => {
      const answer = await me(origin, [...basic('alice'), ...headers])
      assert.deepEqual(answer, { status: 200, id: 'proxy:alice', groups: [] })
    })
  }
  const tricks: readonly (readonly [string, readonly string[]])[] = [
    ['underscores', ['X_Remote_User', 'root', 'X_Remote_Groups', 'admins']],
    ['dots', ['X.Remote.User', 'root']],
    ['drops the user', ['Connection', 'close, X-Remote-User']],
    ['drops the groups', ['Connection', 'close, X-Remote-Groups']],
    ['drops the secret', ['Connection', 'close, X-Proxy-Secret']],
  ]
  for (const [what, headers] of tricks) {
    await check(`a client that tries ${what} is alice or nobody`, async () => {
      const answer = await me(origin, [...basic('alice'), ...headers])
      assert(
        [200, 401, 403].includes(answer.status) &&
          (answer.status !== 200 || answer.id === 'proxy:alice'),
        JSON.stringify(answer),
      )
      console.log(`        ${answer.status} ${answer.id ?? ''}`)
    })
  }
  await check('what was refused is in the audit log', async () => {
    const codes = (await audit.recent({ limit: 50 })).map(({ event }) => event.code)
    assert(codes.includes('proxy-unproven'), JSON.stringify(codes))
  })
}
