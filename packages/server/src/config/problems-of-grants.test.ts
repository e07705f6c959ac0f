/** What is said about accounts, grants and targets: `line:column key (value): message → remedy`. */
import { expect, test } from 'vitest'
import { problemsOf } from '../../tests/support/config-problems.ts'

const url = 'publicUrl: https://aws.example.com\n'
const accounts = 'accounts: {prod: {id: "111111111111"}, dev: {id: "222222222222"}}\n'
const twoProviders = `signIn:
  saml:
    - {id: one, metadata: {url: https://one.example.com}}
    - {id: two, metadata: {url: https://two.example.com}}
`

const table: [string, string, string[]][] = [
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
    'an account alias with a slash',
    `${url}accounts: {a/b: {id: "111111111111"}}\n`,
    [
      '2:12 accounts["a/b"]: this name is refused: letters, digits, dots, dashes and underscores, at most 64 → rename it',
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
    'a region of another partition',
    `${url}${accounts}grants:\n  - {name: a, account: prod, role: Admin, region: cn-north-1}\n`,
    [
      '4:51 grants[0].region ("cn-north-1"): this is no region of the partition aws → write a region of the accounts',
    ],
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
      '8:5 grants[0].sources: with several sign-in sources a grant must say whose word counts → known: `one`, `two`',
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

test('one account id in two partitions: an ARN means the one of its own', async () => {
  const text = `${url}accounts:
  ours: {id: "111111111111"}
  china: {id: "111111111111", partition: aws-cn}
grants:
  - {name: a, role: "arn:aws:iam::111111111111:role/A"}
  - {name: b, role: "arn:aws-cn:iam::111111111111:role/A"}
`
  expect(await problemsOf(text)).toEqual([])
})

test.each(table)('%s', async (_title, text, expected) => {
  expect(await problemsOf(text)).toEqual(expected)
})
