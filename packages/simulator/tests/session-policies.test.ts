import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { caller, members } from './calls.ts'
import { adminKeys, annKeys, arnOf, companyWorld, main } from './company-world.ts'
import { runSimulator } from './running.ts'

const running = await runSimulator(companyWorld)
const { simulator } = running
const { query, json, keysOf } = caller(running)

const policy = (...Statement: readonly unknown[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: unknown, more = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more })

/** A session of Workflow, whose role may read. */
const assume = (more: Record<string, string> = {}) =>
  query(undefined, 'sts', 'AssumeRoleWithWebIdentity', {
    RoleArn: arnOf('Workflow'),
    RoleSessionName: 'limited',
    WebIdentityToken: simulator.oidc.mint({ subject: 'repo:acme/app' }),
    ...more,
  })
const list = 'AWSOrganizationsV20161128.ListAccounts'

test('a session policy limits what a session may do in every service', async () => {
  const whole = await keysOf(assume())
  expect((await query(whole, 'iam', 'ListRoles')).status).toBe(200)
  expect((await json(whole, 'organizations', list)).status).toBe(200)
  const keys = await keysOf(assume({ Policy: policy(allow('iam:ListRoles')) }))
  expect((await query(keys, 'iam', 'ListRoles')).status).toBe(200)
  expect(await query(keys, 'iam', 'GetRole', { RoleName: 'Workflow' })).toMatchObject({
    code: 'AccessDenied',
    message: `User: arn:aws:sts::${main}:assumed-role/Workflow/limited is not authorized to perform: iam:GetRole on resource: ${arnOf('Workflow')} because no session policy allows the iam:GetRole action`,
  })
  expect(await json(keys, 'organizations', list)).toMatchObject({
    status: 400,
    body: { __type: 'AccessDeniedException' },
  })
})

test('a session policy grants nothing that the role has not', async () => {
  const keys = await keysOf(assume({ Policy: policy(allow('*')) }))
  const made = await query(keys, 'iam', 'DeleteSAMLProvider', {
    SAMLProviderArn: `arn:aws:iam::${main}:saml-provider/company`,
  })
  expect(made.message).toContain('because no identity-based policy allows')
})

test('managed policies by ARN: of AWS, of the account, unknown ones grant nothing', async () => {
  const by = (...arns: string[]) =>
    keysOf(
      assume(
        members(
          'PolicyArns',
          arns.map(arn => ({ arn })),
        ),
      ),
    )
  const aws = await by('arn:aws:iam::aws:policy/IAMReadOnlyAccess')
  expect((await query(aws, 'iam', 'ListRoles')).status).toBe(200)
  expect((await json(aws, 'organizations', list)).status).toBe(400)
  const own = await by(`arn:aws:iam::${main}:policy/OnlyTeam`)
  expect((await query(own, 'iam', 'GetRole', { RoleName: 'Workflow' })).status).toBe(200)
  expect((await query(own, 'iam', 'ListRoles')).code).toBe('AccessDenied')
  const unknown = await by('arn:aws:iam::aws:policy/NoSuchPolicyAtAll')
  expect((await query(unknown, 'iam', 'ListRoles')).code).toBe('AccessDenied')
})

test('NotAction, NotResource and Deny are evaluated', async () => {
  const Policy = policy(
    { Effect: 'Allow', NotAction: 'iam:List*', Resource: '*' },
    { Effect: 'Deny', Action: 'iam:GetRole', NotResource: arnOf('Workflow') },
  )
  const keys = await keysOf(assume({ Policy }))
  expect((await query(keys, 'iam', 'ListRoles')).code).toBe('AccessDenied')
  expect((await query(keys, 'iam', 'GetRole', { RoleName: 'Workflow' })).status).toBe(200)
  const denied = await query(keys, 'iam', 'GetRole', { RoleName: 'Untagged' })
  expect(denied.message).toContain('with an explicit deny in a session policy')
})

