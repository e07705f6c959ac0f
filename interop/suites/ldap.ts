/** People of an OpenLDAP directory sign in at the gateway. */
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { inLifetime } from '../lifetime.ts'
import { type LdapGateway, startLdapGateway } from '../peers/ldap-gateway.ts'
import {
  busyGroups,
  manyPeople,
  passwordOf,
  readerDn,
  readerPassword,
  suffix,
} from '../peers/slapd/directory.ts'
import { type Slapd, startSlapd } from '../peers/slapd/slapd.ts'
import type { RunCheck, Suite } from './suite.ts'

/** `npm run interop -- ldap` */
export const ldapSuite: Suite = {
  name: 'ldap',
  title: 'OpenLDAP: people sign in with their password there',
  packages: ['slapd', 'ldap-utils', 'openssl'],
  run: check =>
    inLifetime(async lifetime => {
      const slapd = await startSlapd(lifetime)
      const folder = lifetime.folder('ldap-gateway')
      const start = async (over: Settings = {}) => {
        const gateway = await startLdapGateway(folder, settings(slapd, over))
        lifetime.onEnd(gateway.close)
        return gateway
      }
      const gateway = await start()
      await people(check, gateway)
      await hostileNames(check, gateway)
      await passwords(check, gateway)
      await groups(check, { slapd, gateway, start })
      await connections(check, slapd, start)
      await lives(check, slapd, gateway)
    }),
}

type Start = (over: Settings) => Promise<LdapGateway>
type Settings = Readonly<Record<string, unknown>>

function settings({ ldaps, caFile }: Slapd, over: Settings): Settings {
  return {
    ...{ url: `ldaps://localhost:${ldaps}`, caFile },
    bind: { dn: readerDn, password: readerPassword },
    users: { base: `ou=people,${suffix}`, attributes: ['departmentNumber'] },
    groups: { base: `ou=groups,${suffix}` },
    ...over,
  }
}

async function people(check: RunCheck, gateway: LdapGateway): Promise<void> {
  await check('a person signs in, and is who the directory says, not who was typed', async () => {
    const { status, me } = await gateway.signIn('aLICE', passwordOf('Alice'))
    assert.equal(status, 200)
    assert.equal(me?.id, 'corp:Alice')
    assert.equal(me.displayName, 'Alice Example')
    assert.equal(me.email, 'alice@example.com')
  })
  await check('a name with letters beyond ASCII', async () => {
    const { me } = await gateway.signIn('zoë', passwordOf('zoë'))
    assert.deepEqual([me?.username, me?.displayName], ['zoë', 'Zoë Ünal'])
  })
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['somebody outside of users.base', 'outside', /^password-wrong/],
    ['a name that two entries have', 'twin', /^entry-ambiguous/],
    ['an entry that has two names', 'two', /^username-missing/],
    ['a disabled account', 'disabled', /^account-disabled.*it is disabled/],
    ['a locked account', 'locked', /^account-disabled.*it is locked/],
    ['an expired account', 'expired', /^account-disabled.*it has expired/],
  ]
  for (const [what, uid, audited] of refused) {
    await check(`${what} is refused, by the same answer as a wrong password`, async () => {
      const outcome = await gateway.signIn(uid, passwordOf(uid))
      assert.deepEqual(
        [outcome.status, outcome.code, outcome.me],
        [401, 'password-refused', undefined],
      )
      assert.match(outcome.audited, audited)
    })
  }
  await check('an account that never expires signs in', async () => {
    assert.equal((await gateway.signIn('never', passwordOf('never'))).status, 200)
  })
}

