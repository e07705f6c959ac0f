import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import { gateway, gatewayKeys, hub, roleArn, runSimulator, spoke, strangerKeys } from './running.ts'

const { simulator, clock } = await runSimulator()

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

function client(credentials: Keys, region = 'us-east-1'): STSClient {
  const systemClockOffset = clock.now().getTime() - Date.now()
  return new STSClient({
    endpoint: simulator.stsEndpoint,
    region,
    credentials,
    systemClockOffset,
    maxAttempts: 1,
  })
}

async function assume(
  roleArnToTake: string,
  input: Partial<AssumeRoleCommandInput> = {},
  keys: Keys = gatewayKeys,
) {
  const command = new AssumeRoleCommand({
    RoleArn: roleArnToTake,
    RoleSessionName: 'ann',
    ...input,
  })
  return await client(keys).send(command)
}

async function keysOf(answer: ReturnType<typeof assume>): Promise<Keys> {
  const { Credentials: made } = await answer
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = made ?? {}
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error('no credentials')
  return { accessKeyId, secretAccessKey, sessionToken }
}

async function refusal(answer: Promise<unknown>) {
  const error = await answer.then(
    () => undefined,
    cause => cause,
  )
  const { name, message, $metadata } = error ?? {}
  return { name, message, status: $metadata?.httpStatusCode }
}

const denied = (action: string, role: string, caller = gateway) => ({
  name: 'AccessDenied',
  message: `User: ${caller} is not authorized to perform: ${action} on resource: ${role}`,
  status: 403,
})

test('AssumeRole, then GetCallerIdentity with its keys', async () => {
  const answer = await assume(roleArn('ci/Deploy'), { SourceIdentity: 'ann', DurationSeconds: 900 })
  const session = `arn:aws:sts::${spoke}:assumed-role/Deploy/ann`
  expect(answer.AssumedRoleUser).toEqual({
    Arn: session,
    AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:ann$/),
  })
  expect(answer.SourceIdentity).toBe('ann')
  expect(answer.PackedPolicySize).toBeUndefined()
  expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/)
  const left = (answer.Credentials?.Expiration?.getTime() ?? 0) - clock.now().getTime()
  expect(left / 1000).toBeGreaterThan(880)
  expect(left / 1000).toBeLessThanOrEqual(900)
  const keys = await keysOf(Promise.resolve(answer))
  expect(keys.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
  const identity = await client(keys, 'eu-central-1').send(new GetCallerIdentityCommand({}))
  expect(identity).toMatchObject({
    Account: spoke,
    Arn: session,
    UserId: answer.AssumedRoleUser?.AssumedRoleId,
  })
})

test('GetCallerIdentity of an IAM user names its path', async () => {
  const identity = await client(gatewayKeys).send(new GetCallerIdentityCommand({}))
  expect(identity).toMatchObject({
    Account: hub,
    Arn: gateway,
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
  })
})

test('a wrong secret, an unknown key and a wrong session token are refused', async () => {
  const who = new GetCallerIdentityCommand({})
  const wrong = { ...gatewayKeys, secretAccessKey: 'not it' }
  expect(await refusal(client(wrong).send(who))).toMatchObject({
    name: 'SignatureDoesNotMatch',
    status: 403,
  })
  const unknown = { ...gatewayKeys, accessKeyId: 'AKIATESTUNKNOWN00001' }
  const invalid = {
    name: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
    status: 403,
  }
  expect(await refusal(client(unknown).send(who))).toEqual(invalid)
  const keys = await keysOf(assume(roleArn('Plain')))
  expect(await refusal(client({ ...keys, sessionToken: 'another' }).send(who))).toEqual(invalid)
  const { sessionToken: _, ...without } = keys
  expect(await refusal(client(without).send(who))).toEqual(invalid)
})

test('expired credentials are refused as expired', async () => {
  const keys = await keysOf(assume(roleArn('Plain'), { DurationSeconds: 900 }))
  clock.forward(901)
  expect(await refusal(client(keys).send(new GetCallerIdentityCommand({})))).toEqual({
    name: 'ExpiredToken',
    message: 'The security token included in the request is expired',
    status: 403,
  })
})

test('a region that no AWS has is refused', async () => {
  const answer = client(gatewayKeys, 'nowhere').send(new GetCallerIdentityCommand({}))
  expect(await refusal(answer)).toMatchObject({
    name: 'SignatureDoesNotMatch',
    message: 'Credential should be scoped to a valid region. ',
  })
})

