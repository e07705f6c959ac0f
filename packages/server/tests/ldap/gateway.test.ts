import { Secret } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { startGateway } from '../gateway.ts'
import { people } from './support.ts'
import { startTinyDirectory } from './tiny-directory.ts'

test('while the directory is silent a session does not count, and lasts', async () => {
  let isDown = false
  const { port } = await startTinyDirectory(asked => {
    if (isDown) return undefined
    const entries = asked.kind === 'search' ? [{ dn: `cn=alice,${people}`, uid: 'alice' }] : []
    return { result: 0, entries }
  })
  const at = await startGateway(config => ({
    ...config,
    signIn: {
      ...config.signIn,
      ldap: [
        {
          ...{ id: 'corp', title: 'Corp', emailDomains: [], ca: undefined, groups: undefined },
          ...{ timeoutMs: 5000, recheckSeconds: 300 },
          servers: [{ url: 'ldap://d', host: '127.0.0.1', port, security: 'plain' }],
          bind: { dn: 'cn=reader,dc=example', password: new Secret('x') },
          users: {
            ...{ base: people, attribute: 'uid', filter: undefined, attributes: [] },
            ...{ displayName: 'displayName', email: 'mail' },
          },
        },
      ],
    },
  }))
  try {
    const { app, audit } = at.gateway
    const signIn = () =>
      app.inject({
        ...{ method: 'POST', url: '/api/v1/signin/password', headers: { origin: at.url } },
        payload: { source: 'corp', username: 'alice', password: 'right' },
      })
    const signedIn = await signIn()
    expect(signedIn.statusCode).toBe(200)
    const cookies = Object.fromEntries(signedIn.cookies.map(({ name, value }) => [name, value]))
    const me = async () => {
      const answer = await app.inject({ url: '/api/v1/me', cookies })
      return [answer.statusCode, answer.json().error?.code ?? answer.json().id]
    }
    expect(await me()).toEqual([200, 'corp:alice'])
    isDown = true
    expect(await me()).toEqual([200, 'corp:alice'])
    at.clock.advance(301)
    expect(await me()).toEqual([503, 'directory-unavailable'])
    expect((await signIn()).json()).toMatchObject({ error: { code: 'directory-unavailable' } })
    const [refused] = await audit.recent({ limit: 1 })
    expect(refused?.event).toMatchObject({
      ...{ type: 'signin.refused', result: 'error', source: 'corp', code: 'directory-unavailable' },
      reason: expect.stringContaining('LDAP corp: ldap://d'),
    })
    isDown = false
    at.clock.advance(6)
    expect(await me()).toEqual([200, 'corp:alice'])
  } finally {
    await at.close()
  }
})
