/** Each bad file and exactly what is said about it: `line:column key (value): message → remedy`. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { loadConfig } from './index.ts'
import type { Problem } from './problem.ts'

const url = 'publicUrl: https://aws.example.com\n'
const accounts = 'accounts: {prod: {id: "111111111111"}, dev: {id: "222222222222"}}\n'
const twoProviders = `signIn:
  saml:
    - {id: one, metadata: {url: https://one.example.com}}
    - {id: two, metadata: {url: https://two.example.com}}
`

function line({ line: at, column, key, value, message, remedy }: Problem): string {
  return `${at}:${column} ${key}${value === '' ? '' : ` (${value})`}: ${message} → ${remedy}`
}

async function problemsOf(text: string | Uint8Array): Promise<string[]> {
  const directory = temporaryDirectory({ 'c.yaml': text })
  const file = join(directory, 'c.yaml')
  const result = await loadConfig(file, { env: {} })
  if (result.ok) return []
  for (const problem of result.problems) expect(problem.file).toBe(file)
  return result.problems.map(problem => line(problem).replaceAll(directory, 'DIR'))
}

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
      '2:1 ["a b\\u001b"]: this key is not known here → known: `publicUrl`, `title`, `listen`, `store`, `signIn`, `aws`, `accounts`, `grants`, `targets`',
    ],
  ],
  [
    'a key named __proto__',
    `${url}__proto__: {title: x}\n`,
    [
      '2:1 __proto__: this key is not known here → known: `publicUrl`, `title`, `listen`, `store`, `signIn`, `aws`, `accounts`, `grants`, `targets`',
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
    'a store in no directory',
    `${url}store: {file: no/such.db}\n`,
    [
      '2:15 store.file ("no/such.db"): the directory DIR/no is not there, or this user may not write to it → make it, or choose another',
    ],
  ],
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
    'certificate and key that are none',
    `${url}listen: {tls: {certificate: c.yaml, key: {file: c.yaml}}}\n`,
    [
      '2:29 listen.tls.certificate ("c.yaml"): the certificate and the key are not PEM, or do not belong together → give the PEM chain, its own certificate first, and the unencrypted PEM key',
    ],
  ],
  [
    'an account id without quotes',
    `${url}accounts: {prod: {id: 111111111111}}\n`,
    [
      '2:23 accounts.prod.id (111111111111): an account id is twelve digits in quotes → put it in quotes',
    ],
  ],
  [
    'an account id of eleven digits',
    `${url}accounts: {prod: {id: "11111111111"}}\n`,
    [
      '2:23 accounts.prod.id ("11111111111"): the form is wrong: an account id is twelve digits in quotes → Twelve digits, in quotes.',
    ],
  ],
  [
    'an account alias in capitals',
    `${url}accounts: {Prod: {id: "111111111111"}}\n`,
    [
      '2:12 accounts.Prod: this name is refused: lower-case letters, digits and dashes, at most 32 → rename it',
    ],
  ],
  [
    'an account twice',
    `${url}accounts: {a: {id: "111111111111"}, b: {id: "111111111111"}}\n`,
    [
      '2:45 accounts.b.id ("111111111111"): this account stands under `a` already → keep one alias for each account',
    ],
  ],
  [
    'an unknown partition',
    `${url}accounts: {a: {id: "111111111111", partition: aws-gov}}\n`,
    ['2:47 accounts.a.partition ("aws-gov"): not one of the choices → did you mean `aws-us-gov`?'],
  ],
  [
    'a grant for no account',
    `${url}${accounts}grants:\n  - {name: a, role: Admin}\n`,
    [
      '4:5 grants[0].account: a role name needs an account → add `account` with an alias, or write `role` as an ARN; known: `prod`, `dev`',
    ],
  ],
  [
    'a grant for an unknown account',
    `${url}${accounts}grants:\n  - {name: a, account: prdo, role: Admin}\n`,
    ['4:24 grants[0].account ("prdo"): there is no account with this alias → did you mean `prod`?'],
  ],
  [
    'a role that is no name',
    `${url}${accounts}grants:\n  - {name: a, account: prod, role: "a b"}\n`,
    [
      '4:36 grants[0].role ("a b"): this is not a role name or role ARN → a role name has 1 to 64 of A-Z a-z 0-9 and _+=,.@-; or give the role ARN',
    ],
  ],
  [
    'an ARN of something else',
    `${url}${accounts}grants:\n  - {name: a, role: "arn:aws:iam::111111111111:user/a"}\n`,
    [
      '4:21 grants[0].role ("arn:aws:iam::111111111111:user/a"): this is not a role name or role ARN → a role name has 1 to 64 of A-Z a-z 0-9 and _+=,.@-; or give the role ARN',
    ],
  ],
  [
    'an ARN of an unknown account',
    `${url}${accounts}grants:\n  - {name: a, role: "arn:aws:iam::333333333333:role/a"}\n`,
    [
      '4:21 grants[0].role ("arn:aws:iam::333333333333:role/a"): the account 333333333333 of this role is not under `accounts` → add it: `accounts: {my-alias: {id: "333333333333"}}`',
    ],
  ],
  [
    'an ARN of another partition',
    `${url}${accounts}grants:\n  - {name: a, role: "arn:aws-cn:iam::111111111111:role/a"}\n`,
    [
      '4:21 grants[0].role ("arn:aws-cn:iam::111111111111:role/a"): the partition is aws-cn, but the account prod is in aws → write arn:aws:…, or `partition: aws-cn` at the account',
    ],
  ],
  [
    'an account beside an ARN',
    `${url}${accounts}grants:\n  - {name: a, account: prod, role: "arn:aws:iam::111111111111:role/a"}\n`,
    [
      '4:24 grants[0].account ("prod"): an account stands beside a role ARN, which names its own → remove `account`',
    ],
  ],
  [
    'one role under two paths',
    `${url}${accounts}grants:\n  - {name: a, account: prod, role: x/Admin}\n  - {name: b, account: prod, role: Admin}\n`,
    [
      '5:36 grants[1].role ("Admin"): the role has the IAM path /x/ in line 4; role names are unique in an account → give both grants the same path',
    ],
  ],
  [
    'a duration AWS does not have',
    `${url}${accounts}grants:\n  - {name: a, account: prod, role: A, duration: 13h}\n  - {name: b, account: dev, role: A, duration: 899}\n`,
    [
      '4:49 grants[0].duration ("13h"): this time span is out of bounds: 15m to 12h → choose one of 15m to 12h',
      '5:48 grants[1].duration (899): this time span is out of bounds: 15m to 12h → choose one of 15m to 12h',
    ],
  ],
  [
    'a grant name and a path twice',
    `${url}${accounts}grants:\n  - {name: a, account: prod, role: A, path: p}\n  - {name: a, account: dev, role: A, path: p}\n`,
    [
      '5:12 grants[1].name ("a"): this name is used twice → choose another: the grant in line 4 has it',
      '5:44 grants[1].path ("p"): this path is used twice → choose another: the grant in line 4 has it',
    ],
  ],
  [
    'an unknown source',
    `${url}${accounts}grants:\n  - {name: a, account: prod, role: A, sources: [locl]}\n`,
    ['4:49 grants[0].sources[0] ("locl"): there is no such sign-in source → did you mean `local`?'],
  ],
  [
    'local users as a source, switched off',
    `${url}${accounts}${twoProviders}  password: false\ngrants:\n  - {name: a, account: prod, role: A, sources: [local]}\n`,
    [
      '9:49 grants[0].sources[0] ("local"): local users cannot sign in: `signIn.password` is false → set `signIn.password: true`, or remove it here',
    ],
  ],
  [
    'no sources with two providers',
    `${url}${accounts}${twoProviders}grants:\n  - {name: a, account: prod, role: A}\n`,
    [
      '8:5 grants[0].sources: with several SAML providers a grant must say whose word counts → known: `one`, `two`',
    ],
  ],
  [
    'a destination elsewhere',
    `${url}${accounts}grants:\n  - {name: a, account: prod, role: A, destination: "https://evil.example.com/"}\n`,
    [
      '4:52 grants[0].destination ("https://evil.example.com/"): this is not on a console host of the partition aws → use an https address of the AWS console, such as https://console.aws.amazon.com/s3',
    ],
  ],
  [
    'a path with a slash',
    `${url}${accounts}grants:\n  - {name: a, account: prod, role: A, path: ../x}\n`,
    [
      '4:45 grants[0].path ("../x"): the form is wrong: letters, digits, dot, dash, underscore → Opens the console directly at `{targets.prefix}/{path}`.',
    ],
  ],
  [
    'targets where our routes are',
    `${url}targets: {prefix: /API/x}\n`,
    [
      '2:19 targets.prefix ("/API/x"): the gateway answers at /API itself → choose another, such as `/aws`',
    ],
  ],
  [
    'a path where our routes are',
    `${url}${accounts}targets: {prefix: ""}\ngrants:\n  - {name: a, account: prod, role: A, path: console}\n`,
    [
      '5:45 grants[0].path ("console"): the gateway answers at /console itself → choose another path, or set `targets.prefix`',
    ],
  ],
  [
    'wrong parts everywhere: each is told',
    `publicUrl: 1\nlisten: {port: x}\naccounts: {prod: {id: 1}}\ngrants:\n  - {name: a, account: prod, role: A}\n  - {name: b, account: prud, role: A, duration: 1s}\n  - 7\n`,
    [
      '1:12 publicUrl (1): expected a text, found a number → put it in quotes',
      '2:16 listen.port ("x"): expected a number, found a text → The port; 0 picks a free one.',
      '3:23 accounts.prod.id (1): an account id is twelve digits in quotes → put it in quotes',
      '6:24 grants[1].account ("prud"): there is no account with this alias → did you mean `prod`?',
      '6:49 grants[1].duration ("1s"): this time span is out of bounds: 15m to 12h → choose one of 15m to 12h',
      '7:5 grants[2] (7): expected a map, found a number → Who may take which role.',
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
