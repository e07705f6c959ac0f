import { expect, test } from 'vitest'
import { caller } from './calls.ts'
import { adminKeys, annKeys, companyWorld, main, other, strangerKeys } from './company-world.ts'
import { runSimulator } from './running.ts'

const running = await runSimulator(companyWorld)
const { simulator } = running
const { json, query } = caller(running)
const call = (operation: string, parameters: unknown = {}, keys = adminKeys) =>
  json(keys, 'organizations', `AWSOrganizationsV20161128.${operation}`, parameters)

test('ListAccounts has the accounts with the new state and the old status', async () => {
  const { status, body } = await call('ListAccounts')
  expect(status).toBe(200)
  expect(body.NextToken).toBeUndefined()
  expect(body.Accounts).toEqual([
    {
      Id: main,
      Arn: `arn:aws:organizations::${main}:account/o-acme000000/${main}`,
      Email: 'main@acme.example',
      Name: 'Main',
      State: 'ACTIVE',
      Status: 'ACTIVE',
      JoinedMethod: 'INVITED',
      JoinedTimestamp: expect.any(Number),
    },
    expect.objectContaining({ Id: other, State: 'PENDING_CLOSURE', Status: 'PENDING_CLOSURE' }),
    expect.objectContaining({ Id: '777788889999', State: 'CLOSED', Status: 'SUSPENDED' }),
  ])
})

test('pages may be empty and have a NextToken all the same', async () => {
  const pages: string[][] = []
  let token: Record<string, string> = {}
  do {
    const { body } = await call('ListAccounts', { MaxResults: 1, ...token })
    pages.push(body.Accounts.map(({ Id }: { Id: string }) => Id))
    token = body.NextToken === undefined ? {} : { NextToken: body.NextToken }
  } while (token.NextToken !== undefined)
  expect(pages).toEqual([[main], [], [other], ['777788889999']])
})

test.each([
  [{ MaxResults: 0 }],
  [{ MaxResults: 21 }],
  [{ MaxResults: '5' }],
  [{ MaxResults: 1.5 }],
  [{ NextToken: 'x' }],
  [{ NextToken: 7 }],
])('ListAccounts refuses %j', async parameters => {
  const { status, body } = await call('ListAccounts', parameters)
  expect([status, body.__type]).toEqual([400, 'InvalidInputException'])
  expect(body.Message).not.toBe('')
})

test('DescribeOrganization is for every member', async () => {
  for (const keys of [adminKeys, strangerKeys]) {
    const { body } = await call('DescribeOrganization', {}, keys)
    expect(body.Organization).toMatchObject({
      Id: 'o-acme000000',
      MasterAccountId: main,
      MasterAccountEmail: 'main@acme.example',
      FeatureSet: 'ALL',
    })
  }
})

test('ListAccounts is for the management account, and delegated ones, with the permission', async () => {
  const denied = { status: 400, body: { __type: 'AccessDeniedException' } }
  expect(await call('ListAccounts', {}, strangerKeys)).toMatchObject(denied)
  expect(await call('ListAccounts', {}, annKeys)).toMatchObject({
    status: 400,
    body: {
      __type: 'AccessDeniedException',
      Message: expect.stringContaining('not authorized to perform: organizations:ListAccounts'),
    },
  })
  const delegated = await runSimulator({
    ...companyWorld,
    organization: { managementAccount: main, delegatedAdministrators: [other] },
  })
  const answer = await caller(delegated).json(
    strangerKeys,
    'organizations',
    'AWSOrganizationsV20161128.ListAccounts',
  )
  expect(answer.body.Accounts).toHaveLength(3)
})

test('a world without an organization says so', async () => {
  const { organization: _, ...world } = companyWorld
  const alone = caller(await runSimulator(world))
  for (const operation of ['ListAccounts', 'DescribeOrganization']) {
    const target = `AWSOrganizationsV20161128.${operation}`
    expect(await alone.json(adminKeys, 'organizations', target)).toMatchObject({
      status: 400,
      body: { __type: 'AWSOrganizationsNotInUseException' },
    })
  }
})

test('wrong keys, an unknown operation and a body that is no JSON are told as JSON', async () => {
  const wrong = { ...adminKeys, accessKeyId: 'AKIANOBODYATALL00001' }
  expect(await call('ListAccounts', {}, wrong)).toMatchObject({
    status: 400,
    body: { __type: 'UnrecognizedClientException' },
  })
  expect((await call('LeaveOrganization')).body.__type).toBe('UnknownOperationException')
  expect((await call('ListAccounts', 7)).body.__type).toBe('SerializationException')
  const headers = { 'x-amz-target': 'AWSOrganizationsV20161128.ListAccounts' }
  const unsigned = await fetch(simulator.url, { method: 'POST', headers, body: '{}' })
  expect([unsigned.status, (await unsigned.json()).__type]).toEqual([
    400,
    'MissingAuthenticationTokenException',
  ])
})

test('a signature for one service is none for another', async () => {
  const answer = await json(adminKeys, 'iam', 'AWSOrganizationsV20161128.ListAccounts')
  expect(answer.body.__type).toBe('InvalidSignatureException')
  expect((await query(adminKeys, 'iam', 'GetCallerIdentity')).code).toBe('InvalidAction')
})

test('ListTagsForResource gives the tags of an account, to those who administer', async () => {
  const [first, ...rest] = companyWorld.accounts
  if (first === undefined) throw new Error('the company has no account')
  const accounts = [{ ...first, tags: { stage: 'prod' } }, ...rest]
  const tagged = caller(await runSimulator({ ...companyWorld, accounts }))
  const target = 'AWSOrganizationsV20161128.ListTagsForResource'
  const tagsOf = (ResourceId: unknown, keys = adminKeys) =>
    tagged.json(keys, 'organizations', target, { ResourceId })
  expect((await tagsOf(main)).body).toEqual({ Tags: [{ Key: 'stage', Value: 'prod' }] })
  expect((await tagsOf(other)).body).toEqual({ Tags: [] })
  expect((await tagsOf(main, strangerKeys)).body.__type).toBe('AccessDeniedException')
  expect((await tagsOf('999999999999')).body.__type).toBe('TargetNotFoundException')
  expect((await tagsOf('main')).body.__type).toBe('InvalidInputException')
})
