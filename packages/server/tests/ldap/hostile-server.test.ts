/** A server, or somebody on the way to it, who says what LDAP does not allow. */
import { Secret } from '@rolecall/aws'
import { EqualityFilter } from 'ldapts'
import { describe, expect, test } from 'vitest'
import type { LdapServer } from '../../src/config/config.ts'
import { outcomeOf, people, sourceOf } from './support.ts'
import {
  type Asked,
  entryMessage,
  lastOfPage,
  resultMessage,
  type Said,
  startTinyDirectory,
  type TinyEntry,
} from './tiny-directory.ts'

const alice: TinyEntry = { dn: `cn=alice,${people}`, sAMAccountName: 'alice' }
const typed = { username: 'alice', password: 'right' }
const bindTag = 0x61
const isReader = (asked: Asked) => asked.kind === 'bind' && asked.dn.startsWith('cn=reader')

/** Answers as it should, but for what `change` says instead. */
function start(change: (asked: Asked, id: number) => Said | 'close' | undefined) {
  return startTinyDirectory((asked, id) => {
    const instead = change(asked, id)
    if (instead === 'close') return undefined
    if (instead !== undefined) return instead
    if (asked.kind === 'bind') {
      return { result: isReader(asked) || asked.password === 'right' ? 0 : 49 }
    }
    return { result: 0, entries: [alice] }
  })
}

test('the server of these tests lets the right password in, and no other', async () => {
  const { port } = await start(() => undefined)
  expect(await sourceOf(port).verify(typed)).toMatchObject({ username: 'alice' })
  expect(await outcomeOf(sourceOf(port).verify({ ...typed, password: 'wrong' }))).toEqual([
    'password-wrong',
    'username "alice", LDAP result 49',
  ])
})

test.each(['*', 'ali*', '*)(objectClass=*', 'alice)(|(uid=*', '\\2a', 'ali\0ce', 'a(b', 'x\\'])(
  'a name is one value in the filter, and no part of it: %j',
  async username => {
    const { port, asked } = await start(({ kind }) =>
      kind === 'search' ? { result: 0 } : undefined,
    )
    expect(await outcomeOf(sourceOf(port).verify({ ...typed, username }))).toMatchObject([
      'password-wrong',
      expect.stringContaining('no entry of this name'),
    ])
    const [search] = asked.filter(one => one.kind === 'search')
    expect(search?.filter).toMatchObject({ attribute: 'samaccountname', value: username })
    expect(search?.filter).toBeInstanceOf(EqualityFilter)
  },
)

test('an empty password is refused before anybody is asked', async () => {
  const { port, connections } = await start(() => ({ result: 0 }))
  expect(await outcomeOf(sourceOf(port).verify({ ...typed, password: '' }))).toEqual([
    'password-wrong',
    'an empty password',
  ])
  expect(connections()).toBe(0)
})

test('a name that nobody has is tried with a password all the same, and not with the typed one', async () => {
  const { port, asked } = await start(({ kind }) =>
    kind === 'search' ? { result: 0 } : { result: 0 },
  )
  // The server takes every bind: what it says for nobody does not count.
  expect(await outcomeOf(sourceOf(port).verify(typed))).toEqual([
    'password-wrong',
    'no entry of this name (5 characters)',
  ])
  const binds = asked.filter(one => one.kind === 'bind')
  expect(binds).toHaveLength(2)
  expect(binds[1]).toMatchObject({ dn: expect.stringContaining(people) })
  expect(binds[1]?.password).not.toBe(typed.password)
})

