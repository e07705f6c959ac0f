import { describe, expect, test } from 'vitest'
import {
  createIamReader,
  createOrganizationsReader,
  type HttpRequest,
  type HttpResponse,
  staticCredentials,
} from '../src/index.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const credentials = staticCredentials({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret })
const now = () => new Date('2026-01-02T03:04:05Z')
const retry = { attempts: 3, delayMs: () => 1 }

type Reply = Partial<HttpResponse> & { readonly body: string }

function answering(...replies: Reply[]) {
  const asked: HttpRequest[] = []
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    const reply = replies[asked.length] ?? replies.at(-1)
    asked.push(request)
    return { status: 200, headers: {}, body: '', ...reply }
  }
  const options = { credentials, http, now, retry }
  return { asked, iam: createIamReader(options), organizations: createOrganizationsReader(options) }
}

const page = (action: string, list: string, members: string[], marker?: string): Reply => ({
  body: `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>
    <IsTruncated>${marker !== undefined}</IsTruncated>${marker === undefined ? '' : `<Marker>${marker}</Marker>`}
    <${list}>${members.map(member => `<member>${member}</member>`).join('')}</${list}>
    </${action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`,
})
const role = (path: string, name: string, more = '') =>
  `<Path>${path}</Path><RoleName>${name}</RoleName><Arn>arn:aws:iam::111122223333:role${path}${name}</Arn>${more}`