async function hostileNames(check: RunCheck, gateway: LdapGateway): Promise<void> {
  const names = [
    ...['*', 'A*', 'admin)(|(uid=*', '*)(uid=*))(|(uid=*', 'Alice)(objectClass=*', '\\00', '\\2a'],
    ...['Alice\\00', 'Alice,ou=people', 'Alice\u0000', '\u0000', '(', '&', '|', '!', 'uid=Alice'],
    ...['*\u{1f600}', 'ﬀ'.repeat(80), 'a'.repeat(256), ' ', '\u202e', ''.padEnd(200, '(')],
  ]
  await check(`${names.length} names with what filters are made of find nobody`, async () => {
    for (const name of names) {
      const outcome = await gateway.signIn(name, passwordOf('Alice'))
      assert.deepEqual([name, outcome.status, outcome.code], [name, 401, 'password-refused'])
      assert.match(outcome.audited, /^password-wrong.*no entry of this name/)
    }
  })
  await check('a name of 300 characters is no request', async () => {
    assert.equal((await gateway.signIn('a'.repeat(300), 'x')).status, 400)
  })
  await check('a star in a name is a star', async () => {
    assert.equal((await gateway.signIn('star*', passwordOf('star*'))).me?.username, 'star*')
    assert.equal((await gateway.signIn('st*', passwordOf('star*'))).status, 401)
  })
}

async function passwords(check: RunCheck, gateway: LdapGateway): Promise<void> {
  await check('a wrong password, an unknown name and no password: one answer', async () => {
    const wrong = await gateway.signIn('Alice', passwordOf('bob'))
    const unknown = await gateway.signIn('nobody', 'x')
    assert.match(wrong.audited, /^password-wrong.*"Alice", LDAP result 49/)
    assert.match(unknown.audited, /^password-wrong.*no entry of this name \(6 characters\)/)
    assert.deepEqual([wrong.status, wrong.code], [unknown.status, unknown.code])
    // The API refuses it already; a directory would take it for a bind as nobody.
    assert.equal((await gateway.signIn('Alice', '')).status, 400)
  })
}

async function groups(
  check: RunCheck,
  { slapd, gateway, start }: { slapd: Slapd; gateway: LdapGateway; start: Start },
): Promise<void> {
  const base = `ou=groups,${suffix}`
  const nested = ['admins', 'everyone', 'loop-a', 'loop-b', 'platform']
  const groupsOf = async (at: LdapGateway, uid: string) =>
    [...((await at.signIn(uid, passwordOf(uid))).me?.groups ?? [])].sort()

  await check('groups in groups, through a loop, and none from outside groups.base', async () => {
    assert.deepEqual(await groupsOf(gateway, 'Alice'), nested)
  })
  await check('a chain of twelve groups', async () => {
    assert.equal((await groupsOf(gateway, 'bob')).length, 13)
  })
  await check('`nested: false`: the direct ones', async () => {
    const flat = await start({ groups: { base, nested: false } })
    assert.deepEqual(await groupsOf(flat, 'Alice'), ['admins', 'loop-a'])
  })
  await check('`membership: memberOf`: groups in groups, through a loop', async () => {
    const live = `ou=live,${suffix}`
    const members = [
      `cn=Person alice,ou=people,${suffix}`,
      `cn=live-a,${live}`,
      `cn=live-b,${live}`,
    ]
    // The overlay writes down what is added while the server runs.
    for (const [index, cn] of ['live-a', 'live-b', 'live-c'].entries()) {
      slapd.modify(
        `dn: cn=${cn},${live}\nchangetype: add\nobjectClass: groupOfNames\ncn: ${cn}\nmember: ${members[index]}\n`,
      )
    }
    slapd.modify(
      `dn: cn=live-a,${live}\nchangetype: modify\nadd: member\nmember: cn=live-c,${live}\n`,
    )
    const at = await start({ groups: { base: live, membership: 'memberOf' } })
    assert.deepEqual(await groupsOf(at, 'Alice'), ['live-a', 'live-b', 'live-c'])
    const flat = await start({ groups: { base: live, membership: 'memberOf', nested: false } })
    assert.deepEqual(await groupsOf(flat, 'Alice'), ['live-a'])
  })
  await check('`membership: memberUid`: the listed ones and the primary one', async () => {
    const at = await start({ groups: { base, membership: 'memberUid' } })
    assert.deepEqual(await groupsOf(at, 'posix'), ['posix-more', 'posix-primary'])
  })
  await check('`groups.filter` leaves out', async () => {
    const at = await start({ groups: { base, filter: '(!(cn=loop-*))' } })
    assert.deepEqual(await groupsOf(at, 'Alice'), ['admins', 'everyone', 'platform'])
  })
  await check(`${busyGroups} groups in pages, from a server that gives 100 at once`, async () => {
    assert.equal((await groupsOf(gateway, 'busy')).length, busyGroups)
  })
  await check(`a sign-in among ${manyPeople} people`, async () => {
    const at = await start({ users: { base: `ou=many,${suffix}` } })
    const times: number[] = []
    for (let index = 0; index < 20; index++) {
      const uid = `p${index * 997}`
      const begun = performance.now()
      assert.equal((await at.signIn(uid, passwordOf(uid))).me?.username, uid)
      times.push(performance.now() - begun)
    }
    const median = times.sort((a, b) => a - b)[10]
    console.log(`        ${median?.toFixed(0)} ms, the median of ${times.length}`)
  })
}

