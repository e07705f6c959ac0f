import fc from 'fast-check'
import { expect, it } from 'vitest'
import { containerEndpoint } from './container-endpoint.ts'
import type { EndpointHandler } from './endpoint.ts'
import { metadataEndpoint } from './metadata-endpoint.ts'

const now = new Date('2026-01-02T03:04:05Z')
const secrets = { secretAccessKey: 'the+secret', sessionToken: 'the+session+token' }
const source = {
  get: async () => ({
    accessKeyId: 'ASIAEXAMPLE',
    ...secrets,
    expiration: new Date('2026-01-02T04:04:05Z'),
  }),
  describe: () => 'a source',
}
const tokens = {
  deploy: 'deploy-token-0123456789-0123456789',
  backup: 'backup-token-0123456789-0123456789',
}
const hosts = ['127.0.0.1', 'localhost', '::1']
const container = containerEndpoint({
  hosts,
  now: () => now,
  roles: {
    deploy: { source, token: tokens.deploy },
    backup: { source, token: tokens.backup },
  },
})
const metadata = metadataEndpoint({
  hosts,
  now: () => now,
  roles: { names: () => ['deploy'], find: name => (name === 'deploy' ? source : undefined) },
})
const rolePath = '/latest/meta-data/iam/security-credentials/deploy'

/** A text that is right, nearly right, or anything. */
const near = (...right: string[]) =>
  fc.oneof(
    fc.constantFrom(...right),
    fc
      .tuple(fc.constantFrom(...right), fc.nat(60), fc.string({ maxLength: 3 }))
      .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + put.length)),
    fc
      .tuple(fc.constantFrom(...right), fc.constantFrom('', ' ', '/', '//', '%2f', '.', ',', '\0'))
      .map(([text, more]) => text + more),
    fc.string(),
  )
const present = (value: fc.Arbitrary<string>) => fc.option(value, { nil: undefined })
const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'get', '')
const host = present(near('127.0.0.1:9912', 'localhost', '[::1]:9912', 'attacker.example'))

/** Whether the answer has any part of what nobody may have. */
const tells = (answer: Awaited<ReturnType<EndpointHandler>>) =>
  Object.values({ ...secrets, ...tokens }).some(secret => JSON.stringify(answer).includes(secret))

const isOwnHost = (text: string | undefined) =>
  /^(?:127\.0\.0\.1|localhost|\[[0:]*:0*1\])(?::\d{1,5})?$/i.test(text ?? '')

it('the container endpoint tells a secret to the own host and the right token only', async () => {
  const target = near('/credentials', '/credentials/deploy', '/credentials/backup', '/creds')
  const authorization = present(near(tokens.deploy, tokens.backup))
  await fc.assert(
    fc.asyncProperty(method, target, host, authorization, async (verb, path, name, token) => {
      const answer = await container({
        method: verb,
        target: path,
        headers: { host: name, authorization: token },
      })
      if (!tells(answer)) return
      expect(['GET', 'HEAD']).toContain(verb)
      expect(isOwnHost(name)).toBe(true)
      const role = token === tokens.deploy ? 'deploy' : 'backup'
      expect(token).toBe(tokens[role])
      expect(answer).toMatchObject({ status: 200, result: 'credentials', role })
      const [, wanted] = /^\/credentials\/([^?]*)/.exec(path) ?? []
      expect([undefined, role]).toContain(wanted && decodeURIComponent(wanted))
    }),
    { numRuns: 3000 },
  )
})

it('the metadata service tells a secret to the own host and a valid session token only', async () => {
  const put = await metadata({
    method: 'PUT',
    target: '/latest/api/token',
    headers: { host: 'localhost', 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
  })
  const session = present(near(put.body))
  const target = near(rolePath, '/latest/api/token', '/latest/meta-data/')
  await fc.assert(
    fc.asyncProperty(method, target, host, session, async (verb, path, name, token) => {
      const answer = await metadata({
        method: verb,
        target: path,
        headers: { host: name, 'x-aws-ec2-metadata-token': token },
      })
      expect(answer.status).toBeLessThan(500)
      if (!tells(answer)) return
      expect([verb === 'GET' || verb === 'HEAD', isOwnHost(name)]).toEqual([true, true])
      expect(token).toBe(put.body)
      expect(path.replace(/\?.*$/s, '').replaceAll(/%[0-9a-f]{2}/gi, decodeURIComponent)).toBe(
        rolePath,
      )
    }),
    { numRuns: 3000 },
  )
})
