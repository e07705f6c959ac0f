import { describe, expect, it } from 'vitest'
import { hostNames, ownAddresses, readAddress } from './address.ts'
import { isUpstream } from './names.ts'
import { peerRule } from './peers.ts'
import { shellOf, variableLine } from './variables.ts'

describe('an address to listen on', () => {
  it.each([
    ['127.0.0.1', { host: '127.0.0.1', port: 9912 }],
    ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
    ['localhost:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['[::1]', { host: '::1', port: 9912 }],
    ['0.0.0.0:65535', { host: '0.0.0.0', port: 65_535 }],
    ['::1', undefined],
    ['127.0.0.1:65536', undefined],
    ['127.1', undefined],
    ['[127.0.0.1]:1', undefined],
    ['example.com:1', undefined],
    ['127.0.0.1:', undefined],
    ['', undefined],
  ])('%j is read', (text, expected) => {
    expect(readAddress(text)).toEqual(expected)
  })

  it('is asked under its own names', () => {
    expect(hostNames([{ host: '127.0.0.1', port: 1 }])).toEqual(['127.0.0.1', 'localhost'])
    expect(hostNames([{ host: '169.254.170.2', port: 1 }])).toEqual(['169.254.170.2'])
    expect(hostNames([{ host: '0.0.0.0', port: 1 }])).toEqual(
      expect.arrayContaining(['localhost', ...ownAddresses()]),
    )
  })
})

describe('peers', () => {
  it('are this machine and the named networks', () => {
    const mayCall = peerRule(['172.17.0.0/16', 'fd00:ffff::1'])
    for (const peer of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', ...ownAddresses()]) {
      expect([peer, mayCall(peer)]).toEqual([peer, true])
    }
    for (const peer of ['172.17.0.2', '::ffff:172.17.255.255', 'fd00:ffff::1']) {
      expect([peer, mayCall(peer)]).toEqual([peer, true])
    }
    for (const peer of [
      '172.18.0.2',
      '203.0.113.9',
      'fd00:ffff::2',
      '::ffff:203.0.113.9',
      undefined,
    ]) {
      expect([peer, mayCall(peer)]).toEqual([peer, false])
    }
  })
})

describe('the address of a metadata proxy', () => {
  it.each([
    'https://afp.example',
    'https://afp.example:8443/',
    'http://127.0.0.1:1',
    'http://[::1]',
  ])('may be %s', text => expect(isUpstream(text)).toBe(true))
  it.each([
    'http://afp.example',
    'http://localhost.attacker.example',
    'https://user:secret@afp.example',
    'https://afp.example/path',
    'https://afp.example/?x',
    'ftp://afp.example',
    'afp.example',
  ])('may not be %s', text => expect(isUpstream(text)).toBe(false))
})

describe('a line of a shell', () => {
  it.each([
    ['sh', `export A='it'\\''s $x'`],
    ['fish', `set -gx A 'it\\'s $x'`],
    ['powershell', `$Env:A = 'it''s $x'`],
    ['cmd', `set "A=it's $x"`],
  ] as const)('of %s sets a variable', (shell, line) => {
    expect(variableLine(shell, 'A', "it's $x")).toBe(line)
  })

  it('has no quotes where none are needed', () => {
    expect(variableLine('sh', 'A', 'http://127.0.0.1:1/a')).toBe('export A=http://127.0.0.1:1/a')
  })

  it('is for the shell that people have', () => {
    expect(shellOf({ SHELL: '/usr/bin/fish' }, 'linux')).toBe('fish')
    expect(shellOf({ SHELL: '/bin/bash' }, 'linux')).toBe('sh')
    expect(shellOf({}, 'win32')).toBe('powershell')
  })
})
