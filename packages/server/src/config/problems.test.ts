/** Each bad file and exactly what is said about it: `line:column key (value): message → remedy`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { problemsOf } from '../../tests/support/config-problems.ts'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { loadConfig } from './index.ts'

const url = 'publicUrl: https://aws.example.com\n'
const twoProviders = `signIn:
  saml:
    - {id: one, metadata: {url: https://one.example.com}}
    - {id: two, metadata: {url: https://two.example.com}}
`

const table: [string, string | Uint8Array, string[]][] = [
  [
    'empty',
    '',
    [
      '1:1 : the file is empty → start with `publicUrl: https://…`; `rolecall config schema` lists every key',
    ],
  ],
  [
    'only a comment',
    '# nothing\n',
    [
      '1:1 : the file is empty → start with `publicUrl: https://…`; `rolecall config schema` lists every key',
    ],
  ],
  ['a list', '- 1\n', ['1:1  (a list): expected a map, found a list → correct the value']],
  [
    'not UTF-8',
    Uint8Array.of(0x61, 0xff),
    ['1:1 : the file cannot be used: it is not UTF-8 text → check the path and who may read it'],
  ],
  [
    'larger than 1 MiB',
    `# ${'x'.repeat(1_048_576)}`,
    [
      '1:1 : the file cannot be used: it is larger than 1024 KiB → check the path and who may read it',
    ],
  ],
  [
    'a tab as indentation',
    `${url}listen:\n\tport: 1\n`,
    ['3:1 : a tab is used for indentation, which YAML forbids → use spaces'],
  ],
  [
    'a key twice',
    `${url}title: a\ntitle: b\n`,
    ['3:1 : this key stands here for the second time → keep one of the two'],
  ],
  [
    'a bad indent',
    `${url}listen:\n  host: a\n port: 1\n`,
    [
      '4:1 : the indentation does not fit the lines around it → indent keys of one map by the same number of spaces',
    ],
  ],
  [
    'a missing quote',
    `${url}title: "a\n`,
    [
      '3:1 : a character is missing: a closing quote or bracket, a colon or a space → look at this line and the one before',
    ],
  ],
  [
    'a second document',
    `${url}---\ntitle: b\n`,
    ['2:1 : a second document begins here → remove the line `---`: one file is one configuration'],
  ],
  [
    'a tag',
    `${url}title: !secret a\n`,
    [
      '2:8 : a tag (`!name`) that this file format does not have → remove it; or put the value in quotes if it holds one of : # * & ! | > % @ ` { } [ ]',
    ],
  ],
  [
    'an undefined alias',
    `${url}title: *a\n`,
    [
      '2:8 : an alias (`*name`) that names nothing → put the value in quotes if it holds one of : # * & ! | > % @ ` { } [ ]',
    ],
  ],
  [
    'no public URL',
    'title: a\n',
    [
      '1:1 publicUrl: this key is required and missing → The address that browsers use; https, or http on loopback.',
    ],
  ],
  [
    'a value left empty',
    'publicUrl:\n',
    [
      '1:1 publicUrl (null): expected a text, found nothing → The address that browsers use; https, or http on loopback.',
    ],
  ],
  [
    'no URL',
    'publicUrl: aws.example.com\n',
    [
      '1:12 publicUrl ("aws.example.com"): this is not a URL → The address that browsers use; https, or http on loopback.',
    ],
  ],
  [
    'http beyond loopback',
    'publicUrl: http://aws.example.com\n',
    [
      '1:12 publicUrl ("http://aws.example.com"): http is only for loopback: cookies would cross the network in the clear → write https://aws.example.com, or use http on localhost',
    ],
  ],
  [
    'a URL with a path',
    'publicUrl: https://aws.example.com/a\n',
    [
      '1:12 publicUrl ("https://aws.example.com/a"): this must be an origin: scheme, host and port, nothing else → remove the rest',
    ],
  ],
  [
    'a URL with a password',
    'publicUrl: https://a:hunter2@aws.example.com\n',
    [
      '1:12 publicUrl ("https://[redacted]@aws.example.com"): this must be an origin: scheme, host and port, nothing else → remove the rest',
    ],
  ],
  [
    'an unknown key',
    `${url}lisen: {}\n`,
    ['2:1 lisen: this key is not known here → did you mean `listen`?'],
  ],
  [
    'an unknown key like no other',
    `${url}store: {wal: true}\n`,
    ['2:9 store.wal: this key is not known here → known: `file`'],
  ],
  [
    'an unknown key that is not a word',
    `${url}"a b\\u001b": 1\n`,
    [
      '2:1 ["a b\\u001b"]: this key is not known here → known: `publicUrl`, `title`, `listen`, `store`, `signIn`, `aws`, `accounts`, `discovery`, `grants`, `targets` and more',
    ],
  ],
  [
    'a key named __proto__',
    `${url}__proto__: {title: x}\n`,
    [
      '2:1 __proto__: this key is not known here → known: `publicUrl`, `title`, `listen`, `store`, `signIn`, `aws`, `accounts`, `discovery`, `grants`, `targets` and more',
    ],
  ],
  [
    'a wrong kind of value',
    `${url}listen: {port: high}\n`,
    ['2:16 listen.port ("high"): expected a number, found a text → The port; 0 picks a free one.'],
  ],
  [
    'a number out of bounds',
    `${url}listen: {port: 70000}\n`,
    ['2:16 listen.port (70000): too big: at most 65535 → The port; 0 picks a free one.'],
  ],
  [
    'a text too long',
    `${url}title: ${'x'.repeat(61)}\n`,
    [`2:8 title ("${'x'.repeat(61)}"): too long: at most 60 characters → The name on the page.`],
  ],
  [
    'a bad network',
    `${url}listen: {trustedProxies: [10.0.0.0/8, 10.0.0.0/33, proxy]}\n`,
    [
      '2:39 listen.trustedProxies[1] ("10.0.0.0/33"): not an address or network → write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)',
      '2:52 listen.trustedProxies[2] ("proxy"): not an address or network → write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)',
    ],
  ],
  [
    'networks that anybody may be in',
    `${url}listen:
  trustedProxies:
    - "0.0.0.0/00"
    - 128.0.0.0/1
    - 10.0.0.0/7
    - "::/0"
    - "::/16"
    - 2000::/15
    - "::ffff:0:0/96"
    - "::ffff:128.0.0.0/97"
`,
    [
      '0.0.0.0/00',
      '128.0.0.0/1',
      '10.0.0.0/7',
      '::/0',
      '::/16',
      '2000::/15',
      '::ffff:0:0/96',
      '::ffff:128.0.0.0/97',
    ].map(
      (network, index) =>
        `${index + 4}:7 listen.trustedProxies[${index}] ("${network}"): this trusts too many: anybody in it could claim any address → write the addresses of your own proxies; at most a /8 network (IPv4) or a /16 (IPv6)`,
    ),
  ],
  [
    'networks of one’s own',
    `${url}listen: {trustedProxies: [10.0.0.0/8, 192.0.2.1, fd00::/16, "::1", "::ffff:10.0.0.0/104", "::ffff:192.0.2.1"]}\n`,
    [],
  ],
  ...['moon-1', 'us-east-1/../x', 'us-east-1.evil.example#', 'aws-cn', 'aws-global'].map(
    (region): [string, string, string[]] => [
      `a region that is none: ${region}`,
      `${url}aws: {region: "${region}"}\n`,
      [
        `2:15 aws.region ("${region}"): this is no region of AWS → write a region such as \`eu-central-1\`, in the partition of the accounts`,
      ],
    ],
  ),
  [
    'no way to sign in',
    `${url}signIn: {password: false}\n`,
    [
      '2:20 signIn.password (false): nobody can sign in → add a provider under `signIn.saml`, or set `password: true`',
    ],
  ],
  [
    'metadata of no known form',
    `${url}signIn: {saml: [{id: a, metadata: {fil: x}}]}\n`,
    ['2:36 signIn.saml[0].metadata.fil: this key is not known here → did you mean `file`?'],
  ],
  [
    'metadata of two forms',
    `${url}signIn: {saml: [{id: a, metadata: {file: x, url: "https://x"}}]}\n`,
    [
      "2:35 signIn.saml[0].metadata (a map): the value has none of the forms allowed → The identity provider's SAML metadata: its name, its addresses, its keys.",
    ],
  ],
  [
    'a metadata file that is not there',
    `${url}signIn: {saml: [{id: a, metadata: {file: no.xml}}]}\n`,
    [
      '2:42 signIn.saml[0].metadata.file ("no.xml"): the file cannot be used: there is no such file → paths are relative to DIR; check its name and permissions',
    ],
  ],
  [
    'metadata over plain http',
    `${url}signIn: {saml: [{id: a, metadata: {url: "http://idp.example.com"}}]}\n`,
    [
      '2:41 signIn.saml[0].metadata.url ("http://idp.example.com"): http is only for loopback → use https',
    ],
  ],
  [
    'addresses of metadata services',
    `${url}signIn: {saml: [{id: a, metadata: {url: "https://169.254.169.254/x"}}]}\naws: {endpoints: {sts: "https://metadata.google.internal"}}\n`,
    [
      '2:41 signIn.saml[0].metadata.url ("https://169.254.169.254/x"): this host is never called: 169.254.169.254: 169.254.169.254 is link-local, of a metadata service, or reserved → name another host',
      '3:24 aws.endpoints.sts ("https://metadata.google.internal"): this host is never called: metadata.google.internal: it is a metadata service → name another host',
    ],
  ],
  [
    'audit sinks that cannot send',
    `${url}audit:
  sinks:
    - { id: a, webhook: { url: "http://siem.example.com" } }
    - { id: a, webhook: { url: "https://x.example.com", headers: { Host: { env: H } } } }
    - { id: b }
    - { id: c, syslog: { address: "tls://loghost:port" } }
    - { id: d, syslog: { address: "udp://169.254.169.254", caFile: ca.pem } }
    - { id: e, webhook: { url: "https://x.example.com", secret: { env: NONE } } }
`,
    [
      '4:32 audit.sinks[0].webhook.url ([redacted]): http is only for loopback → use https',
      '5:13 audit.sinks[1].id ("a"): this id is used twice → choose another: line 4 has it',
      '5:68 audit.sinks[1].webhook.headers.Host: this header is set already → leave it out',
      '5:74 audit.sinks[1].webhook.headers.Host ([redacted]): the environment variable H is not set → set H for the process that runs the gateway',
      '6:7 audit.sinks[2] (a map): a sink sends in one way → give either `webhook` or `syslog`',
      '7:35 audit.sinks[3].syslog.address ("tls://loghost:port"): this is no address of a syslog receiver → write it as `tls://HOST:PORT`',
      '8:35 audit.sinks[4].syslog.address ("udp://169.254.169.254"): this host is never called: 169.254.169.254: 169.254.169.254 is link-local, of a metadata service, or reserved → name another host',
      '8:68 audit.sinks[4].syslog.caFile ("ca.pem"): the file cannot be used: there is no such file → paths are relative to DIR; check its name and permissions',
      '8:68 audit.sinks[4].syslog.caFile ("ca.pem"): authorities are for `tls://` only → leave it out, or use `tls://`',
      '9:65 audit.sinks[5].webhook.secret ([redacted]): the environment variable NONE is not set → set NONE for the process that runs the gateway',
    ],
  ],
  [
    'a reserved provider id',
    `${url}signIn: {saml: [{id: local, metadata: {url: "https://x"}}]}\n`,
    ['2:22 signIn.saml[0].id ("local"): this id means the local users → choose another id'],
  ],
  [
    'a provider id twice',
    `${url}${twoProviders.replace('two', 'one')}`,
    ['5:12 signIn.saml[1].id ("one"): this id is used twice → choose another: line 4 has it'],
  ],
  [
    'skew out of bounds',
    `${url}signIn: {saml: [{id: a, metadata: {url: "https://x"}, clockSkew: 301}]}\n`,
    [
      '2:66 signIn.saml[0].clockSkew (301): this time span is out of bounds: 0s to 5m → choose one of 0s to 5m',
    ],
  ],
  [
    'a command line that lasts for a year',
    `${url}commandLine: {lifetime: 365d}\n`,
    [
      '2:25 commandLine.lifetime ("365d"): this time span is out of bounds: 5m to 30d → choose one of 5m to 30d',
    ],
  ],
  [
    'idle beyond absolute',
    `${url}signIn: {session: {idle: 2h, absolute: 1h}}\n`,
    [
      '2:26 signIn.session.idle ("2h"): idle is longer than absolute → at most 1h, which is `absolute`',
    ],
  ],
  [
    'no time span',
    `${url}aws: {timeout: soon}\n`,
    [
      '2:16 aws.timeout ("soon"): this is not a time span → write seconds as a number, or a number with s, m, h or d: `90s`, `8h`',
    ],
  ],
  [
    'credentials of an unknown source',
    `${url}aws: {credentials: {source: enviroment}}\n`,
    [
      '2:29 aws.credentials.source ("enviroment"): not one of the choices → did you mean `environment`?',
    ],
  ],
  [
    'an unknown key beside secrets',
    `${url}aws: {credentials: {source: static, accessKeyId: {env: A}, secretAccesKey: hunter2}}\n`,
    [
      '2:20 aws.credentials.secretAccessKey: this key is required and missing → The secret access key.',
      '2:60 aws.credentials.secretAccesKey: this key is not known here → did you mean `secretAccessKey`?',
    ],
  ],
  [
    'a secret of no known form',
    `${url}aws: {credentials: {source: static, accessKeyId: {env: A}, secretAccessKey: {hunter2: x}}}\n`,
    [
      '2:77 aws.credentials.secretAccessKey ([redacted]): the value has none of the forms allowed → The secret access key.',
    ],
  ],
  [
    'a secret that is a number',
    `${url}aws: {credentials: {source: static, accessKeyId: {env: A}, secretAccessKey: 12345}}\n`,
    [
      '2:77 aws.credentials.secretAccessKey ([redacted]): the value has none of the forms allowed → The secret access key.',
    ],
  ],
  [
    'secrets that cannot be had',
    `${url}aws:
  credentials:
    source: static
    accessKeyId: {env: NOT_SET}
    secretAccessKey: {file: no.txt}
    sessionToken: {command: [no-such-program, hunter2]}
`,
    [
      '5:18 aws.credentials.accessKeyId ([redacted]): the environment variable NOT_SET is not set → set NOT_SET for the process that runs the gateway',
      '6:22 aws.credentials.secretAccessKey ([redacted]): the file DIR/no.txt cannot be used: there is no such file → check the path and that the gateway’s user may read it',
      '7:19 aws.credentials.sessionToken ([redacted]): the command no-such-program failed: there is no such program → run it by hand as the gateway’s user: it must print the secret and exit with 0',
    ],
  ],
  [
    'endpoints in the clear or with a password',
    `${url}aws: {endpoints: {sts: "http://sts.example.com", console: "https://a:b@c.example.com"}}\n`,
    [
      '2:24 aws.endpoints.sts ("http://sts.example.com"): http is only for loopback → use https',
      '2:59 aws.endpoints.console ("https://[redacted]@c.example.com"): a name or password stands in the address → remove it',
    ],
  ],
  [
    'a region to fail over to of another partition',
    `${url}aws: {region: eu-west-1, failoverRegion: us-gov-west-1}\n`,
    [
      '2:42 aws.failoverRegion ("us-gov-west-1"): this region is of another partition than `aws.region` → write another region of the partition of eu-west-1',
    ],
  ],
  [
    'a region to fail over to that is the same',
    `${url}aws: {failoverRegion: us-east-1}\n`,
    [
      '2:23 aws.failoverRegion ("us-east-1"): this is `aws.region` itself → write another region, or leave it out',
    ],
  ],
  [
    'a proxy of another kind, with what is no password',
    `${url}aws: {proxy: {url: "socks5://a.example.com:1", pasword: hunter2}}\n`,
    [
      '2:20 aws.proxy.url ("socks5://a.example.com:1"): this is not a URL → `http://proxy.example.com:3128`; `https:` for a proxy that is reached over TLS.',
      '2:48 aws.proxy.pasword: this key is not known here → did you mean `password`?',
    ],
  ],
  [
    'a proxy with the password in its address',
    `${url}aws: {proxy: {url: "http://a:hunter2@proxy.example.com"}}\n`,
    [
      '2:20 aws.proxy.url ("http://[redacted]@proxy.example.com"): a name or password stands in the address → write them as `username` and `password`',
    ],
  ],
  [
    'a proxy that cannot be used',
    `${url}aws: {proxy: {url: "https://proxy.example.com/path", username: a, noProxy: ["10.0.0.0/33"]}}\n`,
    [
      '2:14 aws.proxy ([redacted]): a user name and a password go together → give both `username` and `password`, or neither',
      '2:14 aws.proxy ([redacted]): the address of the proxy cannot be used: it is not an address such as "http://proxy.example.com:3128" → correct the address, the name or the password',
      '2:77 aws.proxy.noProxy[0] ("10.0.0.0/33"): the list of targets without a proxy cannot be used: "10.0.0.0/33" is no network → write a host, an address or a network (CIDR), alone or with `:port`',
    ],
  ],
  [
    'authorities that are none',
    `${url}aws: {caFile: c.yaml}\n`,
    [
      '2:15 aws.caFile ("c.yaml"): the certificates of authorities cannot be used: there is no "-----BEGIN CERTIFICATE-----" block → write PEM: whole `BEGIN CERTIFICATE` blocks',
    ],
  ],
  [
    'several problems in one grant',
    `${url}accounts: {prod: {id: "123456789012"}}
grants:
  - {name: g, gropus: [a], account: prd, role: R, duration: 13h, path: "a/b", sources: [1, nope]}
`,
    [
      '4:15 grants[0].gropus: this key is not known here → did you mean `groups`?',
      '4:37 grants[0].account ("prd"): there is no account with this alias → did you mean `prod`?',
      '4:61 grants[0].duration ("13h"): this time span is out of bounds: 15m to 12h → choose one of 15m to 12h',
      '4:72 grants[0].path ("a/b"): the form is wrong: letters, digits, dot, dash, underscore → Opens the console directly at `{targets.prefix}/{path}`.',
      '4:89 grants[0].sources[0] (1): expected a text, found a number → put it in quotes',
    ],
  ],
  [
    'certificate and key that are none',
    `${url}listen: {tls: {certificate: c.yaml, key: {file: c.yaml}}}\n`,
    [
      '2:29 listen.tls.certificate ("c.yaml"): the certificate and the key are not PEM, or do not belong together → give the PEM chain, its own certificate first, and the unencrypted PEM key',
    ],
  ],
]

test.each(table)('%s', async (_title, text, expected) => {
  expect(await problemsOf(text)).toEqual(expected)
})

test('a file that is not there', async () => {
  const file = join(temporaryDirectory(), 'no.yaml')
  const result = await loadConfig(file, { env: {} })
  expect(result.ok ? [] : result.problems).toMatchObject([
    { file, line: 1, message: 'the file cannot be used: there is no such file' },
  ])
})

test('an alias bomb is refused before it unfolds', async () => {
  const levels = Array.from({ length: 9 }, (_, index) => {
    const before = index === 0 ? '"x"' : `*a${index - 1}`
    return `a${index}: &a${index} [${Array(9).fill(before).join(', ')}]`
  })
  expect(await problemsOf(levels.join('\n'))).toEqual([
    '1:1 : aliases (`*name`) unfold into more than 100 values → write the values out',
  ])
})

test.each([
  [
    'a grant for everyone',
    'accounts: {prod: {id: "123456789012"}}\ngrants: [{name: g, account: prod, role: R}]',
    'grants[0]: everyone who can sign in may take this role',
  ],
  [
    'a store that keeps nothing',
    'store: {file: ":memory:"}',
    'store.file: nothing is kept: users, sessions and the audit log are lost when it stops',
  ],
])('%s is warned of', async (_title, text, expected) => {
  expect(await warningsOf(text)).toContain(expected)
})

const provider = '{id: corp, metadata: {url: "https://idp.example.com"}}'
const shared = 'grants[0].users: these names count from corp and for local users alike'

test.each([
  ['a provider and local users', `saml: [${provider}]`, 'users: [admin]', [shared]],
  ['no local users', `saml: [${provider}], password: false`, 'users: [admin]', []],
  ['no provider', 'password: true', 'users: [admin]', []],
  ['sources', `saml: [${provider}]`, 'users: [admin], sources: [corp]', []],
  ['groups, which the administrator gives', `saml: [${provider}]`, 'groups: [admins]', []],
])('usernames without a source, with %s', async (_title, signIn, who, expected) => {
  const text = `signIn: {${signIn}}
accounts: {prod: {id: "123456789012"}}
grants: [{name: g, account: prod, role: R, ${who}}]`
  expect((await warningsOf(text)).filter(one => one.startsWith('grants'))).toEqual(expected)
})

async function warningsOf(text: string): Promise<string[]> {
  const file = join(temporaryDirectory(), 'warned.yaml')
  writeFileSync(file, `${url}${text}\n`)
  const { ok, warnings } = await loadConfig(file, { env: {} })
  expect(ok).toBe(true)
  return warnings.map(({ key, message }) => `${key}: ${message}`)
}
