/** The people and groups of the test directory, as LDIF. */

export const suffix = 'dc=example,dc=com'
export const readerDn = `cn=reader,${suffix}`
export const readerPassword = 'readers-own'

/** How many there are besides those with names. */
export const manyPeople = 20_000
/** Groups of `busy`: two pages, and more than the server gives at once. */
export const busyGroups = 900

interface Entry {
  readonly dn: string
  readonly [attribute: string]: string | readonly string[]
}

const people = `ou=people,${suffix}`
const groups = `ou=groups,${suffix}`

function person(
  uid: string,
  more: Readonly<Record<string, string | readonly string[]>> = {},
): Entry {
  // The name of the entry is another than what people type.
  const { ou = people, cn = `Person ${uid.replaceAll(/[^a-z0-9]/gi, '-')}`, ...rest } = more
  return {
    dn: `cn=${String(cn)},${String(ou)}`,
    objectClass: ['inetOrgPerson', 'account-state'],
    ...{ cn, sn: 'Example', uid, userPassword: passwordOf(uid), ...rest },
  }
}

/** Everybody's password. */
export function passwordOf(uid: string): string {
  return `pw of ${uid}`
}

function group(cn: string, members: readonly string[], ou = groups): Entry {
  return { dn: `cn=${cn},${ou}`, objectClass: 'groupOfNames', cn, member: members }
}

const dnOf = (name: string) => `cn=Person ${name},${people}`
const groupDn = (cn: string) => `cn=${cn},${groups}`
const chain = Array.from({ length: 12 }, (_, index) => `chain-${index}`)

/** In an order in which each has its parent before it. */
export function* entries(): Generator<Entry> {
  yield { dn: suffix, objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' }
  for (const ou of ['people', 'groups', 'elsewhere', 'live', 'many']) {
    yield { dn: `ou=${ou},${suffix}`, objectClass: 'organizationalUnit', ou }
  }
  yield {
    ...{ dn: readerDn, objectClass: ['organizationalRole', 'simpleSecurityObject'] },
    ...{ cn: 'reader', userPassword: readerPassword },
  }
  yield person('Alice', {
    ...{ cn: 'Person alice', displayName: 'Alice Example', mail: 'alice@example.com' },
    ...{ departmentNumber: ['7', '42'] },
  })
  yield person('bob')
  yield person('busy')
  yield person('zoë', { cn: 'Person zoë', displayName: 'Zoë Ünal' })
  yield person('star*', { cn: 'Person star' })
  yield person('twin', { cn: 'Person twin-1' })
  yield person('twin', { cn: 'Person twin-2' })
  yield person('two', { cn: 'Person two', uid: ['two', 'deux'], userPassword: passwordOf('two') })
  yield person('disabled', { userAccountControl: '514' })
  yield person('locked', { userAccountControl: '528' })
  yield person('expired', { accountExpires: '133000000000000000' })
  yield person('never', { userAccountControl: '512', accountExpires: '9223372036854775807' })
  yield person('outside', { ou: `ou=elsewhere,${suffix}` })
  yield {
    ...{ dn: `uid=posix,${people}`, objectClass: ['account', 'posixAccount'] },
    ...{ uid: 'posix', cn: 'posix', uidNumber: '1001', gidNumber: '2001', homeDirectory: '/' },
    userPassword: passwordOf('posix'),
  }
  yield group('admins', [dnOf('alice')])
  yield group('platform', [groupDn('admins')])
  yield group('everyone', [groupDn('platform'), dnOf('bob')])
  // A loop, which the walk must come out of.
  yield group('loop-a', [dnOf('alice'), groupDn('loop-b')])
  yield group('loop-b', [groupDn('loop-a')])
  for (const [index, name] of chain.entries()) {
    yield group(name, [index === 0 ? dnOf('bob') : groupDn(chain[index - 1] ?? '')])
  }
  yield group('not-ours', [dnOf('alice')], `ou=elsewhere,${suffix}`)
  for (let index = 0; index < busyGroups; index++) yield group(`busy-${index}`, [dnOf('busy')])
  for (const [cn, gidNumber, memberUid] of [
    ['posix-primary', '2001', 'nobody'],
    ['posix-more', '2002', 'posix'],
    ['posix-other', '2003', 'someone'],
  ] as const) {
    yield { dn: groupDn(cn), objectClass: 'posixGroup', cn, gidNumber, memberUid }
  }
  for (let index = 0; index < manyPeople; index++) {
    yield person(`p${index}`, { ou: `ou=many,${suffix}` })
  }
}

/** LDIF (RFC 2849), every value in base64. */
export function* ldif(): Generator<string> {
  for (const { dn, ...attributes } of entries()) {
    const lines = [`dn:: ${base64(dn)}`]
    for (const [name, values] of Object.entries(attributes)) {
      for (const value of typeof values === 'string' ? [values] : values) {
        lines.push(`${name}:: ${base64(value)}`)
      }
    }
    yield `${lines.join('\n')}\n\n`
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