describe('an answer to the bind of the person', () => {
  const success = (id: number) => resultMessage(id, bindTag, 0)
  test.each<readonly [string, (id: number) => Buffer]>([
    ['without a result', id => Buffer.from([0x30, 0x05, 2, 1, id, bindTag, 0])],
    ['whose result has no content', id => Buffer.from([0x30, 7, 2, 1, id, bindTag, 2, 10, 0])],
    ['whose result is cut off', id => Buffer.from([0x30, 0x08, 2, 1, id, bindTag, 3, 10, 4, 0])],
    ['with more behind it', id => Buffer.from([...success(id).with(1, 14), 5, 0])],
    ['of indefinite length', id => Buffer.from([0x30, 0x80, ...success(id).subarray(2), 0, 0])],
    ['with a length of five bytes', () => Buffer.from([0x30, 0x85, 0, 0, 0, 0, 1, 0])],
    ['that is endless', () => Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff])],
    ['that is not LDAP', () => Buffer.from('HTTP/1.1 200 OK\r\n\r\n')],
    ['that is an unknown operation', id => resultMessage(id, 0x79, 0)],
    [
      'before which an entry has values that lead nowhere',
      id => {
        const entry = Buffer.from(entryMessage(id, { dn: 'cn=x', a: 'value' }))
        const at = entry.lastIndexOf(0x31)
        return Buffer.concat([entry.fill(0x7f, at + 1, at + 2), success(id)])
      },
    ],
    [
      'before which an entry has a list that is none',
      id => {
        const entry = Buffer.from(entryMessage(id, { dn: 'cn=x', a: 'value' }))
        return Buffer.concat([
          entry.fill(0x04, entry.indexOf(0x30, 4), entry.indexOf(0x30, 4) + 1),
          success(id),
        ])
      },
    ],
  ])('%s is no success, and nothing hangs', async (_, bytes) => {
    const { port } = await start((asked, id) =>
      asked.kind === 'bind' && !isReader(asked) ? bytes(id) : undefined,
    )
    const source = sourceOf(port, { timeoutMs: 1000 })
    expect(await outcomeOf(source.verify(typed))).toEqual([
      'directory-unavailable',
      expect.stringContaining('LDAP corp: ldap://127.0.0.1'),
    ])
  })

  test('that never comes ends after the deadline', async () => {
    const { port } = await start(asked =>
      asked.kind === 'bind' && !isReader(asked) ? Buffer.alloc(0) : undefined,
    )
    expect(await outcomeOf(sourceOf(port, { timeoutMs: 200 }).verify(typed))).toEqual([
      'directory-unavailable',
      expect.stringContaining('it took too long'),
    ])
  })

  test.each([1, 2, 8, 10, 13, 51, 52, 80])('with result %i is no wrong password', async result => {
    const { port } = await start(asked =>
      asked.kind === 'bind' && !isReader(asked) ? { result } : undefined,
    )
    expect(await outcomeOf(sourceOf(port).verify(typed))).toEqual([
      'directory-unavailable',
      expect.stringContaining(`LDAP result ${result}`),
    ])
  })
})

describe('an entry', () => {
  test.each<readonly [string, TinyEntry]>([
    ['without a name', { dn: '', sAMAccountName: 'alice' }],
    ['whose name is a mechanism of the library', { dn: 'EXTERNAL', sAMAccountName: 'alice' }],
    ['whose name is not UTF-8', { ...alice, dn: `cn=al~ice,${people}` }],
    ['whose attribute would be its name', { ...alice, dn: `cn=bob,${people}`, Dn: 'x' }],
  ])('%s: no bind with it', async (_, entry) => {
    const { port, asked } = await start(({ kind }, id) => {
      if (kind !== 'search') return undefined
      const bytes = entryMessage(id, entry)
      const at = bytes.indexOf('Dn')
      if (at !== -1) bytes.write('dn', at)
      const strange = bytes.indexOf('~')
      if (strange !== -1) bytes[strange] = 0xff
      return Buffer.concat([bytes, resultMessage(id, 0x65, 0)])
    })
    expect(await outcomeOf(sourceOf(port).verify(typed))).toMatchObject([
      'directory-unavailable',
      {},
    ])
    expect(asked.filter(one => one.kind === 'bind' && !isReader(one))).toEqual([])
  })

  test('on the second page, behind an empty one, is found', async () => {
    let pages = 0
    const { port } = await start(({ kind }, id) => {
      if (kind !== 'search') return undefined
      pages += 1
      return pages === 1
        ? lastOfPage(id, 'next')
        : Buffer.concat([entryMessage(id, alice), lastOfPage(id, '')])
    })
    expect(await sourceOf(port).verify(typed)).toMatchObject({ username: 'alice' })
    expect(pages).toBe(2)
  })

  test('is not looked for on pages without an end', async () => {
    let pages = 0
    const { port } = await start(({ kind }, id) => {
      if (kind !== 'search') return undefined
      pages += 1
      return lastOfPage(id, 'next')
    })
    expect(await outcomeOf(sourceOf(port).verify(typed))).toEqual([
      'directory-unavailable',
      expect.stringContaining('a search without an end'),
    ])
    expect(pages).toBe(100)
  })

  test('larger than what is read ends the connection', async () => {
    const { port } = await start(({ kind }) =>
      kind === 'search'
        ? { result: 0, entries: [{ ...alice, photo: Buffer.alloc(5_000_000) }] }
        : undefined,
    )
    expect(await outcomeOf(sourceOf(port).verify(typed))).toEqual([
      'directory-unavailable',
      expect.stringContaining('too large'),
    ])
  })
})

