import { expect, test } from 'vitest'
import { caller } from './calls.ts'
import {
  adminKeys,
  arnOf,
  auditorKeys,
  companyWorld,
  main,
  other,
  strangerKeys,
} from './company-world.ts'
import { runSimulator } from './running.ts'

const running = await runSimulator(companyWorld)
const { simulator, clock } = running
const { query, keysOf } = caller(running)
const namespace = 'https://iam.amazonaws.com/doc/2010-05-08/'

test('ListRoles has the roles of the caller’s account, without tags', async () => {
  const answer = await query(auditorKeys, 'iam', 'ListRoles')
  expect(answer.body).toContain(`<ListRolesResponse xmlns="${namespace}"><ListRolesResult><Roles>`)
  expect(answer.field('IsTruncated')).toBe('false')
  expect(answer.all('RoleName')).toContain('Workflow')
  expect(answer.all('RoleName')).not.toContain('Elsewhere')
  expect(answer.all('RoleName').filter(name => name.startsWith('AWSReservedSSO_'))).toHaveLength(2)
  expect(answer.all('Tags')).toEqual([])
  expect(answer.all('RoleLastUsed')).toEqual([])
})

test('PathPrefix narrows, and pages may be short', async () => {
  const ops = await query(auditorKeys, 'iam', 'ListRoles', { PathPrefix: '/ops/' })
  expect(ops.all('RoleName')).toEqual(['Strong', 'WithFactor'])
  const whole = (await query(auditorKeys, 'iam', 'ListRoles')).all('RoleName')
  const names: string[] = []
  let marker: Record<string, string> = {}
  let calls = 0
  for (;;) {
    const page = await query(auditorKeys, 'iam', 'ListRoles', { MaxItems: '3', ...marker })
    calls += 1
    names.push(...page.all('RoleName'))
    const Marker = page.field('Marker')
    expect(page.field('IsTruncated')).toBe(String(Marker !== undefined))
    if (Marker === undefined) break
    expect(page.all('RoleName')).toHaveLength(2)
    marker = { Marker }
  }
  expect(names).toEqual(whole)
  expect(calls).toBe(Math.ceil(whole.length / 2))
})

test.each([
  [{ MaxItems: '0' }, "at 'maxItems'"],
  [{ MaxItems: '1001' }, "at 'maxItems'"],
  [{ PathPrefix: 'ops' }, "at 'pathPrefix'"],
  [{ Marker: 'x' }, 'Invalid Marker'],
])('ListRoles refuses %j', async (parameters, text) => {
  const answer = await query(auditorKeys, 'iam', 'ListRoles', parameters)
  expect([answer.status, answer.code]).toEqual([400, 'ValidationError'])
  expect(answer.message).toContain(text)
})

test('GetRole has the trust policy URL-encoded, tags, and when the role was used last', async () => {
  const answer = await query(auditorKeys, 'iam', 'GetRole', { RoleName: 'workflow' })
  const encoded = answer.field('AssumeRolePolicyDocument') ?? ''
  expect(encoded).toMatch(/^%7B%22Version%22%3A%222012-10-17%22/)
  expect(encoded).not.toMatch(/[!'()*]/)
  const [, role] = companyWorld.accounts[0].roles
  expect(JSON.parse(decodeURIComponent(encoded))).toEqual(companyWorld.accounts[0].roles[0].trust)
  expect(role.name).toBe('Untagged')
  expect(answer.field('Description')).toBe('for <workflows> & co')
  expect(answer.field('MaxSessionDuration')).toBe('7200')
  expect(answer.field('RoleId')).toMatch(/^AROA[A-Z2-7]{17}$/)
  expect(answer.all('Key')).toEqual(['Team', 'Stage'])
  expect(answer.field('RoleLastUsed')).toBe('')
  const WebIdentityToken = simulator.oidc.mint({ subject: 'repo:acme/app' })
  const keys = await keysOf(
    query(undefined, 'sts', 'AssumeRoleWithWebIdentity', {
      RoleArn: arnOf('Workflow'),
      RoleSessionName: 'x1',
      WebIdentityToken,
    }),
  )
  await query(keys, 'sts', 'GetCallerIdentity')
  const used = await query(auditorKeys, 'iam', 'GetRole', { RoleName: 'Workflow' })
  expect(used.field('Region')).toBe('us-east-1')
  const at = Date.parse(used.field('LastUsedDate') ?? '')
  expect(Math.abs(at - clock.now().getTime())).toBeLessThan(10_000)
})

test('a role that is not there is NoSuchEntity, one of another account too', async () => {
  for (const RoleName of ['Nobody', 'Elsewhere']) {
    expect(await query(auditorKeys, 'iam', 'GetRole', { RoleName })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
      message: `The role with name ${RoleName} cannot be found.`,
    })
  }
  const there = await query(strangerKeys, 'iam', 'GetRole', { RoleName: 'Elsewhere' })
  expect(there.field('Arn')).toBe(arnOf('Elsewhere', other))
})

test('ListRoleTags, with a managed policy of the account that denies it to one', async () => {
  const RoleName = 'Workflow'
  const first = await query(adminKeys, 'iam', 'ListRoleTags', { RoleName, MaxItems: '1' })
  expect([first.all('Key'), first.field('IsTruncated')]).toEqual([['Stage'], 'true'])
  const Marker = first.field('Marker') ?? ''
  const rest = await query(adminKeys, 'iam', 'ListRoleTags', { RoleName, Marker })
  expect([rest.all('Key'), rest.all('Value')]).toEqual([['Team'], ['core']])
  expect(await query(auditorKeys, 'iam', 'ListRoleTags', { RoleName })).toMatchObject({
    status: 403,
    code: 'AccessDenied',
    message: `User: arn:aws:iam::${main}:user/auditor is not authorized to perform: iam:ListRoleTags on resource: ${arnOf('Workflow')} with an explicit deny in an identity-based policy`,
  })
})

test('ListAccountAliases has the alias, or none', async () => {
  const answer = await query(auditorKeys, 'iam', 'ListAccountAliases')
  expect(answer.all('member')).toEqual(['acme-main'])
  const none = await query(strangerKeys, 'iam', 'ListAccountAliases')
  expect([none.status, none.all('member')]).toEqual([200, []])
})

test('what is not signed for IAM, or not IAM’s, is refused in its namespace', async () => {
  const unsigned = await query(undefined, 'iam', 'ListRoles')
  expect(unsigned).toMatchObject({ status: 403, code: 'MissingAuthenticationToken' })
  expect(unsigned.body).toContain(`<ErrorResponse xmlns="${namespace}">`)
  expect(await query(auditorKeys, 'iam', 'DeleteEverything')).toMatchObject({
    status: 400,
    code: 'InvalidAction',
  })
  const federated = await keysOf(
    query(adminKeys, 'sts', 'GetFederationToken', { Name: 'ann', Policy: everything }),
  )
  expect(await query(federated, 'iam', 'ListRoles')).toMatchObject({
    status: 403,
    code: 'InvalidClientTokenId',
  })
})

const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
})