test('conditions see the session’s tags, its source identity and who gave it', async () => {
  const keys = await keysOf(
    assume({
      Policy: policy(
        allow('iam:ListRoles', {
          Condition: {
            StringEquals: {
              'aws:FederatedProvider': `arn:aws:iam::${main}:oidc-provider/token.example.com/workflows`,
              'token.example.com/workflows:sub': 'repo:acme/app',
              'aws:PrincipalTag/Team': 'core',
            },
            DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' },
            IpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
          },
        }),
      ),
    }),
  )
  expect((await query(keys, 'iam', 'ListRoles')).status).toBe(200)
})

test('the plain text has a bound, over the policy and the ARNs together', async () => {
  const at = (length: number) => policy(allow('iam:ListRoles')).padEnd(length, ' ')
  expect((await assume({ Policy: at(2048) })).status).toBe(200)
  // The models of the federated operations bound the policy themselves.
  expect((await assume({ Policy: at(2049) })).code).toBe('ValidationError')
  const arn = `arn:aws:iam::${main}:policy/OnlyTeam`
  const both = await assume({ Policy: at(2048), ...members('PolicyArns', [{ arn }]) })
  expect(both).toMatchObject({ code: 'PackedPolicyTooLarge', status: 400 })
  expect(both.message).toMatch(/^Packed policy consumes \d+% of allotted space/)
})

test('characters outside Latin-1 are refused', async () => {
  const Policy = policy(allow('iam:ListRoles', { Sid: 'α' }))
  expect((await assume({ Policy })).code).toBe('ValidationError')
})

test('tags that do not pack are PackedPolicyTooLarge', async () => {
  // Digests do not compress.
  const random = (length: number, seed: number) =>
    createHash('sha512').update(String(seed)).digest('hex').repeat(2).slice(0, length)
  const tags = Array.from({ length: 50 }, (_, index) => ({
    Key: `${random(100, index)}${index}`,
    Value: random(256, index + 99),
  }))
  const keys = await keysOf(assume())
  const answer = await query(keys, 'sts', 'AssumeRole', {
    RoleArn: arnOf('NextHop'),
    RoleSessionName: 'x1',
    ...members('Tags', tags),
  })
  expect(answer).toMatchObject({ code: 'PackedPolicyTooLarge', status: 400 })
  expect(answer.message).toMatch(/^Packed size of session tags consumes \d+% of allotted space/)
})

test('a policy that the simulator cannot evaluate is malformed, not ignored', async () => {
  const Policy = policy(allow('iam:*', { Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } }))
  expect(await assume({ Policy })).toMatchObject({ code: 'MalformedPolicyDocument', status: 400 })
})

test('GetFederationToken needs its permission, and tags theirs', async () => {
  expect(await query(annKeys, 'sts', 'GetFederationToken', { Name: 'ann' })).toMatchObject({
    code: 'AccessDenied',
  })
  const tags = members('Tags', [{ Key: 'Team', Value: 'x' }])
  const answer = await query(adminKeys, 'sts', 'GetFederationToken', { Name: 'ann', ...tags })
  expect(answer.field('Arn')).toBe(`arn:aws:sts::${main}:federated-user/ann`)
})

test('GetAccessKeyInfo names the account of any key', async () => {
  const of = (AccessKeyId: string, keys = adminKeys) =>
    query(keys, 'sts', 'GetAccessKeyInfo', { AccessKeyId })
  expect((await of(annKeys.accessKeyId)).field('Account')).toBe(main)
  const session = await keysOf(assume())
  expect((await of(session.accessKeyId)).field('Account')).toBe(main)
  expect((await of('AKIANOBODYATALL00001')).code).toBe('ValidationError')
  expect((await of('short')).message).toContain("at 'accessKeyId'")
  expect((await of(annKeys.accessKeyId, annKeys)).code).toBe('AccessDenied')
})