test('keys of one partition are unknown in another', async () => {
  const china = client(gatewayKeys, 'cn-north-1').send(new GetCallerIdentityCommand({}))
  expect(await refusal(china)).toMatchObject({ name: 'InvalidClientTokenId', status: 403 })
})

test('an unknown role and one that does not trust the caller get the same answer', async () => {
  expect(await refusal(assume(roleArn('Nobody')))).toEqual(
    denied('sts:AssumeRole', roleArn('Nobody')),
  )
  const chained = roleArn('Chained')
  expect(await refusal(assume(chained))).toEqual(denied('sts:AssumeRole', chained))
  const stranger = `arn:aws:iam::${hub}:user/stranger`
  const plain = roleArn('Plain')
  expect(await refusal(assume(plain, {}, strangerKeys))).toEqual(
    denied('sts:AssumeRole', plain, stranger),
  )
  const withoutPath = roleArn('Deploy')
  expect(await refusal(assume(withoutPath))).toEqual(denied('sts:AssumeRole', withoutPath))
})

test('tags and source identity need their own actions in the trust policy', async () => {
  const Tags = [{ Key: 'Project', Value: 'x' }]
  const noTags = roleArn('NoTags')
  expect(await refusal(assume(noTags, { Tags }))).toEqual(denied('sts:TagSession', noTags))
  const noIdentity = roleArn('NoIdentity')
  expect(await refusal(assume(noIdentity, { SourceIdentity: 'ann' }))).toEqual(
    denied('sts:SetSourceIdentity', noIdentity),
  )
  expect((await assume(roleArn('Tagged'), { Tags })).PackedPolicySize).toBeGreaterThan(0)
  const more = [...Tags, { Key: 'Other', Value: 'x' }]
  expect((await refusal(assume(roleArn('Tagged'), { Tags: more }))).name).toBe('AccessDenied')
})

test('the external id must be the agreed one', async () => {
  const external = roleArn('External')
  expect(await refusal(assume(external))).toEqual(denied('sts:AssumeRole', external))
  expect((await refusal(assume(external, { ExternalId: 'other' }))).name).toBe('AccessDenied')
  expect((await assume(external, { ExternalId: 'agreed' })).Credentials).toBeDefined()
})

test('duration: range, then the role’s limit, then role chaining', async () => {
  const range = await refusal(assume(roleArn('Deploy'), { DurationSeconds: 43_201 }))
  expect(range).toEqual({
    name: 'ValidationError',
    message:
      "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
    status: 400,
  })
  expect(await refusal(assume(roleArn('ci/Deploy'), { DurationSeconds: 3601 }))).toEqual({
    name: 'ValidationError',
    message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    status: 400,
  })
  expect((await assume(roleArn('Plain'), { DurationSeconds: 43_200 })).Credentials).toBeDefined()
  const broker = await keysOf(assume(roleArn('app/Broker', hub)))
  expect(await refusal(assume(roleArn('Chained'), { DurationSeconds: 3601 }, broker))).toEqual({
    name: 'ValidationError',
    message:
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    status: 400,
  })
  expect(
    (await assume(roleArn('Chained'), { DurationSeconds: 3600 }, broker)).Credentials,
  ).toBeDefined()
})

test('source identity and transitive tags go down the chain', async () => {
  const broker = await keysOf(
    assume(roleArn('app/Broker', hub), {
      SourceIdentity: 'ann',
      Tags: [
        { Key: 'Project', Value: 'x' },
        { Key: 'Note', Value: 'y' },
      ],
      TransitiveTagKeys: ['project'],
    }),
  )
  const chained = await assume(roleArn('Chained'), {}, broker)
  expect(chained.SourceIdentity).toBe('ann')
  expect(await refusal(assume(roleArn('Chained'), { SourceIdentity: 'ben' }, broker))).toEqual({
    name: 'ValidationError',
    message: 'The source identity is already set for this assume role session',
    status: 400,
  })
  const again = assume(roleArn('Chained'), { Tags: [{ Key: 'PROJECT', Value: 'z' }] }, broker)
  expect((await refusal(again)).name).toBe('ValidationError')
  const noTags = roleArn('NoTags')
  const session = `arn:aws:sts::${hub}:assumed-role/Broker/ann`
  expect(await refusal(assume(noTags, {}, broker))).toEqual(
    denied('sts:TagSession', noTags, session),
  )
})

