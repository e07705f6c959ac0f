/** What is said about the language of grants: `line:column key (value): message → remedy`. */
import { expect, test } from 'vitest'
import { problemsOf } from '../../tests/support/config-problems.ts'

const head = `publicUrl: https://aws.example.com
accounts: {prod: {id: "111111111111", tags: {stage: prod}}, dev: {id: "222222222222"}}
grants:
  - {name: a, `

const table: [string, string, string[]][] = [
  [
    'look-around',
    'account: prod, role: A, groupPattern: "a(?=b)"',
    [
      '4:53 grants[0].groupPattern ("a(?=b)"): the pattern cannot be read: error parsing regexp: invalid or unsupported Perl syntax: `(?=` → RE2 has no look-around: write a second grant with `effect: deny` for what is not meant',
    ],
  ],
  [
    'a back-reference',
    'account: prod, role: A, groupPattern: "(a)\\\\1"',
    [
      '4:53 grants[0].groupPattern ("(a)\\\\1"): the pattern cannot be read: error parsing regexp: invalid escape sequence: `\\1` → RE2 has no back-references: they take exponential time; name each group once',
    ],
  ],
  [
    'a possessive repetition',
    'account: prod, role: A, groupPattern: "a++"',
    [
      '4:53 grants[0].groupPattern ("a++"): the pattern cannot be read: error parsing regexp: invalid nested repetition operator: `++` → RE2 needs no possessive repetitions: write `+` or `*`',
    ],
  ],
  [
    'a group twice',
    'account: prod, role: A, groupPattern: "(?<a>x)(?<a>y)"',
    [
      '4:53 grants[0].groupPattern ("(?<a>x)(?<a>y)"): the pattern cannot be read: error parsing regexp: duplicate capture group name: `a` → write it in RE2 syntax (https://github.com/google/re2/wiki/Syntax)',
    ],
  ],
  [
    'repetitions that come to millions',
    'account: prod, role: A, groupPattern: "(a{1000}){1000}"',
    [
      '4:53 grants[0].groupPattern ("(a{1000}){1000}"): the pattern cannot be read: error parsing regexp: invalid repeat count: `{1000}` → write it in RE2 syntax (https://github.com/google/re2/wiki/Syntax)',
    ],
  ],
  [
    'repetitions that come to many',
    'account: prod, role: A, groupPattern: "((a{0,30}){0,30}){0,1}"',
    [
      '4:53 grants[0].groupPattern ("((a{0,30}){0,30}){0,1}"): the pattern is too large once its repetitions are written out → use smaller numbers in `{…}`, or `+` and `*`',
    ],
  ],
  [
    'a pattern without a role',
    'groupPattern: "aws-(?<account>.+)"',
    ['4:5 grants[0].role: there is no role → add `role` with a role name or a role ARN'],
  ],
  [
    'a pattern without an account',
    'groupPattern: "aws-(?<role>.+)"',
    [
      '4:5 grants[0].account: a role name needs an account → add `account` with an alias, or write `role` as an ARN; known: `prod`, `dev`',
    ],
  ],
  [
    'a pattern that cannot be read, and what hangs on it',
    'groupPattern: "aws-(?<role>.+"',
    [
      '4:29 grants[0].groupPattern ("aws-(?<role>.+"): the pattern cannot be read: error parsing regexp: missing closing ): `aws-(?<role>.+` → write it in RE2 syntax (https://github.com/google/re2/wiki/Syntax)',
    ],
  ],
  [
    'a hole without a pattern',
    'account: prod, role: "{role}"',
    [
      '4:36 grants[0].role ("{role}"): no pattern of this grant names the group {role} → name it in `groupPattern` or `machines.name`: `(?<role>[A-Za-z]+)`',
    ],
  ],
  [
    'a hole that the pattern does not name',
    'groupPattern: "(?P<r>x)", account: prod, role: "{role}"',
    [
      '4:62 grants[0].role ("{role}"): no pattern of this grant names the group {role} → the pattern names `{r}`',
    ],
  ],
  [
    'a brace alone',
    'account: prod, role: "x{role"',
    [
      '4:36 grants[0].role ("x{role"): a brace has no partner, or holds no name → write `{name}` with the name of a group of the pattern',
    ],
  ],
  [
    'an ARN with a hole',
    'groupPattern: "(?<r>x)", role: "arn:aws:iam::111111111111:role/{r}"',
    [
      '4:46 grants[0].role ("arn:aws:iam::111111111111:role/{r}"): a pattern fills no ARN → give the role by its name, and the account by `account`',
    ],
  ],
  [
    'a text around a hole that no role has',
    'groupPattern: "(?<r>x)", account: prod, role: "a b{r}"',
    [
      '4:61 grants[0].role ("a b{r}"): this is not a role name or role ARN → a role name has 1 to 64 of A-Z a-z 0-9 and _+=,.@-; or give the role ARN',
    ],
  ],
  [
    'all roles without discovery',
    'account: prod, role: "*"',
    [
      '4:36 grants[0].role ("*"): which roles there are is not known: roles are not discovered → add `discovery: {roles: {role: NAME}}`, or name the roles',
    ],
  ],
  [
    'all roles and one',
    'account: prod, role: ["*", A]',
    [
      '4:36 grants[0].role (a list): `"*"` stands for all roles already → remove the others',
      '4:36 grants[0].role (a list): which roles there are is not known: roles are not discovered → add `discovery: {roles: {role: NAME}}`, or name the roles',
    ],
  ],
  [
    'all accounts and one',
    'account: [prod, "*"], role: A',
    ['4:24 grants[0].account (a list): `"*"` stands for all accounts already → remove the others'],
  ],
  [
    'wrong entries of lists',
    'account: [prod, dve], role: [A, "b c"]',
    [
      '4:31 grants[0].account[1] ("dve"): there is no account with this alias → did you mean `dev`?',
      '4:47 grants[0].role[1] ("b c"): this is not a role name or role ARN → a role name has 1 to 64 of A-Z a-z 0-9 and _+=,.@-; or give the role ARN',
    ],
  ],
  [
    'no tags of accounts',
    'account: {tags: {}}, role: A',
    [
      '4:31 grants[0].account.tags (a map): no tag is named → name tags, or write `account: "*"` for all accounts',
    ],
  ],
  [
    'no role',
    'account: prod',
    ['4:5 grants[0].role: there is no role → add `role` with a role name or a role ARN'],
  ],
  [
    'names beside ARNs',
    'role: ["arn:aws:iam::111111111111:role/A", B]',
    [
      '4:58 grants[0].role[1] ("B"): a role name stands beside a role ARN → write two grants: one for the ARNs, one for the names',
    ],
  ],
  [
    'no role tags',
    'roleTags: {}, account: prod, role: A',
    [
      '4:25 grants[0].roleTags (a map): no tag is named → name `groups`, `users` or both: `roleTags: {groups: "rolecall:groups"}`',
    ],
  ],
  [
    'role tags without discovery',
    'roleTags: {groups: "rolecall:groups"}',
    [
      '4:25 grants[0].roleTags (a map): which roles there are is not known: roles are not discovered → add `discovery: {roles: {role: NAME}}`, or name the roles',
    ],
  ],
  [
    'a separator that IAM refuses',
    'roleTags: {groups: g, separator: ","}, account: prod, role: A',
    [
      '4:48 grants[0].roleTags.separator (","): not one of the choices → known: ` `, `:`, `/`, `+`, `=`',
    ],
  ],
  [
    'role tags and groups',
    'roleTags: {groups: g}, groups: [x], account: prod, role: A',
    [
      '4:25 grants[0].roleTags (a map): `roleTags` does not go together with `groups` → write two grants; `allGroups`, `sources` and `when` narrow any of them',
    ],
  ],
  [
    'machines with groups',
    'machines: {name: "(?<role>a+)\\\\d+"}, account: prod, groups: [x]',
    [
      '4:25 grants[0].machines (a map): `machines` does not go together with `groups` → write two grants; `allGroups`, `sources` and `when` narrow any of them',
    ],
  ],
  [
    'machines by what cannot be',
    'machines: {name: "(", networks: [10.0.0.0/99]}, account: prod, role: A',
    [
      '4:32 grants[0].machines.name ("("): the pattern cannot be read: error parsing regexp: missing closing ): `(` → write it in RE2 syntax (https://github.com/google/re2/wiki/Syntax)',
      '4:48 grants[0].machines.networks[0] ("10.0.0.0/99"): not an address or network → write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)',
    ],
  ],
  [
    'machines by preset and pattern',
    'machines: {preset: eight-characters, name: a}, account: prod',
    [
      '4:34 grants[0].machines.preset ("eight-characters"): `preset` stands in place of `name` → keep one of the two',
    ],
  ],
  [
    'machines in groups',
    'machines: {domains: [a]}, allGroups: [x], account: prod, role: A',
    ['4:52 grants[0].allGroups (a list): machines have no groups → remove it'],
  ],
  [
    'a field that there is not',
    'account: prod, role: A, when: "principal.usernam == \'a\'"',
    [
      '4:45 grants[0].when ("principal.usernam == \'a\'"): the expression cannot be read: No such key: usernam at "usernam == \'a\'" → it knows principal, account, role, network and time; see docs/grants.md',
    ],
  ],
  [
    'half an expression',
    'account: prod, role: A, when: "1 +"',
    [
      '4:45 grants[0].when ("1 +"): the expression cannot be read: Unexpected token: EOF at "" → it knows principal, account, role, network and time; see docs/grants.md',
    ],
  ],
  [
    'a text for a condition',
    'account: prod, role: A, when: "principal.username"',
    [
      '4:45 grants[0].when ("principal.username"): the expression gives a text, not a yes or no → write a condition, such as `network.inside(\'10.0.0.0/8\')`',
    ],
  ],
  [
    'a pattern in a condition',
    'account: prod, role: A, when: "principal.username.matches(\'a(?=b)\')"',
    [
      '4:45 grants[0].when ("principal.username.matches(\'a(?=b)\')"): in `matches(…)` stands a pattern that is refused: the pattern cannot be read: error parsing regexp: invalid or unsupported Perl syntax: `(?=` → write the text itself, in quotes: it is checked when the file is read',
    ],
  ],
  [
    'a network in a condition',
    'account: prod, role: A, when: "network.inside(\'10.0.0\')"',
    [
      '4:45 grants[0].when ("network.inside(\'10.0.0\')"): in `inside(…)` stands no address or network → write the text itself, in quotes: it is checked when the file is read',
    ],
  ],
  [
    'session tags',
    'account: prod, role: A, tags: {team: team, "aws:x": "\'a\'"}, transitiveTags: [other]',
    [
      '4:52 grants[0].tags.team ("team"): the expression cannot be read: Unknown variable: team at "team" → it knows principal, account, role, network and time; see docs/grants.md',
      '4:58 grants[0].tags["aws:x"]: keys that begin with `aws:` are those of AWS → choose another',
      '4:91 grants[0].transitiveTags (a list): transitiveTags: expected keys of the given tags; received "other" → see "Passing session tags" of AWS',
    ],
  ],
  [
    'session tags that differ in case',
    'account: prod, role: A, tags: {Team: "\'a\'", team: "\'b\'"}',
    [
      '4:45 grants[0].tags (a map): tags: expected keys that differ in more than case: team → see "Passing session tags" of AWS',
    ],
  ],
  [
    'a source identity that is no text',
    'account: prod, role: A, sourceIdentity: "1"',
    [
      '4:55 grants[0].sourceIdentity ("1"): the expression gives a int, not a text → write a text: `principal.username`, or in quotes of its own: "\'text\'"',
    ],
  ],
  [
    'a session of a grant that denies',
    'effect: deny, groups: [x], policyArns: ["arn:aws:iam::aws:policy/x"], tags: {a: "\'b\'"}, path: p, region: eu-central-1',
    [
      '4:54 grants[0].policyArns (a list): a grant that denies makes no session → remove it',
      '4:91 grants[0].tags (a map): a grant that denies makes no session → remove it',
      '4:109 grants[0].path ("p"): a grant that denies opens nothing → remove it',
      '4:120 grants[0].region ("eu-central-1"): a grant that denies makes no session → remove it',
    ],
  ],
  [
    'a policy of another form',
    'account: prod, role: A, policy: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*", Principal: "*"}, {Effect: allow, Action: [], NotResource: x, Resource: y}]}',
    [
      '4:118 grants[0].policy.Statement[0].Principal ("*"): a session policy has no principal: it is for the session alone → known: Sid, Effect, Action, NotAction, Resource, NotResource, Condition',
      '4:133 grants[0].policy.Statement[1].Effect ("allow"): neither Allow nor Deny → write `Effect: Allow`',
      '4:148 grants[0].policy.Statement[1].Action (a list): Action is a text or a list of texts → write `Action: ["…"]`',
      '4:178 grants[0].policy.Statement[1].Resource ("y"): a statement has one of Resource and NotResource → write `Resource` or `NotResource`',
    ],
  ],
  [
    'a policy without statements',
    'account: prod, role: A, policy: {Version: "2013", Statement: []}',
    [
      '4:57 grants[0].policy.Version ("2013"): there is no such version → write `Version: "2012-10-17"`',
      '4:76 grants[0].policy.Statement (a list): there is no statement → write a list of statements',
    ],
  ],
  [
    'a policy file that is not there',
    'account: prod, role: A, policy: {file: nowhere.json}',
    [
      '4:54 grants[0].policy.file ("nowhere.json"): the file cannot be used: there is no such file → paths are relative to DIR; check its name and permissions',
    ],
  ],
  [
    'no policy ARN',
    'account: prod, role: A, policyArns: ["arn:aws:iam::aws:role/x"]',
    [
      '4:51 grants[0].policyArns (a list): policyArns: expected ARNs of IAM policies; received "arn:aws:iam::aws:role/x" → see "IAM and AWS STS quotas" of AWS',
    ],
  ],
  [
    'a policy of another partition',
    'account: prod, role: A, policyArns: ["arn:aws-cn:iam::aws:policy/x"]',
    [
      '4:52 grants[0].policyArns[0] ("arn:aws-cn:iam::aws:policy/x"): this policy is in the partition aws-cn, the account in aws → write arn:aws:iam::…',
    ],
  ],
  [
    'a policy with letters that AWS refuses',
    'account: prod, role: A, policy: {Statement: {Effect: Allow, Action: "s3:Ł", Resource: "*"}}',
    [
      '4:47 grants[0].policy (a map): policy: expected characters up to U+00FF; received 63 characters → see "IAM and AWS STS quotas" of AWS',
    ],
  ],
  [
    'a path for several roles',
    'account: [prod, dev], role: A, path: p',
    [
      '4:52 grants[0].path ("p"): a path opens one role, and this grant may give several → name one account and one role in this grant, or remove `path`',
    ],
  ],
  [
    'a path without the console',
    'account: prod, role: A, deliver: [credentials], path: p',
    [
      '4:69 grants[0].path ("p"): a path opens the console, which this grant does not give → add `console` to `deliver`, or remove `path`',
    ],
  ],
  [
    'a region that is none',
    'account: prod, role: A, region: moon',
    [
      '4:47 grants[0].region ("moon"): the form is wrong: a region such as `eu-central-1` → The region that the console opens in and that programs get with the keys.',
    ],
  ],
]

test.each(table)('%s', async (_title, entry, expected) => {
  expect(await problemsOf(`${head}${entry}}\n`)).toEqual(expected)
})