const fault = (status: number, code: string): Reply => ({
  status,
  body: `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
})
const json = (value: object, status = 200): Reply => ({ status, body: JSON.stringify(value) })

describe('IAM', () => {
  test('gives the roles of every page, also after one that is empty', async () => {
    const more =
      '<Description>Runs &amp; reads</Description><MaxSessionDuration>7200</MaxSessionDuration>'
    const { iam, asked } = answering(
      page('ListRoles', 'Roles', [role('/team/', 'Admin', more)], 'm1'),
      page('ListRoles', 'Roles', [], 'm2'),
      page('ListRoles', 'Roles', [role('/', 'Reader')]),
    )
    expect(await iam.listRoles({ pathPrefix: '/' })).toEqual([
      {
        arn: 'arn:aws:iam::111122223333:role/team/Admin',
        accountId: '111122223333',
        path: '/team/',
        name: 'Admin',
        description: 'Runs & reads',
        maxSessionSeconds: 7200,
      },
      expect.objectContaining({ name: 'Reader', maxSessionSeconds: undefined }),
    ])
    const forms = asked.map(({ body }) => Object.fromEntries(new URLSearchParams(String(body))))
    expect(forms.map(({ Marker }) => Marker)).toEqual([undefined, 'm1', 'm2'])
    expect(forms[0]).toMatchObject({ Action: 'ListRoles', Version: '2010-05-08', PathPrefix: '/' })
    expect(asked[0]?.url).toBe('https://iam.amazonaws.com/')
    expect(asked[0]?.headers.authorization).toContain('/us-east-1/iam/aws4_request')
  })

  test.each([
    ['aws-cn', 'https://iam.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
    ['aws-us-gov', 'https://iam.us-gov.amazonaws.com/', 'us-gov-west-1'],
    ['aws-eusc', 'https://iam.eusc-de-east-1.amazonaws.eu/', 'eusc-de-east-1'],
  ] as const)('asks the endpoint of %s', async (partition, url, region) => {
    const asked: HttpRequest[] = []
    const http = async (request: HttpRequest) => {
      asked.push(request)
      return { status: 200, headers: {}, body: page('ListRoles', 'Roles', []).body }
    }
    await createIamReader({ credentials, http, now, partition }).listRoles()
    expect(asked[0]?.url).toBe(url)
    expect(asked[0]?.headers.authorization).toContain(`/${region}/iam/`)
  })

  test('gives tags, also with names that objects have themselves', async () => {
    const tag = (key: string, value: string) => `<Key>${key}</Key><Value>${value}</Value>`
    const { iam } = answering(
      page('ListRoleTags', 'Tags', [
        tag('__proto__', 'x'),
        tag('rolecall:groups', 'a b'),
        '<Key>k</Key><Value/>',
      ]),
    )
    expect(Object.entries(await iam.listRoleTags('Admin'))).toEqual([
      ['__proto__', 'x'],
      ['rolecall:groups', 'a b'],
      ['k', ''],
    ])
  })

  test('gives the alias of the account, of which there may be none', async () => {
    const of = (members: string[]) =>
      answering(page('ListAccountAliases', 'AccountAliases', members))
    expect(await of(['acme-prod']).iam.accountAlias()).toBe('acme-prod')
    expect(await of([]).iam.accountAlias()).toBeUndefined()
    await expect(of(['a', 'b']).iam.accountAlias()).rejects.toThrow('more than 1')
  })

  test.each([
    ['an ARN of another path', role('/', 'Admin').replace('role/Admin', 'role/x/Admin')],
    ['no ARN', '<Path>/</Path><RoleName>Admin</RoleName>'],
    ['an ARN of a user', role('/', 'Admin').replace(':role/', ':user/')],
  ])('takes no role with %s', async (_name, member) => {
    const { iam } = answering(page('ListRoles', 'Roles', [member]))
    await expect(iam.listRoles()).rejects.toMatchObject({ code: 'bad_answer' })
  })

  test('a list that does not end, or promises more and gives no marker, is refused', async () => {
    const round = answering(page('ListRoles', 'Roles', [role('/', 'A')], 'same'))
    await expect(round.iam.listRoles()).rejects.toThrow('do not end')
    const big = answering(page('ListRoles', 'Roles', [role('/', 'A'), role('/', 'B')]))
    await expect(big.iam.listRoles({ max: 1 })).rejects.toThrow('more than 1')
    const cut = {
      body: page('ListRoles', 'Roles', [], 'x').body.replace(/<Marker>.*<\/Marker>/, ''),
    }
    await expect(answering(cut).iam.listRoles()).rejects.toThrow('no Marker')
  })

  test('throttling and faults are waited out, refusals are not asked again', async () => {
    const patient = answering(
      fault(400, 'Throttling'),
      fault(503, 'ServiceUnavailable'),
      page('ListRoleTags', 'Tags', []),
    )
    expect(await patient.iam.listRoleTags('A')).toEqual({})
    expect(patient.asked).toHaveLength(3)
    const refused = answering(fault(403, 'AccessDenied'))
    await expect(refused.iam.listRoles()).rejects.toMatchObject({ code: 'AccessDenied' })
    expect(refused.asked).toHaveLength(1)
  })

  test('a signature refused for its time is made anew by the time of AWS', async () => {
    const late = {
      ...fault(403, 'RequestExpired'),
      headers: { date: 'Fri, 02 Jan 2026 03:24:05 GMT' },
    }
    const { iam, asked } = answering(late, page('ListRoles', 'Roles', []))
    await iam.listRoles()
    expect(asked[1]?.headers['x-amz-date']).toBe('20260102T032405Z')
  })
})

describe('Organizations', () => {
  test('gives the accounts of every page; only ACTIVE is active', async () => {
    const { organizations, asked } = answering(
      json({
        Accounts: [{ Id: '111122223333', Name: 'Prod', State: 'ACTIVE', Status: 'SUSPENDED' }],
        NextToken: 't',
      }),
      json({ Accounts: [], NextToken: 'u' }),
      json({
        Accounts: [
          { Id: '222233334444', Name: 'Old', Status: 'ACTIVE' },
          { Id: '333344445555', Name: 'Gone', State: 'SUSPENDED', Status: 'ACTIVE' },
          { Id: '444455556666' },
        ],
        NextToken: '',
      }),
    )
    expect(await organizations.listAccounts()).toEqual([
      { id: '111122223333', name: 'Prod', isActive: true },
      { id: '222233334444', name: 'Old', isActive: true },
      { id: '333344445555', name: 'Gone', isActive: false },
      { id: '444455556666', name: '444455556666', isActive: false },
    ])
    expect(asked.map(({ body }) => JSON.parse(String(body)))).toEqual([
      {},
      { NextToken: 't' },
      { NextToken: 'u' },
    ])
    expect(asked[0]?.headers).toMatchObject({
      'x-amz-target': 'AWSOrganizationsV20161128.ListAccounts',
      authorization: expect.stringContaining('/us-east-1/organizations/aws4_request'),
    })
  })

  test('gives the tags of an account', async () => {
    const { organizations, asked } = answering(json({ Tags: [{ Key: 'stage', Value: 'prod' }] }))
    expect(await organizations.listTags('111122223333')).toEqual({ stage: 'prod' })
    expect(JSON.parse(String(asked[0]?.body))).toEqual({ ResourceId: '111122223333' })
  })

  test.each([
    ['no list', json({})],
    ['an account without an id', json({ Accounts: [{ Id: '12' }] })],
    ['an account that is none', json({ Accounts: ['111122223333'] })],
    ['a page of a proxy', { body: '<html>' }],
  ])('refuses an answer with %s', async (_name, reply) => {
    await expect(answering(reply).organizations.listAccounts()).rejects.toMatchObject({
      code: 'bad_answer',
    })
  })

  test('an error has the code of AWS and never the secret', async () => {
    const { organizations } = answering(
      json({ __type: 'com.amazonaws#AccessDeniedException', Message: `key ${secret}` }, 400),
    )
    const error = await organizations.listAccounts().catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'AccessDeniedException', status: 400 })
    expect(String(error)).not.toContain(secret.slice(0, 12))
    const odd = answering({ status: 502, body: 'Bad Gateway' })
    await expect(odd.organizations.listAccounts()).rejects.toMatchObject({ retryable: true })
  })
})