async function connections(check: RunCheck, slapd: Slapd, start: Start): Promise<void> {
  const plain = `ldap://127.0.0.1:${slapd.ldap}`
  const signIn = async (over: Settings) => (await start(over)).signIn('Alice', passwordOf('Alice'))

  await check('StartTLS', async () => {
    const over = { url: `ldap://localhost:${slapd.ldap}`, startTls: true }
    assert.equal((await signIn(over)).status, 200)
  })
  await check('in the clear on loopback', async () => {
    assert.equal((await signIn({ url: plain })).status, 200)
  })
  const unavailable: readonly (readonly [string, Settings, RegExp])[] = [
    ['an authority that is not ours', { caFile: undefined }, /SELF_SIGNED|UNABLE_TO|self-signed/],
    [
      'a certificate for another name',
      { url: `ldaps://127.0.0.1:${slapd.ldaps}` },
      /ERR_TLS_CERT_ALTNAME_INVALID/,
    ],
    ['the same with StartTLS', { url: plain, startTls: true }, /ERR_TLS_CERT_ALTNAME_INVALID/],
    [
      'a wrong password of the reader',
      { bind: { dn: readerDn, password: 'x' } },
      /bind\.dn is refused/,
    ],
    ['a server that is not there', { url: 'ldap://127.0.0.1:9' }, /ECONNREFUSED/],
    ['a server that may not be read by nobody', { bind: undefined }, /LDAP result/],
  ]
  for (const [what, over, audited] of unavailable) {
    await check(`${what}: unavailable, and the audit log says why`, async () => {
      const outcome = await signIn(over)
      assert.deepEqual([outcome.status, outcome.code], [503, 'directory-unavailable'])
      assert.match(outcome.audited, audited)
    })
  }
  await check('the next server when the first is silent, and that one from then on', async () => {
    const silent = createServer()
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    try {
      const url = [`ldaps://localhost:${port}`, `ldaps://localhost:${slapd.ldaps}`]
      const gateway = await start({ url })
      assert.equal((await gateway.signIn('Alice', passwordOf('Alice'))).status, 200)
      const begun = performance.now()
      assert.equal((await gateway.signIn('bob', passwordOf('bob'))).status, 200)
      assert(performance.now() - begun < 2500, 'the silent one was asked again')
    } finally {
      silent.close()
    }
  })
}

/** What becomes of sessions when the directory changes. */
async function lives(check: RunCheck, slapd: Slapd, gateway: LdapGateway): Promise<void> {
  const bob = `cn=Person bob,ou=people,${suffix}`
  await check('a person who was disabled is out after five minutes, not before', async () => {
    const session = await gateway.signIn('bob', passwordOf('bob'))
    slapd.modify(
      `dn: ${bob}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 514\n`,
    )
    assert.equal(await session.later(200), 200)
    assert.equal(await session.later(101), 401)
  })
  await check('a person who was removed is out after five minutes', async () => {
    const session = await gateway.signIn('never', passwordOf('never'))
    slapd.modify(`dn: cn=Person never,ou=people,${suffix}\nchangetype: delete\n`)
    assert.equal(await session.later(301), 401)
  })
}
