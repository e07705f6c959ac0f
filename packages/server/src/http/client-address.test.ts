import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { clientAddress, trustedProxies } from './client-address.ts'

async function addressOf(peer: string, forwarded: string | undefined, proxies: readonly string[]) {
  const app = Fastify({ trustProxy: trustedProxies(proxies) })
  app.get('/', async request => clientAddress(request))
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const reply = await app.inject({ url: '/', remoteAddress: peer, headers })
  await app.close()
  return reply.body
}

test.each([
  ['no proxy listed: the header is nothing', '192.0.2.1', '198.51.100.9', [], '192.0.2.1'],
  ['a peer that is no proxy', '192.0.2.1', '198.51.100.9', ['10.0.0.0/8'], '192.0.2.1'],
  ['one proxy', '10.0.0.1', '198.51.100.9', ['10.0.0.1'], '198.51.100.9'],
  ['a forged left part', '10.0.0.1', '1.1.1.1, 198.51.100.9', ['10.0.0.0/8'], '198.51.100.9'],
  [
    'a forged part that looks like a proxy',
    '10.0.0.1',
    '10.9.9.9, 198.51.100.9',
    ['10.0.0.0/8'],
    '198.51.100.9',
  ],
  ['two proxies', '10.0.0.1', '198.51.100.9, 10.0.0.2', ['10.0.0.0/8'], '198.51.100.9'],
  ['not an address', '10.0.0.1', '<script>', ['10.0.0.0/8'], '10.0.0.1'],
  ['IPv4 in IPv6', '::ffff:10.0.0.1', '198.51.100.9', ['10.0.0.0/8'], '198.51.100.9'],
  ['IPv6', 'fd00::1', '2001:db8::7', ['fd00::/8'], '2001:db8::7'],
])('%s', async (_name, peer, forwarded, proxies, expected) => {
  expect(await addressOf(peer, forwarded, proxies)).toBe(expected)
})
