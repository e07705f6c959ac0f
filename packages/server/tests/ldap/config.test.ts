import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/index.ts'
import { problemsOf } from '../support/config-problems.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const users = 'users: {base: "ou=people,dc=example,dc=com"}'
const withEntry = (entry: string) =>
  `publicUrl: https://aws.example.com\nsignIn:\n  ldap:\n    - {id: corp, ${entry}}\n`

test.each<readonly [string, string, readonly string[]]>([
  [
    'in the clear',
    `url: "ldap://dc.example.com", ${users}`,
    [
      '4:23 signIn.ldap[0].url ("ldap://dc.example.com"): passwords would cross the network in the clear → use `ldaps:`, or set `startTls: true`',
    ],
  ],
  [
    'TLS twice, and a password in the address',
    `startTls: true, url: ["ldaps://a.example.com", "ldap://u:p@b.example.com"], ${users}`,
    [
      '4:40 signIn.ldap[0].url[0] ("ldaps://a.example.com"): this address has TLS from its beginning → write `ldap:`, or leave `startTls` out',
      '4:65 signIn.ldap[0].url[1] ("ldap://[redacted]@b.example.com"): a name or password stands in the address → write them under `bind`',
    ],
  ],
  [
    'an address with a base',
    `url: "ldaps://dc.example.com/dc=example?uid", ${users}`,
    [
      '4:23 signIn.ldap[0].url ("ldaps://dc.example.com/dc=example?uid"): this must be scheme, host and port, nothing else → remove the rest; `users.base` says where people are',
    ],
  ],
  [
    'filters that are none',
    `url: "ldaps://dc.example.com", users: {base: "dc=x", filter: "uid=*"}, groups: {base: "dc=x", filter: "(&(a=b)"}`,
    [
      '4:79 signIn.ldap[0].users.filter ("uid=*"): this is no filter → write it as RFC 4515 has it: `(objectClass=person)`, `(&(a=1)(!(b=2)))`',
      '4:120 signIn.ldap[0].groups.filter ("(&(a=b)"): this is no filter → write it as RFC 4515 has it: `(objectClass=person)`, `(&(a=1)(!(b=2)))`',
    ],
  ],
  [
    'spans and a rule that cannot be',
    `url: "ldaps://dc.example.com", timeout: 2m, recheck: soon, ${users}, groups: {base: "dc=x", membership: memberOf, nested: in-chain}`,
    [
      '4:58 signIn.ldap[0].timeout ("2m"): this time span is not possible → write 1 to 60 seconds',
      '4:71 signIn.ldap[0].recheck ("soon"): this is no time span → write `10s`, or `5m`',
      '4:176 signIn.ldap[0].groups.nested ("in-chain"): `in-chain` follows `member` only → write `walk`, or `membership: member`',
    ],
  ],
  [
    'a file and a variable that are not there',
    `url: "ldaps://dc.example.com", caFile: no.pem, bind: {dn: "cn=r,dc=x", password: {env: NO_SUCH}}, ${users}`,
    [
      expect.stringMatching(
        /^4:57 signIn\.ldap\[0\]\.caFile \("no\.pem"\): the file cannot be used/,
      ),
      expect.stringMatching(/^4:\d+ signIn\.ldap\[0\]\.bind\.password .*NO_SUCH is not set/),
    ],
  ],
])('%s', async (_, entry, expected) => {
  expect(await problemsOf(withEntry(entry))).toEqual(expected)
})

test('`allowPlain` is warned about; loopback is not', async () => {
  const file = join(temporaryDirectory(), 'rolecall.yaml')
  const warnings = async (entry: string) => {
    writeFileSync(file, withEntry(entry))
    const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' }
    const loaded = await loadConfig(file, { env })
    return loaded.ok ? loaded.warnings.map(({ key, message }) => `${key}: ${message}`) : loaded
  }
  expect(await warnings(`url: "ldap://dc.example.com", allowPlain: true, ${users}`)).toEqual([
    'signIn.ldap[0].url: passwords would cross the network in the clear',
  ])
  expect(await warnings(`url: "ldap://127.0.0.1", ${users}`)).toEqual([])
})

test('a trusted proxy may ask it for groups, and no other', async () => {
  const proxy = (from: string) =>
    `${withEntry(`url: "ldaps://dc.example.com", ${users}`)}  headers:\n    - {id: proxy, from: [127.0.0.1], username: X-User, groupsFrom: [${from}]}\n`
  const of = async (from: string) =>
    (await problemsOf(proxy(from))).filter(text => text.includes('groupsFrom'))
  expect(await of('corp')).toEqual([])
  expect(await of('crop')).toEqual([expect.stringContaining('there is no such source of groups')])
})
