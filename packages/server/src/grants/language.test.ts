/** What the file says, and what people and machines may take by it. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  catalogWith,
  knownRole,
  machine,
  monday,
  numbered,
  person,
} from '../../tests/support/grants-world.ts'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { loadConfig } from '../config/index.ts'
import type { KnownRole, Principal } from '../nouns.ts'
import { compileGrants, type Grants } from './index.ts'

const head = `publicUrl: https://aws.example.com
accounts:
  prod: {id: "111111111111", tags: {stage: prod}}
  prod-eu: {id: "222222222222", tags: {stage: prod, region: eu}}
  china: {id: "333333333333", partition: aws-cn}
discovery: {roles: {role: Reader}}
grants:
`

/** The grants of a list, over accounts of which `prod` has these roles and the others none that are known. */
async function grantsOf(list: string, roles?: readonly (readonly [string, Partial<KnownRole>?])[]) {
  const directory = temporaryDirectory({
    'c.yaml': head + list,
    'policy.json': '{ "Statement": { "Effect": "Allow", "Action": "s3:Get*", "Resource": "*" } }\n',
  })
  const result = await loadConfig(join(directory, 'c.yaml'), { env: {} })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const { accounts } = result.config
  const [prod] = accounts
  if (prod === undefined) throw new Error('no account')
  const known = roles?.map(([name, over]) => knownRole(prod, name, over))
  return compileGrants(
    result.config.grants,
    catalogWith(accounts, known === undefined ? [] : [[prod, known]]),
  )
}

const names = (grants: Grants, who: Principal, at = monday) =>
  grants.offersFor(who, at).map(({ account, roleName }) => `${account.alias}/${roleName}`)
const inGroups = (...groups: string[]) => person({ groups })

describe('what nobody knows', () => {
  const proxied = async (list: string) => {
    const directory = temporaryDirectory({ 'c.yaml': head + list })
    const result = await loadConfig(join(directory, 'c.yaml'), { env: {} })
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    const { grants, accounts } = result.config
    const isProxy = (address: string) => address === '10.0.0.1'
    return compileGrants(grants, catalogWith(accounts), { isProxy })
  }
  const inside = `when: "network.inside('10.0.0.0/8')"`
  const at = (address: string) => ({ ...monday, address })

  test.each(['10.0.0.1', 'unknown', ''])(
    'the address of a proxy, or none, is neither inside nor outside: %j',
    async address => {
      const gives = await proxied(
        `  - {name: a, groups: [ops], account: prod, role: A, ${inside}}\n` +
          `  - {name: b, groups: [ops], account: prod, role: B, when: "!network.inside('10.0.0.0/8')"}\n` +
          `  - {name: c, groups: [ops], account: prod, role: C, when: "network.address != '1.2.3.4'"}\n`,
      )
      expect(names(gives, inGroups('ops'), at('10.0.0.2'))).toEqual(['prod/A', 'prod/C'])
      expect(names(gives, inGroups('ops'), at(address))).toEqual([])
      const denies = await proxied(
        '  - {name: a, groups: [ops], account: prod, role: A}\n' +
          `  - {name: b, effect: deny, groups: [ops], ${inside}}\n`,
      )
      expect(names(denies, inGroups('ops'), at('192.0.2.1'))).toEqual(['prod/A'])
      expect(names(denies, inGroups('ops'), at(address))).toEqual([])
    },
  )

  test('tags that nobody has read do not pass for tags that are not there', async () => {
    const list = (denial: string) =>
      `  - {name: a, groups: [ops], account: prod, role: A}\n  - {name: b, effect: deny, ${denial}}\n`
    const unread = [['A', { tags: undefined }] as const]
    for (const denial of [
      `when: "has(role.tags.secret) && role.tags.secret == 'yes'"`,
      'roleTags: {groups: "never"}',
    ]) {
      expect([denial, names(await grantsOf(list(denial), unread), inGroups('ops'))]).toEqual([
        denial,
        [],
      ])
      expect(names(await grantsOf(list(denial), [['A']]), inGroups('ops'))).toEqual(['prod/A'])
    }
    const gives = `  - {name: a, groups: [ops], account: prod, role: A, when: "!has(role.tags.secret)"}\n`
    expect(names(await grantsOf(gives, unread), inGroups('ops'))).toEqual([])
    expect(names(await grantsOf(gives, [['A']]), inGroups('ops'))).toEqual(['prod/A'])
  })

  test('nor do those of an account', async () => {
    const rules = async (list: string) => {
      const directory = temporaryDirectory({ 'c.yaml': head + list })
      const result = await loadConfig(join(directory, 'c.yaml'), { env: {} })
      if (!result.ok) throw new Error(JSON.stringify(result.problems))
      return (tags: Readonly<Record<string, string>> | undefined) => {
        const accounts = result.config.accounts.map(account => ({ ...account, tags }))
        return names(compileGrants(result.config.grants, catalogWith(accounts)), inGroups('ops'))
      }
    }
    const allow = '  - {name: a, groups: [ops], account: prod, role: A}\n'
    for (const denial of ['account: {tags: {stage: prod}}', `when: "has(account.tags.stage)"`]) {
      const offered = await rules(`${allow}  - {name: b, effect: deny, groups: [ops], ${denial}}\n`)
      expect([denial, offered({}), offered(undefined)]).toEqual([denial, ['prod/A'], []])
    }
    const open =
      '  - {name: a, groups: [ops], account: prod, role: A, when: "!has(account.tags.x)"}\n'
    const offered = await rules(open)
    expect([offered({}), offered(undefined)]).toEqual([['prod/A'], []])
  })
})

