import { expect, test } from 'vitest'
import { networkMatcher, readNetwork } from './networks.ts'

test.each([
  ['10.1.2.3', ['10.0.0.0/8'], true],
  ['11.1.2.3', ['10.0.0.0/8'], false],
  ['10.1.2.3', ['10.1.2.3'], true],
  ['10.1.2.4', ['10.1.2.3'], false],
  ['::ffff:10.1.2.3', ['10.1.2.3'], true],
  ['10.1.2.3', ['::ffff:10.1.2.3'], true],
  ['10.1.2.3:4711', ['10.1.2.3'], true],
  ['[2001:db8::1]:443', ['2001:db8::/32'], true],
  ['2001:db9::1', ['2001:db8::/32'], false],
  ['unknown', ['0.0.0.0/1', '128.0.0.0/1', '::/1'], false],
  ['', ['10.0.0.0/8'], false],
  ['10.1.2.3', [], false],
])('%s in %j: %s', (address, list, isIn) => {
  expect(networkMatcher(list)(address)).toBe(isIn)
})

test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0', 'host', '::/129', '10.0.0.0/-1'])(
  '%s is no network',
  text => {
    expect(readNetwork(text)).toBeUndefined()
  },
)
