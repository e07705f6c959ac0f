/** Each bad mount or machine source and exactly what is said about it. */
import { expect, test } from 'vitest'
import { problemsOf } from '../../tests/support/config-problems.ts'

const url = 'publicUrl: https://aws.example.com\n'
const machines = `signIn:
  machines: {domains: [rz.example.com], networks: [10.0.0.0/8]}
`
const people = 'for: people, sources: [local]'

const table: [string, string, string[]][] = [
  [
    'mounts that work, also where the examples of AFP have theirs',
    `${url}${machines}targets: {prefix: /afp}
federationApi:
  - {prefix: /api/latest/human, ${people}}
  - {prefix: /api/latest/machine, for: machines, hosts: [ims.example.com]}
  - {prefix: /latest, for: machines}
`,
    [],
  ],
  [
    'mounts where we answer ourselves, or another mount does',
    `${url}${machines}targets: {prefix: /go}
federationApi:
  - {prefix: /api, ${people}}
  - {prefix: /api/v1, ${people}}
  - {prefix: /signin/x, ${people}}
  - {prefix: /go/afp, ${people}}
  - {prefix: /a/b, ${people}}
  - {prefix: /a, for: machines}
`,
    [
      '6:14 federationApi[0].prefix ("/api"): the gateway answers at /api itself → choose another, such as `/afp-api/latest`',
      '7:14 federationApi[1].prefix ("/api/v1"): the gateway answers at /api itself → choose another, such as `/afp-api/latest`',
      '8:14 federationApi[2].prefix ("/signin/x"): the gateway answers at /signin itself → choose another, such as `/afp-api/latest`',
      '9:14 federationApi[3].prefix ("/go/afp"): it overlaps with `targets.prefix` → choose another for one of the two',
      '11:14 federationApi[5].prefix ("/a"): it overlaps with `federationApi[4].prefix` → choose another for one of the two',
    ],
  ],
  [
    'mounts where nobody is anybody',
    `${url}federationApi:
  - {prefix: /a, for: people}
  - {prefix: /b, for: people, sources: [local, local, nowhere], hosts: [a.example.com], plainHttp: true}
  - {prefix: /c, for: machines, sources: [local]}
`,
    [
      '3:5 federationApi[0] (a map): nobody could use this mount: `sources` is missing → add `sources: [local]`, or ids of `signIn.headers` and `signIn.ldap`',
      '4:48 federationApi[1].sources[1] ("local"): this source stands here twice → keep one of the two',
      '4:55 federationApi[1].sources[2] ("nowhere"): no source of this id identifies requests that have no browser session → choose of `local`',
      '4:72 federationApi[1].hosts (a list): only machines are asked for it → remove it',
      '4:100 federationApi[1].plainHttp (true): passwords never cross the network in the clear → remove it',
      '5:23 federationApi[2].for ("machines"): no machine could use this mount → add `signIn.machines` with `domains` and `networks`',
      '5:42 federationApi[2].sources (a list): machines have no source but DNS → remove it',
    ],
  ],
  [
    'machines that cannot be found',
    `${url}signIn:
  machines:
    id: local
    domains: [rz.example.com]
    networks: [10.0.0.0/33, ten]
    nameServers: [10.0.0.53, '10.0.0.53:0', ns.example.com, '[2001:db8::53]:53']
    timeout: 1h
`,
    [
      '4:9 signIn.machines.id ("local"): people have a source of this id → choose another id',
      '6:16 signIn.machines.networks[0] ("10.0.0.0/33"): not an address or network → write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)',
      '6:29 signIn.machines.networks[1] ("ten"): not an address or network → write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)',
      '7:30 signIn.machines.nameServers[1] ("10.0.0.53:0"): not the address of a name server → write `10.0.0.53`, `10.0.0.53:5353` or `[2001:db8::53]:53`',
      '7:45 signIn.machines.nameServers[2] ("ns.example.com"): not the address of a name server → write `10.0.0.53`, `10.0.0.53:5353` or `[2001:db8::53]:53`',
      '8:14 signIn.machines.timeout ("1h"): this time span is out of bounds: 1s to 30s → choose one of 1s to 30s',
    ],
  ],
]

test.each(table)('%s', async (_name, text, expected) => {
  expect(await problemsOf(text)).toEqual(expected)
})

test('names of machines and mounts that are none', async () => {
  const text = `${url}signIn:
  machines: {domains: [.example.com, Example.com], networks: []}
federationApi:
  - {prefix: /a/, for: people, sources: [local]}
`
  expect((await problemsOf(text)).map(line => line.replace(/ → .*/, ''))).toEqual([
    '3:24 signIn.machines.domains[0] (".example.com"): the form is wrong: a domain in lower case, such as `rz.example.com`',
    '3:38 signIn.machines.domains[1] ("Example.com"): the form is wrong: a domain in lower case, such as `rz.example.com`',
    '3:62 signIn.machines.networks (a list): too small: at least 1 entry',
    '5:14 federationApi[0].prefix ("/a/"): the form is wrong: a path such as `/afp-api/latest`',
  ])
})