describe('an account of the organization that another one takes the name of', () => {
  const long = 'the-long-name-of-an-account'
  test.each([
    ['prod', 'prod', []],
    ['prod', 'other', ['x/A']],
    ['prod', 'pro', ['x/A']],
    ['the-long-name-of-an', long, []],
  ])('of the alias %s-ID: what is denied in %s', async (stem, denied, expected) => {
    const directory = temporaryDirectory({
      'c.yaml': `publicUrl: https://aws.example.com
discovery: {organizations: {}}
grants:
  - {name: a, groups: [ops], account: "*", role: A}
  - {name: b, effect: deny, groups: [ops], account: ${denied}, role: A}
`,
    })
    const result = await loadConfig(join(directory, 'c.yaml'), { env: {} })
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    expect(result.warnings.map(({ key }) => key)).toContain('grants[1].account')
    const id = '111122223333'
    const account = numbered(`${stem}-${id}`, 1, { id })
    const grants = compileGrants(result.config.grants, catalogWith([account]))
    expect(names(grants, inGroups('ops')).map(name => name.replace(/^.*\//, 'x/'))).toEqual(
      expected,
    )
  })
})

describe('a pattern for groups', () => {
  const simple = '  - {name: a, groupPattern: "aws-(?<account>[a-z0-9-]+)-(?<role>[^-]+)"}\n'

  test.each([
    ['gives the role that it names', 'aws-prod-Admin', ['prod/Admin']],
    ['is greedy', 'aws-prod-eu-Admin', ['prod-eu/Admin']],
    ['takes an id for an account', 'aws-111111111111-Admin', ['prod/Admin']],
    ['takes no account that is unknown', 'aws-test-Admin', []],
    ['takes the whole name: front', 'xaws-prod-Admin', []],
    ['takes the whole name: line end', 'aws-prod-Admin\n', []],
    ['tells capitals', 'AWS-prod-Admin', []],
    ['takes no slash into a role', 'aws-prod-team/Admin', []],
    ['takes no star into a role', 'aws-prod-*', []],
    ['takes no colon into a role', 'aws-prod-a:b', []],
    ['takes no blank into a role', 'aws-prod-a b', []],
    ['takes no letter that IAM has not', 'aws-prod-Ädmin', []],
    ['takes no name that is too long', `aws-prod-${'x'.repeat(65)}`, []],
    ['takes no sign that passes for a letter', 'aws-prod-Admin\u{17F}', []],
    ['is not held against endless names', `aws-prod-${'x'.repeat(300)}`, []],
  ])('%s', async (_title, group, expected) => {
    expect(names(await grantsOf(simple), inGroups(group))).toEqual(expected)
  })

  test('an alternation does not escape the whole name', async () => {
    const list = '  - {name: a, groupPattern: "ops|admins", account: prod, role: A}\n'
    const grants = await grantsOf(list)
    expect(names(grants, inGroups('ops'))).toEqual(['prod/A'])
    expect(names(grants, inGroups('ops2', 'xadmins', 'ops|admins'))).toEqual([])
  })

  test('a line mode does not loosen it either', async () => {
    const list = '  - {name: a, groupPattern: "(?ms)^ops$.*", account: prod, role: A}\n'
    expect(names(await grantsOf(list), inGroups('ops\nx', 'x\nops'))).toEqual([])
  })

  test('the older way to name groups, a path and a prefix', async () => {
    const grants = await grantsOf(`
  - {name: path, groupPattern: "team-(?P<role>[A-Za-z]+)", account: prod, role: "team/{role}"}
  - {name: prefix, groupPattern: "rz-(?P<r>[a-z]+)", account: [prod, prod-eu], role: "rz_{r}"}
`)
    expect(grants.offersFor(inGroups('team-Ops'), monday)).toMatchObject([
      { roleArn: 'arn:aws:iam::111111111111:role/team/Ops' },
    ])
    expect(names(grants, inGroups('rz-web'))).toEqual(['prod/rz_web', 'prod-eu/rz_web'])
  })

  test('a group that took no part fills no text', async () => {
    const list =
      '  - {name: a, groupPattern: "x-(?:(?<role>[a-z]+)|[0-9]+)", account: prod, role: "r{role}"}\n'
    const grants = await grantsOf(list)
    expect(names(grants, inGroups('x-a'))).toEqual(['prod/ra'])
    expect(names(grants, inGroups('x-1'))).toEqual([])
  })

  test('where roles are discovered, it gives those that are there', async () => {
    const grants = await grantsOf(simple, [['Reader'], ['Admin', { path: '/team/' }]])
    expect(names(grants, inGroups('aws-prod-Reader'))).toEqual(['prod/Reader'])
    expect(names(grants, inGroups('aws-prod-Admin', 'aws-prod-Nobody'))).toEqual([])
  })
})

describe('accounts and roles', () => {
  test('an account by id, by a list, by tags, and all of them', async () => {
    const grants = await grantsOf(`
  - {name: id, groups: [id], account: "222222222222", role: A}
  - {name: list, groups: [list], account: [prod, china], role: [A, B]}
  - {name: tags, groups: [tags], account: {tags: {stage: prod, region: eu}}, role: A}
  - {name: all, groups: [all], account: "*", role: A}
`)
    expect(names(grants, inGroups('id'))).toEqual(['prod-eu/A'])
    expect(names(grants, inGroups('list'))).toEqual(['china/A', 'china/B', 'prod/A', 'prod/B'])
    expect(names(grants, inGroups('tags'))).toEqual(['prod-eu/A'])
    expect(names(grants, inGroups('all'))).toEqual(['china/A', 'prod/A', 'prod-eu/A'])
  })

  test('all roles are those that were discovered, without those of AWS itself', async () => {
    const list = '  - {name: a, groups: [ops], account: "*", role: "*"}\n'
    const service: [string, Partial<KnownRole>] = [
      'AWSServiceRoleForX',
      { path: '/aws-service-role/x.amazonaws.com/' },
    ]
    const grants = await grantsOf(list, [['Admin'], ['Reader'], service])
    expect(names(grants, inGroups('ops'))).toEqual(['prod/Admin', 'prod/Reader'])
    expect(names(await grantsOf(list), inGroups('ops'))).toEqual([])
  })

  test('a role that the file names is there before it is discovered', async () => {
    const list = '  - {name: a, groups: [ops], account: prod, role: New}\n'
    expect(names(await grantsOf(list, [['Admin']]), inGroups('ops'))).toEqual(['prod/New'])
  })

  test('a role lasts no longer than it allows itself, and the person is told', async () => {
    const list = '  - {name: a, groups: [ops], account: prod, role: Admin, duration: 8h}\n'
    const grants = await grantsOf(list, [['Admin', { maxSessionSeconds: 3600 }]])
    expect(grants.offersFor(inGroups('ops'), monday)).toMatchObject([
      {
        durationSeconds: 3600,
        maxSessionSeconds: 3600,
        notes: ['The grant allows 8 hours, the role in AWS no more than 1 hour.'],
      },
    ])
  })
})

describe('role tags', () => {
  const list =
    '  - {name: a, roleTags: {groups: "rolecall:groups", users: "rolecall:users"}, account: prod}\n'
  const tagged = (tags: Record<string, string>) => grantsOf(list, [['Admin', { tags }], ['Reader']])

  test('name groups and users, and nobody is named by a part of a name', async () => {
    const grants = await tagged({ 'rolecall:groups': 'ops  on-call', 'rolecall:users': 'bob' })
    expect(names(grants, inGroups('on-call'))).toEqual(['prod/Admin'])
    expect(names(grants, person({ username: 'bob', groups: [] }))).toEqual(['prod/Admin'])
    expect(names(grants, inGroups('on', 'call', 'OPS', '', 'bob'))).toEqual([])
    expect(names(grants, person({ username: 'ops', groups: [] }))).toEqual([])
  })

  test('of other keys mean nothing', async () => {
    expect(
      names(await tagged({ 'Rolecall:groups': 'ops', groups: 'ops' }), inGroups('ops')),
    ).toEqual([])
  })

  test('with another separator, a group may have blanks', async () => {
    const separated =
      '  - {name: a, roleTags: {groups: "g", separator: ":"}, account: prod, role: Admin}\n'
    const roles = [['Admin', { tags: { g: 'Domain Admins : ops' } }]] as const
    const grants = await grantsOf(separated, roles)
    expect(names(grants, inGroups('Domain Admins'))).toEqual(['prod/Admin'])
    expect(names(grants, inGroups('Domain'))).toEqual([])
  })

  test('that deny outweigh, and those that are not known deny everybody', async () => {
    const both = `
  - {name: a, groups: [ops], account: prod, role: [Admin, New]}
  - {name: d, effect: deny, roleTags: {groups: never}}
`
    const grants = await grantsOf(both, [['Admin', { tags: { never: 'contractors' } }]])
    expect(names(grants, inGroups('ops'))).toEqual(['prod/Admin'])
    expect(names(grants, inGroups('ops', 'contractors'))).toEqual([])
    expect(names(await grantsOf(both), inGroups('ops'))).toEqual([])
  })
})

describe('machines', () => {
  const list = `
  - name: web
    machines: {name: "(?<role>[a-z]{3}[a-z]+)\\\\d+", domains: [rz.example.com], networks: [10.0.0.0/8]}
    account: prod
    role: "rz_{role}"
  - {name: old, machines: {preset: eight-characters, domains: [old.example.com]}, account: prod, role: "rz_{role}"}
  - {name: people, account: prod, role: People}
`

  test.each([
    ['a name of the pattern', 'webber12.rz.example.com', ['prod/rz_webber']],
    ['another domain', 'webber12.example.com', []],
    ['a domain below', 'webber12.sub.rz.example.com', []],
    ['a name that is longer', 'webber12x.rz.example.com', []],
    ['eight characters', 'tuvweb01.old.example.com', ['prod/rz_tuvweb']],
    ['Berlin', 'berweb01.old.example.com', ['prod/rz_proweb']],
    ['Hamburg', 'hamweb01.old.example.com', ['prod/rz_proweb']],
    ['seven characters', 'tuvweb1.old.example.com', []],
    ['nine characters', 'tuvweb011.old.example.com', []],
    ['no domain', 'tuvweb01', []],
  ])('%s', async (_title, name, expected) => {
    expect(names(await grantsOf(list), machine(name))).toEqual(expected)
  })

  test('another network gives nothing, and people are no machines', async () => {
    const grants = await grantsOf(list)
    expect(names(grants, machine('webber12.rz.example.com', '11.0.0.1'))).toEqual([])
    const dressed = person({ attributes: { host: ['webber12'], domain: ['rz.example.com'] } })
    expect(names(grants, { ...dressed, address: '10.1.1.1' })).toEqual(['prod/People'])
  })
})

describe('conditions', () => {
  const when = (text: string, entry = 'account: prod, role: [A, B]') =>
    grantsOf(`  - {name: a, ${entry}, when: ${JSON.stringify(text)}}\n`)
  const inside = { ...monday, address: '10.1.2.3' }

  test.each([
    ["network.inside('10.0.0.0/8')", ['prod/A', 'prod/B']],
    ["network.inside('10.1.2.3')", ['prod/A', 'prod/B']],
    ["network.inside('2001:db8::/32')", []],
    [
      "time.getDayOfWeek('Europe/Berlin') == 1 && time.getHours('Asia/Tokyo') == 19",
      ['prod/A', 'prod/B'],
    ],
    ["role.name == 'B' && account.tags.stage == 'prod'", ['prod/B']],
    ["principal.attributes.team[0] == 'x'", []],
    ["has(principal.attributes.team) || principal.source == 'corp'", ['prod/A', 'prod/B']],
    ["principal.groups.exists(g, g.startsWith('adm'))", ['prod/A', 'prod/B']],
    [
      "principal.username.matches('^al') && !principal.username.matches('^l')",
      ['prod/A', 'prod/B'],
    ],
    ["'toString' in principal.attributes || '__proto__' in account.tags", []],
    ["principal.attributes.constructor[0] == 'x'", []],
  ])('%s', async (text, expected) => {
    expect(names(await when(text), person(), inside)).toEqual(expected)
  })

  test('tags that are not known are not tags that are not there', async () => {
    const list = `
  - {name: a, groups: [ops], account: prod, role: [Admin, New], when: "!has(role.tags.secret)"}
  - {name: b, groups: [sre], account: prod, role: [Admin, New]}
  - {name: d, effect: deny, groups: [sre], when: "has(role.tags.secret)"}
`
    const grants = await grantsOf(list, [['Admin']])
    expect(names(grants, inGroups('ops'))).toEqual(['prod/Admin'])
    expect(names(grants, inGroups('sre'))).toEqual(['prod/Admin'])
    const asked = { account: 'prod', role: 'New' }
    expect(grants.explain(inGroups('ops'), asked, monday).grants[0]?.reason).toBe(
      'its condition has no answer: the tags of the role are not known (yet)',
    )
  })

  test('an address that is none is inside nothing', async () => {
    expect(
      names(await when("network.inside('0.0.0.0/0')"), person(), { ...monday, address: 'x' }),
    ).toEqual([])
  })

  test('IPv4 within IPv6 is IPv4', async () => {
    const at = { ...monday, address: '::ffff:10.1.2.3' }
    expect(names(await when("network.inside('10.0.0.0/8')"), person(), at)).toHaveLength(2)
  })
})

describe('denials', () => {
  const list = (denial: string) =>
    grantsOf(`
  - {name: a, groups: [ops], account: [prod, prod-eu], role: [Admin, Reader]}
  - {name: d, effect: deny, ${denial}}
`)

  test.each([
    ['everything', 'groups: [ops]', []],
    [
      'others',
      'groups: [contractors]',
      ['prod-eu/Admin', 'prod-eu/Reader', 'prod/Admin', 'prod/Reader'],
    ],
    ['an account', 'groups: [ops], account: prod', ['prod-eu/Admin', 'prod-eu/Reader']],
    ['a role everywhere', 'groups: [ops], role: Admin', ['prod-eu/Reader', 'prod/Reader']],
    ['a role, whatever its case', 'groups: [ops], role: ADMIN', ['prod-eu/Reader', 'prod/Reader']],
    [
      'a role, whatever its path',
      'groups: [ops], role: x/Admin',
      ['prod-eu/Reader', 'prod/Reader'],
    ],
    ['by tags', 'groups: [ops], account: {tags: {region: eu}}', ['prod/Admin', 'prod/Reader']],
    ['by a pattern', 'groupPattern: "o(?<x>.*)", role: Admin', ['prod-eu/Reader', 'prod/Reader']],
    ['everybody', 'account: prod', ['prod-eu/Admin', 'prod-eu/Reader']],
    [
      'on a condition',
      `account: prod, when: "role.name == 'Admin'"`,
      ['prod-eu/Admin', 'prod-eu/Reader', 'prod/Reader'],
    ],
    [
      'on a condition without an answer',
      `role: Admin, when: "principal.attributes.x[0] == ''"`,
      ['prod-eu/Reader', 'prod/Reader'],
    ],
  ])('%s', async (_title, denial, expected) => {
    const who = person({ groups: ['ops'] })
    expect(names(await list(denial), who).toSorted()).toEqual([...expected].toSorted())
  })

  test('of one form leave the other', async () => {
    const grants = await list('groups: [ops], deliver: [credentials], account: prod, role: Admin')
    const who = person({ groups: ['ops'] })
    const asked = { account: 'prod', role: 'Admin' }
    expect(grants.decideRole(who, { ...asked, form: 'credentials' }, monday).offer).toBeUndefined()
    expect(grants.decideRole(who, { ...asked, form: 'console' }, monday).offer?.forms).toEqual([
      'console',
    ])
  })

  test('a name that no pattern can be held against denies', async () => {
    const grants = await list('groupPattern: "contractors-.*"')
    expect(names(grants, inGroups('ops', 'contractors-a\n'))).toEqual([])
    expect(names(grants, inGroups('ops', `contractors-${'a'.repeat(300)}`))).toEqual([])
    expect(names(grants, inGroups('ops', 'on-call'))).toHaveLength(4)
  })

  test('to a machine, by a rule that names nobody', async () => {
    const grants = await grantsOf(`
  - {name: a, machines: {domains: [rz.example.com]}, account: prod, role: [Web, Admin]}
  - {name: d, effect: deny, role: Admin}
`)
    expect(names(grants, machine('web1.rz.example.com'))).toEqual(['prod/Web'])
  })
})

describe('what a session gets', () => {
  const grants = (words: string) => grantsOf(`  - {name: a, account: prod, role: A, ${words}}\n`)
  const alice = person({ attributes: { team: ['x y'], odd: ['a,b'] } })

  test('everything that the grant says', async () => {
    const found = await grants(
      `policy: {file: policy.json}, policyArns: ["arn:aws:iam::aws:policy/R"], tags: {team: "principal.attributes.team[0]", where: "account.alias + '/' + role.name"}, transitiveTags: [team], sourceIdentity: "principal.username + '@corp'", region: eu-central-1, destination: "https://console.aws.amazon.com/s3", deliver: [console]`,
    )
    expect(found.offersFor(alice, monday)).toMatchObject([
      {
        policy: '{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}',
        policyArns: ['arn:aws:iam::aws:policy/R'],
        tags: [
          { key: 'team', value: 'x y' },
          { key: 'where', value: 'prod/A' },
        ],
        transitiveTagKeys: ['team'],
        sourceIdentity: 'alice@corp',
        region: 'eu-central-1',
        destination: 'https://console.aws.amazon.com/s3',
        forms: ['console'],
      },
    ])
  })

  test.each([
    ['a tag without a value', 'tags: {t: "principal.attributes.none[0]"}'],
    ['a tag that AWS refuses', 'tags: {t: "principal.attributes.odd[0]"}'],
    ['a source identity that AWS refuses', 'sourceIdentity: "principal.attributes.team[0]"'],
    ['a source identity of AWS', `sourceIdentity: "'aws:x'"`],
    ["another account's policy", 'policyArns: ["arn:aws:iam::222222222222:policy/R"]'],
  ])('%s: there is none', async (_title, words) => {
    expect(names(await grants(words), alice)).toEqual([])
  })
})

describe('hostile names take no time', () => {
  const patterns = [
    '(a+)+b',
    '(a|a)*b',
    '(.*)*x',
    '(a?){30}a{30}',
    '(?:a|aa|aaa)+c',
    '(\\w+\\s?)*!',
  ]

  test.each(patterns)('%s', async pattern => {
    const grants = await grantsOf(`
  - {name: g, groupPattern: '${pattern}', account: prod, role: A}
  - {name: w, account: prod, role: B, when: 'principal.username.matches(r"^(${pattern})$")'}
`)
    const groups = Array.from({ length: 200 }, (_, index) => 'a'.repeat(55 + index))
    const who = person({ username: `${'a'.repeat(4000)}!?`, groups })
    // A pattern that goes back and forth would take longer than the test may: years.
    const reasons = grants.offersFor(who, monday).map(({ reason }) => reason)
    expect(reasons).toHaveLength(pattern.startsWith('(a?)') ? 1 : 0)
  })
})
