import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { clientAddress, networkOf, trustedProxies } from './client-address.ts'

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
  ['a port', '10.0.0.1', '198.51.100.9:1234', ['10.0.0.1'], '198.51.100.9'],
  ['a port of IPv6', '10.0.0.1', '[2001:db8::7]:1234', ['10.0.0.1'], '2001:db8::7'],
  ['brackets', '10.0.0.1', '[2001:db8::7]', ['10.0.0.1'], '2001:db8::7'],
  ['a proxy with a port', '10.0.0.1', '1.1.1.1, 10.0.0.2:80', ['10.0.0.0/8'], '1.1.1.1'],
  ['a port that is none', '10.0.0.1', '198.51.100.9:x', ['10.0.0.1'], '10.0.0.1'],
])('%s', async (_name, peer, forwarded, proxies, expected) => {
  expect(await addressOf(peer, forwarded, proxies)).toBe(expected)
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2::9', '2001:db8:1:2:ffff::'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['fe80::1%eth0', 'fe80::2'],
])('%s counts with %s', (address, neighbour) => {
  expect(networkOf(address)).toBe(networkOf(neighbour))
})

test('neighbouring networks count apart', () => {
  const networks = ['192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8:0:1::1', 'unknown']
  expect(new Set(networks.map(networkOf)).size).toBe(networks.length)
})