test('a connection that the server closes is not opened anew for the next word', async () => {
  const { port, asked, connections } = await startTinyDirectory((one, id, socket) => {
    if (one.kind === 'search') {
      socket.end(Buffer.concat([entryMessage(id, alice), resultMessage(id, 0x65, 0)]))
      return Buffer.alloc(0)
    }
    return { result: 0 }
  })
  const groups = { base: 'ou=g', attribute: 'cn', membership: 'member', filter: undefined } as const
  const source = sourceOf(port, { groups: { ...groups, nested: 'walk' } })
  expect(await outcomeOf(source.verify(typed))).toMatchObject(['directory-unavailable', {}])
  expect(connections()).toBe(2)
  expect(asked.filter(({ kind }) => kind === 'search')).toHaveLength(1)
})

describe('StartTLS', () => {
  const ok = resultMessage(1, 0x78, 0)
  const forged = resultMessage(2, bindTag, 0)
  test.each([
    ['refused', resultMessage(1, 0x78, 52)],
    ['answered for another message', resultMessage(7, 0x78, 0)],
    ['answered by an answer to a bind that nobody sent', Buffer.concat([ok, forged])],
    ['answered with the beginning of another answer', Buffer.concat([ok, forged.subarray(0, 4)])],
    ['answered without an end', Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff])],
  ])('%s: nothing more is said', async (_, answer) => {
    const { port, asked } = await startTinyDirectory(() => answer)
    const server: LdapServer = {
      ...{ url: 'ldap://directory', host: '127.0.0.1', port },
      security: 'start-tls',
    }
    const bind = { dn: 'cn=reader,dc=example', password: new Secret('x') }
    const source = sourceOf(port, { servers: [server], bind, timeoutMs: 500 })
    expect(await outcomeOf(source.verify(typed))).toEqual([
      'directory-unavailable',
      expect.stringMatching(/StartTLS|took too long/),
    ])
    expect(asked).toEqual([{ kind: 'extended' }])
  })
})

test('a failure is not asked for again at once, and is over after a few seconds', async () => {
  let isDown = true
  const { port, connections } = await start(() => (isDown ? 'close' : undefined))
  const source = sourceOf(port)
  const ask = () => outcomeOf(source.groupsNow({ username: 'alice', basis: 'x' }))
  expect(await ask()).toMatchObject(['directory-unavailable', {}])
  expect(await ask()).toMatchObject(['directory-unavailable', {}])
  expect(connections()).toBe(1)
  isDown = false
  source.clock.now = new Date(source.clock.now.getTime() + 5001)
  expect(await ask()).toBeUndefined()
  expect(await outcomeOf(source.groupsOf('alice'))).toEqual([])
})

test('as a source of groups, a silent directory is no directory without groups', async () => {
  const { port } = await start(() => 'close')
  expect(await outcomeOf(sourceOf(port).groupsOf('alice'))).toMatchObject([
    'groups-unavailable',
    {},
  ])
})
