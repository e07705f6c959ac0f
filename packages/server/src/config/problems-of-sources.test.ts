/** What is said about sources of people that cannot be: `line:column key (value): message → remedy`. */
import { describe, expect, test } from 'vitest'
import { problemsOf } from '../../tests/support/config-problems.ts'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { loadConfig } from './index.ts'

const url = 'publicUrl: https://aws.example.com\n'
const headers = (...entries: string[]) =>
  `${url}signIn:\n  headers:\n${entries.map(entry => `    - {${entry}}\n`).join('')}`
const plain = 'id: proxy, from: [10.1.2.3], username: X-Remote-User'

const table: [string, string, string[]][] = [
  ['a proxy that says it all', headers(plain), []],
  [
    'nobody whose headers count',
    headers('id: proxy, from: [], username: X-User'),
    [
      "4:25 signIn.headers[0].from (a list): too small: at least 1 entry → Addresses or networks (CIDR) of the proxies whose headers count: the connection's own address, never X-Forwarded-For. From anybody else the headers are nothing.",
    ],
  ],
  [
    'everybody',
    headers('id: proxy, from: [0.0.0.0/0, "::/0", 10.0.0.0/7], username: X-User'),
    [0, 1, 2].map(
      index =>
        `4:${[26, 37, 45][index]} signIn.headers[0].from[${index}] ("${['0.0.0.0/0', '::/0', '10.0.0.0/7'][index]}"): this trusts too many: anybody in it could claim to be anybody → write the addresses of your own proxies; at most a /8 network (IPv4) or a /16 (IPv6)`,
    ),
  ],
  [
    'a host name',
    headers('id: proxy, from: [proxy.example.com], username: X-User'),
    [
      '4:26 signIn.headers[0].from[0] ("proxy.example.com"): not an address or network → write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)',
    ],
  ],
  [
    'a header with an underscore',
    headers('id: proxy, from: [10.1.2.3], username: X_Remote_User'),
    [
      '4:47 signIn.headers[0].username ("X_Remote_User"): the form is wrong: letters, digits and dashes, at most 64 → The header with the username, ASCII. Without it the request is of nobody; empty, twice, or spelt `X_Like_This` as well, it is refused.',
    ],
  ],
  [
    'one header for two things, and one with a meaning of its own',
    headers(`${plain}, groups: x-remote-user, email: Cookie`),
    [
      '4:70 signIn.headers[0].groups ("x-remote-user"): `username` is the same header → name two headers',
      '4:92 signIn.headers[0].email ("Cookie"): this header has a meaning of its own → choose another header',
    ],
  ],
  [
    'an id of another source, and of our own',
    `${url}signIn:\n  saml:\n    - {id: corp, metadata: {url: https://idp.example.com}}\n  headers:\n    - {id: corp, from: [10.1.2.3], username: X-User}\n    - {id: local, from: [10.1.2.3], username: X-User}\n    - {id: system, from: [10.1.2.3], username: X-User}\n`,
    [
      '6:12 signIn.headers[0].id ("corp"): this id is used twice → choose another: line 4 has it',
      '7:12 signIn.headers[1].id ("local"): this id means the local users → choose another id',
      '8:12 signIn.headers[2].id ("system"): this id means this machine\'s groups → choose another id',
    ],
  ],
  [
    'a client certificate that nobody shows, of anybody',
    headers(`${plain}, clientCertificate: {caFile: ca.pem}`),
    [
      "4:81 signIn.headers[0].clientCertificate (a map): any certificate of these authorities would count → add `subject` or `fingerprint`: the proxy's own",
      '4:81 signIn.headers[0].clientCertificate (a map): without TLS here nobody shows a certificate → set `listen.tls`, or use `secret` instead',
      '4:90 signIn.headers[0].clientCertificate.caFile ("ca.pem"): the file cannot be used: there is no such file → paths are relative to DIR; check its name and permissions',
    ],
  ],
  [
    'a short secret',
    headers(`${plain}, secret: {header: X-Secret, value: short}`),
    [
      '4:96 signIn.headers[0].secret.value ([redacted]): this secret is too short → make one: `openssl rand -base64 32`',
    ],
  ],
  [
    'groups from nowhere',
    headers(`${plain}, groupsFrom: [systm, system]`),
    [
      '4:75 signIn.headers[0].groupsFrom[0] ("systm"): there is no such source of groups → did you mean `system`?',
    ],
  ],
  [
    'a sign-out in the clear',
    headers(`${plain}, logoutUrl: "http://proxy.example.com/logout"`),
    [
      '4:73 signIn.headers[0].logoutUrl ("http://proxy.example.com/logout"): http is only for loopback → use https',
    ],
  ],
  [
    'an e-mail domain of two sources',
    headers(
      `${plain}, emailDomains: [example.com]`,
      'id: two, from: [10.1.2.3], username: X-Two, emailDomains: [example.com]',
    ),
    [
      '5:67 signIn.headers[1].emailDomains[0] ("example.com"): this domain is sent to two sources → line 4 has it: keep one',
    ],
  ],
  [
    'an address as an e-mail domain',
    headers(`${plain}, emailDomains: ["@example.org"]`),
    [
      '4:77 signIn.headers[0].emailDomains[0] ("@example.org"): the form is wrong: a domain in lower case, such as `example.com` → Whose addresses the sign-in page sends to this source: the part behind the @, exactly.',
    ],
  ],
  [
    'a grant that must say whose word counts',
    `${headers(plain, 'id: two, from: [10.1.2.3], username: X-Two')}accounts: {prod: {id: "111122223333"}}\ngrants:\n  - {name: a, groups: [b], account: prod, role: A}\n  - {name: b, groups: [b], account: prod, role: B, sources: [prox]}\n`,
    [
      '8:5 grants[0].sources: with several sign-in sources a grant must say whose word counts → known: `proxy`, `two`',
      '9:62 grants[1].sources[0] ("prox"): there is no such sign-in source → did you mean `proxy`?',
    ],
  ],
  [
    'only a proxy, and no password',
    `${url}signIn:\n  password: false\n  headers:\n    - {${plain}}\n`,
    [],
  ],
]

test.each(table)('%s', async (_title, text, problems) => {
  expect(await problemsOf(text)).toEqual(problems)
})

describe('a configuration', () => {
  const load = async (text: string) => {
    const directory = temporaryDirectory({ 'c.yaml': text })
    const result = await loadConfig(`${directory}/c.yaml`, { env: {} })
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    return result
  }

  test('keeps the order of the file, over the kinds', async () => {
    const saml = '  saml:\n    - {id: corp, metadata: {url: https://idp.example.com}}\n'
    const proxies = `  headers:\n    - {${plain}}\n`
    expect((await load(`${url}signIn:\n${proxies}${saml}`)).config.signIn.order).toEqual([
      'headers',
      'saml',
    ])
    expect((await load(`${url}signIn:\n${saml}${proxies}`)).config.signIn.order).toEqual([
      'saml',
      'headers',
    ])
  })

  test('warns when the audit log would show the proxy for everybody', async () => {
    const { warnings } = await load(headers(plain))
    expect(warnings).toContainEqual(
      expect.objectContaining({
        key: 'signIn.headers[0].from[0]',
        message: "the audit log will show this proxy's address for everybody behind it",
      }),
    )
    const listed = await load(`${headers(plain)}listen: {trustedProxies: [10.1.0.0/16]}\n`)
    expect(listed.warnings.map(({ key }) => key)).not.toContain('signIn.headers[0].from[0]')
  })
})