test.each<[string, Partial<AssumeRoleCommandInput>, string]>([
  [
    'short session name',
    { RoleSessionName: 'a' },
    "Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
  ],
  [
    'session name with a blank',
    { RoleSessionName: 'a b' },
    "Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
  ],
  [
    'long source identity',
    { SourceIdentity: 'a'.repeat(65) },
    `Value '${'a'.repeat(65)}' at 'sourceIdentity' failed to satisfy constraint: Member must have length less than or equal to 64`,
  ],
  [
    'short external id',
    { ExternalId: 'x' },
    "Value 'x' at 'externalId' failed to satisfy constraint: Member must have length greater than or equal to 2",
  ],
  [
    'short ARN',
    { RoleArn: 'arn:x' },
    "Value 'arn:x' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
  ],
  [
    'empty tag key',
    { Tags: [{ Key: '', Value: '' }] },
    "Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    'short duration',
    { DurationSeconds: 1 },
    "Value '1' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
  ],
])('ValidationError for %s', async (_, input, text) => {
  const { message, name, status } = await refusal(assume(roleArn('Plain'), input))
  expect([name, status]).toEqual(['ValidationError', 400])
  expect(message).toContain('validation error')
  expect(message).toContain(text)
})

test('two constraints are reported in one error', async () => {
  const answer = assume(roleArn('Plain'), { RoleSessionName: 'a', DurationSeconds: 1 })
  expect((await refusal(answer)).message).toMatch(/^2 validation errors detected: Value .*; Value /)
})

test('tags: count, case, reserved prefix, transitive keys', async () => {
  const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))
  expect((await refusal(assume(roleArn('Plain'), { Tags: many }))).name).toBe('ValidationError')
  const twice = [
    { Key: 'A', Value: '1' },
    { Key: 'a', Value: '2' },
  ]
  expect((await refusal(assume(roleArn('Plain'), { Tags: twice }))).message).toContain(
    'Duplicate tag keys',
  )
  const reserved = [{ Key: 'aws:x', Value: '1' }]
  expect((await refusal(assume(roleArn('Plain'), { Tags: reserved }))).name).toBe('ValidationError')
  const missing = assume(roleArn('Plain'), { TransitiveTagKeys: ['A'] })
  expect((await refusal(missing)).name).toBe('ValidationError')
})

test('session policies are read and limit a chain', async () => {
  const malformed = assume(roleArn('Plain'), { Policy: '{' })
  expect(await refusal(malformed)).toMatchObject({
    name: 'MalformedPolicyDocumentException',
    status: 400,
  })
  const long = assume(roleArn('Plain'), { Policy: ' '.repeat(2049) })
  expect(await refusal(long)).toMatchObject({ name: 'PackedPolicyTooLargeException', status: 400 })
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
  })
  const broker = await keysOf(assume(roleArn('app/Broker', hub), { Policy }))
  expect((await refusal(assume(roleArn('Chained'), {}, broker))).name).toBe('AccessDenied')
  const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }]
  const wide = await keysOf(assume(roleArn('app/Broker', hub), { PolicyArns }))
  expect((await assume(roleArn('Chained'), {}, wide)).Credentials).toBeDefined()
})

test('a second factor that is not the caller’s is refused', async () => {
  const input = { SerialNumber: 'arn:aws:iam::111122223333:mfa/ann', TokenCode: '123456' }
  expect(await refusal(assume(roleArn('Plain'), input))).toMatchObject({ name: 'AccessDenied' })
})

test('GetSessionToken and GetFederationToken are for long-term keys', async () => {
  const long = client(gatewayKeys)
  const session = await keysOf(long.send(new GetSessionTokenCommand({ DurationSeconds: 900 })))
  const identity = await client(session).send(new GetCallerIdentityCommand({}))
  expect(identity.Arn).toBe(gateway)
  expect(
    (await assume(roleArn('Plain'), { DurationSeconds: 43_200 }, session)).Credentials,
  ).toBeDefined()
  expect((await refusal(client(session).send(new GetSessionTokenCommand({})))).name).toBe(
    'AccessDenied',
  )

  const answer = await long.send(new GetFederationTokenCommand({ Name: 'ann' }))
  expect(answer.FederatedUser).toEqual({
    Arn: `arn:aws:sts::${hub}:federated-user/ann`,
    FederatedUserId: `${hub}:ann`,
  })
  const federated = await keysOf(Promise.resolve(answer) as ReturnType<typeof assume>)
  const who = await client(federated).send(new GetCallerIdentityCommand({}))
  expect(who).toMatchObject({ Arn: answer.FederatedUser?.Arn, UserId: `${hub}:ann`, Account: hub })
  expect((await refusal(assume(roleArn('Plain'), {}, federated))).name).toBe('AccessDenied')
})
