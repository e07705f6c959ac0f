import { describe, expect, it } from 'vitest'
import { AwsError, type CredentialSource, StsClient } from '../src/index.ts'
import { listen } from './listen.ts'
import {
  answerOf,
  credentials,
  errorOf,
  isSigned,
  now,
  retry,
  roleArn,
  sessionXml,
  stsWith,
} from './sts-server.ts'

const context = {
  providerArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
  contextAssertion: 'a-context-assertion',
}
const input = { roleArn, roleSessionName: 'alice' }

describe('assumeRole', () => {
  it('sends what was given, signed, and reads the session whatever the order', async () => {
    const { client, received, fields } = await stsWith([200, answerOf('AssumeRole', sessionXml)])
    const role = await client.assumeRole({
      ...input,
      durationSeconds: 900,
      policy: '{"Version":"2012-10-17"}',
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      tags: { Team: 'Ops + Köln', Empty: '' },
      transitiveTagKeys: ['Team'],
      externalId: 'ext:1',
      sourceIdentity: 'alice',
      serialNumber: 'arn:aws:iam::123456789012:mfa/alice',
      tokenCode: '123456',
      providedContexts: [context],
    })
    expect(fields()).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: roleArn,
      DurationSeconds: '900',
      Policy: '{"Version":"2012-10-17"}',
      'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      RoleSessionName: 'alice',
      'Tags.member.1.Key': 'Team',
      'Tags.member.1.Value': 'Ops + Köln',
      'Tags.member.2.Key': 'Empty',
      'Tags.member.2.Value': '',
      'TransitiveTagKeys.member.1': 'Team',
      ExternalId: 'ext:1',
      SourceIdentity: 'alice',
      SerialNumber: 'arn:aws:iam::123456789012:mfa/alice',
      TokenCode: '123456',
      'ProvidedContexts.member.1.ProviderArn': context.providerArn,
      'ProvidedContexts.member.1.ContextAssertion': context.contextAssertion,
    })
    expect(received.map(isSigned)).toEqual([true])
    expect(role).toEqual({
      credentials: {
        accessKeyId: 'ASIAEXAMPLE',
        secretAccessKey: 's&cret',
        sessionToken: 'token+/=',
        expiration: new Date('2026-01-02T04:04:05Z'),
      },
      assumedRoleUser: {
        arn: 'arn:aws:sts::123456789012:assumed-role/Admin/alice',
        assumedRoleId: 'AROAEXAMPLE:alice',
      },
      packedPolicySize: 6,
      sourceIdentity: 'alice',
      requestId: 'request-1',
      region: 'eu-central-1',
    })
    expect(JSON.stringify(role)).not.toMatch(/s&cret|token\+/)
  })

  it.each<[string, object, string]>([
    ['a session name with a blank', { roleSessionName: 'a b' }, 'roleSessionName'],
    ['a short session name', { roleSessionName: 'a' }, 'roleSessionName'],
    ['a short duration', { durationSeconds: 899 }, 'durationSeconds'],
    ['a long duration', { durationSeconds: 43_201 }, 'durationSeconds'],
    ['a broken duration', { durationSeconds: 1000.5 }, 'durationSeconds'],
    ['an empty policy', { policy: '' }, 'policy'],
    ['a policy with other characters', { policy: '{"€":1}' }, 'policy'],
    ['many policies', { policyArns: Array(11).fill('arn:aws:iam::aws:policy/A') }, 'policyArns'],
    ['a short external id', { externalId: 'a' }, 'externalId'],
    ['a long source identity', { sourceIdentity: 'a'.repeat(65) }, 'sourceIdentity'],
    ['a code without a device', { tokenCode: '123456' }, 'serialNumber'],
    ['a broken code', { serialNumber: 'GAHT12345678', tokenCode: '12345' }, 'tokenCode'],
    ['a tag key without characters', { tags: { '': 'a' } }, 'tags'],
    ['a tag value with other characters', { tags: { a: '<' } }, 'tags.a'],
    ['tag keys that differ in case', { tags: { a: '1', A: '2' } }, 'tags'],
    [
      'many tags',
      { tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [n, ''])) },
      'tags',
    ],
    ['many transitive keys', { transitiveTagKeys: Array(51).fill('a') }, 'transitiveTagKeys'],
    ['a transitive key of no tag', { transitiveTagKeys: ['a'] }, 'transitiveTagKeys'],
    [
      'a transitive key twice',
      { tags: { a: '1' }, transitiveTagKeys: ['a', 'A'] },
      'transitiveTagKeys',
    ],
    ['a policy that is no JSON', { policy: '{' }, 'policy'],
    ['a policy that is no document', { policy: '[]' }, 'policy'],
    ['a long policy', { policy: `{"a":"${'b'.repeat(2042)}"}` }, 'policy'],
    [
      'a policy that is long with its ARNs',
      { policy: `{"a":"${'b'.repeat(2010)}"}`, policyArns: ['arn:aws:iam::aws:policy/ReadOnly'] },
      'policy',
    ],
    ['ARNs of something else', { policyArns: ['arn:aws:iam::123456789012:role/A'] }, 'policyArns'],
    ['a list for a policy', { policy: ['{}'] }, 'policy'],
    ['a list for an external id', { externalId: ['id'] }, 'externalId'],
    [
      'a text for transitive keys',
      { tags: { a: '1' }, transitiveTagKeys: 'a' },
      'transitiveTagKeys',
    ],
    ['a list for a tag', { tags: { a: ['1'] } }, 'tags.a'],
    ['no contexts', { providedContexts: [] }, 'providedContexts'],
    [
      'a short context',
      { providedContexts: [{ ...context, contextAssertion: 'a' }] },
      'providedContexts',
    ],
    ['many contexts', { providedContexts: Array(6).fill(context) }, 'providedContexts'],
  ])('refuses %s before anything is sent', async (_, change, name) => {
    const { client, received } = await stsWith([200, answerOf('AssumeRole', sessionXml)])
    const call = client.assumeRole({ ...input, ...change })
    await expect(call).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(call).rejects.toThrow(new RegExp(`^${name}: expected `))
    expect(received).toEqual([])
  })

  it('sends a policy of just the length that is allowed', async () => {
    const { client, received } = await stsWith([200, answerOf('AssumeRole', sessionXml)])
    const policy = `{"a":"${'b'.repeat(2040)}"}`
    expect(policy).toHaveLength(2048)
    await client.assumeRole({ ...input, policy })
    expect(received).toHaveLength(1)
  })

  it.each([
    ['of another role', 'role/Admin/alice', 'role/Auditor/alice'],
    ['of another account', '::123456789012:assumed', '::210987654321:assumed'],
    ['of another partition', 'arn:aws:sts', 'arn:aws-cn:sts'],
    ['of another name', 'Admin/alice', 'Admin/mallory'],
    ['of no session', 'sts::123456789012:assumed-role/Admin/alice', 'iam::123456789012:root'],
    ['with a line in the key', 'ASIAEXAMPLE', 'ASIA&#10;EXAMPLE'],
    ['with a line in the token', 'token+/=', 'token&#10;x-injected: 1'],
    ['with a blank in the secret', 's&amp;cret', 's cret'],
    ['with half a time', '2026-01-02T04:04:05Z', '2026'],
  ])('does not take credentials %s', async (_, from, to) => {
    const answer = answerOf('AssumeRole', sessionXml).replace(from, to)
    const { client } = await stsWith([200, answer])
    const call = client.assumeRole(input)
    await expect(call).rejects.toMatchObject({ code: 'bad_answer' })
    await expect(call).rejects.not.toThrow(/mallory|cret|token|EXAMPLE/)
  })

  it('takes a role whatever the case of its name', async () => {
    const { client } = await stsWith([200, answerOf('AssumeRole', sessionXml)])
    const asked = { ...input, roleArn: roleArn.replace('Admin', 'ADMIN') }
    await expect(client.assumeRole(asked)).resolves.toHaveProperty('credentials')
  })

  it.each([
    ['a line of its own', 'request&#10;rolecall: all is well'],
    ['a secret', credentials.secretAccessKey],
  ])('leaves out an id of the request that is %s', async (_, id) => {
    const refused = errorOf('AccessDenied', 'no').replace('request-2', id)
    const taken = answerOf('AssumeRole', sessionXml).replace('request-1', id)
    const { client } = await stsWith([403, refused], [200, taken])
    const error = await client.assumeRole(input).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'AccessDenied', requestId: undefined })
    expect(await client.assumeRole(input)).toHaveProperty('requestId', undefined)
  })

  it('refuses what is not the ARN of a role', async () => {
    const { client } = await stsWith([200, ''])
    const call = client.assumeRole({ ...input, roleArn: 'arn:aws:iam::123456789012:user/a' })
    await expect(call).rejects.toMatchObject({ code: 'bad_arn' })
  })

  it('needs credentials', async () => {
    const { endpoint, received } = await stsWith([200, ''])
    const client = new StsClient({ region: 'eu-central-1', endpoint })
    await expect(client.assumeRole(input)).rejects.toMatchObject({ code: 'no_credentials' })
    expect(received).toEqual([])
  })
})

describe('assumeRoleWithSaml', () => {
  const principalArn = 'arn:aws:iam::123456789012:saml-provider/Corp'
  const saml = { roleArn, principalArn, samlAssertion: 'PHNhbWw+' }

  it('is sent without a signature and reads what AWS read in the assertion', async () => {
    const facts =
      '<Issuer>https://idp.example</Issuer><Audience>https://signin.aws.amazon.com/saml</Audience><Subject>_id</Subject><SubjectType>persistent</SubjectType><NameQualifier>abc=</NameQualifier>'
    const { endpoint, received, fields } = await stsWith([
      200,
      answerOf('AssumeRoleWithSAML', facts + sessionXml),
    ])
    const client = new StsClient({ region: 'eu-central-1', endpoint })
    const role = await client.assumeRoleWithSaml(saml)
    expect(fields()).toEqual({
      Action: 'AssumeRoleWithSAML',
      Version: '2011-06-15',
      RoleArn: roleArn,
      PrincipalArn: principalArn,
      SAMLAssertion: 'PHNhbWw+',
    })
    expect(received[0]?.message.headers.authorization).toBeUndefined()
    expect(role).toMatchObject({
      issuer: 'https://idp.example',
      audience: 'https://signin.aws.amazon.com/saml',
      subject: '_id',
      subjectType: 'persistent',
      nameQualifier: 'abc=',
      credentials: { accessKeyId: 'ASIAEXAMPLE' },
    })
  })

  it.each([
    [{ samlAssertion: '<saml>' }, 'invalid_argument'],
    [{ samlAssertion: 'A'.repeat(100_001) }, 'invalid_argument'],
    [{ principalArn: 'arn:aws:iam::123456789012:oidc-provider/Corp' }, 'bad_arn'],
  ])('refuses bad input', async (change, code) => {
    const client = new StsClient({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:1' })
    await expect(client.assumeRoleWithSaml({ ...saml, ...change })).rejects.toMatchObject({ code })
  })
})

describe('getCallerIdentity', () => {
  const identity =
    '<Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>AIDA</UserId><Account>123456789012</Account>'
  const answer = answerOf('GetCallerIdentity', identity)

  it('says who the caller is', async () => {
    const { client } = await stsWith([200, answer])
    expect(await client.getCallerIdentity()).toEqual({
      arn: 'arn:aws:iam::123456789012:user/a',
      userId: 'AIDA',
      account: '123456789012',
      requestId: 'request-1',
      region: 'eu-central-1',
    })
  })

  it('tries again after throttling and server faults, signed anew', async () => {
    const times = [now(), new Date('2026-01-02T03:04:06Z'), new Date('2026-01-02T03:04:07Z')]
    const { endpoint, received } = await stsWith(
      [400, errorOf('Throttling', 'Rate exceeded')],
      [503, 'no XML'],
      [200, answer],
    )
    let calls = 0
    const source: CredentialSource = {
      get: async () => {
        calls += 1
        return credentials
      },
      describe: () => 'test',
    }
    const client = new StsClient({
      region: 'eu-central-1',
      credentials: source,
      endpoint,
      retry,
      now: () => times[received.length] ?? now(),
    })
    expect((await client.getCallerIdentity()).account).toBe('123456789012')
    expect(calls).toBe(3)
    expect(received.map(({ message }) => message.headers['x-amz-date'])).toEqual([
      '20260102T030405Z',
      '20260102T030406Z',
      '20260102T030407Z',
    ])
    expect(received.map(isSigned)).toEqual([true, true, true])
  })

  it.each([undefined, 7200])('waits for credentials on their own time (%s)', async seconds => {
    const identity = '<Arn>a</Arn><UserId>b</UserId><Account>c</Account>'
    const own = answerOf('GetCallerIdentity', identity)
    const role = answerOf('AssumeRole', sessionXml)
    const { endpoint, received } = await stsWith(
      ...(seconds === undefined ? [] : [[200, own] satisfies [number, string]]),
      [200, role],
    )
    // As one that asks a person for a code.
    let times = 0
    const get = async () => {
      times += 1
      await new Promise(resolve => setTimeout(resolve, 1_100))
      return { ...credentials, sessionToken: 'token' }
    }
    const source = { get, describe: () => 'slow' }
    const client = new StsClient({
      region: 'eu-central-1',
      endpoint,
      credentials: source,
      timeoutMs: 1_000,
    })
    const asked = { ...input, durationSeconds: seconds }
    expect(await client.assumeRole(asked)).toHaveProperty('credentials')
    expect([received.length, times]).toEqual([seconds === undefined ? 1 : 2, 1])
  })

  it('gives up after three attempts', async () => {
    const { client, received } = await stsWith([500, errorOf('InternalFailure', 'sorry')])
    await expect(client.getCallerIdentity()).rejects.toMatchObject({
      code: 'InternalFailure',
      fault: 'server',
      status: 500,
    })
    expect(received).toHaveLength(3)
  })

  it('does not repeat what will be refused again', async () => {
    const message = 'The security token included in the request is invalid.'
    const { client, received } = await stsWith([403, errorOf('InvalidClientTokenId', message)])
    const error = await client.getCallerIdentity().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AwsError)
    expect(error).toMatchObject({
      code: 'InvalidClientTokenId',
      message,
      status: 403,
      requestId: 'request-2',
      fault: 'client',
      retryable: false,
      remedy: expect.stringContaining('access key'),
    })
    expect(received).toHaveLength(1)
  })

  it('keeps a code that it does not know', async () => {
    const { client } = await stsWith([400, errorOf('SomethingNew', 'new')])
    await expect(client.getCallerIdentity()).rejects.toMatchObject({
      code: 'SomethingNew',
      remedy: undefined,
    })
  })

  it.each<[string, number, string]>([
    ['a page', 200, '<html><body>Sign in to the network</body></html>'],
    ['no XML', 200, 'hello'],
    ['another operation', 200, answerOf('AssumeRole', sessionXml)],
    ['a missing part', 200, answerOf('GetCallerIdentity', '<Arn>a</Arn>')],
    ['a redirect', 302, ''],
    ['an error without a code', 403, '<ErrorResponse><Error/></ErrorResponse>'],
  ])('does not take %s for an answer', async (_, status, body) => {
    const { client } = await stsWith([status, body])
    await expect(client.getCallerIdentity()).rejects.toMatchObject({
      code: 'bad_answer',
      status: expect.toSatisfy((s: unknown) => s === status || s === undefined),
    })
  })

  it('keeps one deadline over all attempts', async () => {
    const endpoint = await listen(() => undefined)
    const client = new StsClient({ region: 'eu-central-1', credentials, endpoint, timeoutMs: 80 })
    const started = performance.now()
    await expect(client.getCallerIdentity()).rejects.toMatchObject({ code: 'timeout' })
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('does not wait for an attempt that would come too late', async () => {
    const { endpoint, received } = await stsWith([503, ''])
    const client = new StsClient({
      region: 'eu-central-1',
      credentials,
      endpoint,
      timeoutMs: 500,
      retry: { delayMs: () => 5000 },
    })
    await expect(client.getCallerIdentity()).rejects.toMatchObject({ status: 503 })
    expect(received).toHaveLength(1)
  })
})

describe('the endpoint', () => {
  it.each([
    ['eu-central-1', 'https://sts.eu-central-1.amazonaws.com/'],
    ['aws-global', 'https://sts.amazonaws.com/'],
    ['cn-north-1', 'https://sts.cn-north-1.amazonaws.com.cn/'],
    ['us-gov-west-1', 'https://sts.us-gov-west-1.amazonaws.com/'],
    ['eusc-de-east-1', 'https://sts.eusc-de-east-1.amazonaws.eu/'],
    ['us-iso-east-1', 'https://sts.us-iso-east-1.c2s.ic.gov/'],
  ])('of %s is %s', async (region, expected) => {
    let url = ''
    const client = new StsClient({
      region,
      credentials,
      http: async request => {
        url = request.url
        return { status: 403, headers: {}, body: errorOf('AccessDenied', 'no') }
      },
    })
    await expect(client.getCallerIdentity()).rejects.toMatchObject({ code: 'AccessDenied' })
    expect(url).toBe(expected)
  })

  it('is refused for an unknown region', () => {
    expect(() => new StsClient({ region: 'mars-north-1' })).toThrow(
      expect.objectContaining({ code: 'bad_region' }),
    )
  })
})
