import { describe, expect, it } from 'vitest'
import { type GetFederationTokenInput, StsClient } from '../src/index.ts'
import { answerOf, errorOf, isSigned, roleArn, sessionXml, stsWith } from './sts-server.ts'

const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 's&cret',
  sessionToken: 'token+/=',
  expiration: new Date('2026-01-02T04:04:05Z'),
}
const origin = { requestId: 'request-1', region: 'eu-central-1' }
const temporary = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's', sessionToken: 't' }

describe('assumeRoleWithWebIdentity', () => {
  const webIdentityToken = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl'
  const web = { roleArn, roleSessionName: 'alice', webIdentityToken }

  it('is sent without a signature and reads what AWS read in the token', async () => {
    const facts =
      '<SubjectFromWebIdentityToken>repo:a/b</SubjectFromWebIdentityToken><Provider>https://idp.example</Provider><Audience>sts.amazonaws.com</Audience>'
    const reply = answerOf('AssumeRoleWithWebIdentity', sessionXml + facts)
    const { endpoint, received, fields } = await stsWith([200, reply])
    const client = new StsClient({ region: 'eu-central-1', endpoint })
    const policyArns = ['arn:aws:iam::aws:policy/ReadOnlyAccess']
    const role = await client.assumeRoleWithWebIdentity({
      ...web,
      providerId: 'www.amazon.com',
      durationSeconds: 43_200,
      policyArns,
    })
    expect(fields()).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: roleArn,
      RoleSessionName: 'alice',
      WebIdentityToken: webIdentityToken,
      ProviderId: 'www.amazon.com',
      DurationSeconds: '43200',
      'PolicyArns.member.1.arn': policyArns[0],
    })
    expect(received.map(({ message }) => message.headers.authorization)).toEqual([undefined])
    expect(role).toMatchObject({
      subjectFromWebIdentityToken: 'repo:a/b',
      provider: 'https://idp.example',
      audience: 'sts.amazonaws.com',
      sourceIdentity: 'alice',
      credentials,
      ...origin,
    })
  })

  it.each([
    ['webIdentityToken', { webIdentityToken: 'a b.c.d' }],
    ['webIdentityToken', { webIdentityToken: 'a'.repeat(20_001) }],
    ['providerId', { providerId: 'a' }],
    ['roleSessionName', { roleSessionName: '' }],
    ['durationSeconds', { durationSeconds: 43_201 }],
  ])('refuses a wrong %s, and does not repeat the token', async (name, change) => {
    const client = new StsClient({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:1' })
    const call = client.assumeRoleWithWebIdentity({ ...web, ...change })
    await expect(call).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(call).rejects.toThrow(new RegExp(`^${name}: expected (?!.*eyJ)`))
  })

  it('does not repeat a token that AWS repeats', async () => {
    const said = errorOf('InvalidIdentityToken', `Cannot read ${webIdentityToken}`)
    const { endpoint } = await stsWith([400, said])
    const client = new StsClient({ region: 'eu-central-1', endpoint })
    const call = client.assumeRoleWithWebIdentity(web)
    await expect(call).rejects.toMatchObject({ code: 'InvalidIdentityToken', status: 400 })
    await expect(call).rejects.toThrow(/^(?!.*eyJ)/)
  })
})

describe('getSessionToken', () => {
  const reply = answerOf('GetSessionToken', sessionXml)

  it('gives temporary credentials of the user', async () => {
    const { client, received, fields } = await stsWith([200, reply])
    const session = await client.getSessionToken({
      durationSeconds: 129_600,
      serialNumber: 'arn:aws:iam::123456789012:mfa/alice',
      tokenCode: '123456',
    })
    expect(fields()).toEqual({
      Action: 'GetSessionToken',
      Version: '2011-06-15',
      DurationSeconds: '129600',
      SerialNumber: 'arn:aws:iam::123456789012:mfa/alice',
      TokenCode: '123456',
    })
    expect(received.map(isSigned)).toEqual([true])
    expect({ ...session, credentials: { ...session.credentials } }).toEqual({
      credentials,
      ...origin,
    })
    expect(JSON.stringify(session)).not.toMatch(/s&cret|token\+/)
  })

  it.each([
    ['durationSeconds', { durationSeconds: 129_601 }],
    ['tokenCode', { serialNumber: 'GAHT12345678', tokenCode: '1234567' }],
    ['serialNumber', { serialNumber: 'GAHT12345678' }],
  ])('refuses a wrong %s', async (name, change) => {
    const { client, received } = await stsWith([200, reply])
    await expect(client.getSessionToken(change)).rejects.toThrow(new RegExp(`^${name}: expected `))
    expect(received).toEqual([])
  })
})

describe('getFederationToken', () => {
  const user =
    '<FederatedUser><Arn>arn:aws:sts::123456789012:federated-user/bob</Arn><FederatedUserId>123456789012:bob</FederatedUserId></FederatedUser>'
  const reply = answerOf('GetFederationToken', user + sessionXml)

  it('gives credentials of a federated user', async () => {
    const { client, fields } = await stsWith([200, reply])
    const federated = await client.getFederationToken({
      name: 'bob',
      durationSeconds: 900,
      policy: '{"Version":"2012-10-17"}',
      tags: { Team: 'Ops' },
    })
    expect(fields()).toEqual({
      Action: 'GetFederationToken',
      Version: '2011-06-15',
      Name: 'bob',
      DurationSeconds: '900',
      Policy: '{"Version":"2012-10-17"}',
      'Tags.member.1.Key': 'Team',
      'Tags.member.1.Value': 'Ops',
    })
    expect({ ...federated, credentials: { ...federated.credentials } }).toEqual({
      credentials,
      federatedUser: {
        arn: 'arn:aws:sts::123456789012:federated-user/bob',
        federatedUserId: '123456789012:bob',
      },
      packedPolicySize: 6,
      ...origin,
    })
  })

  it.each<[string, Partial<GetFederationTokenInput>]>([
    ['name', { name: 'a'.repeat(33) }],
    ['durationSeconds', { durationSeconds: 899 }],
    ['tags', { tags: { a: '1', A: '2' } }],
    ['policyArns', { policyArns: Array(11).fill('arn:aws:iam::aws:policy/A') }],
  ])('refuses a wrong %s', async (name, change) => {
    const { client, received } = await stsWith([200, reply])
    const call = client.getFederationToken({ name: 'bob', ...change })
    await expect(call).rejects.toThrow(new RegExp(`^${name}: expected `))
    expect(received).toEqual([])
  })
})

it.each([
  ['GetSessionToken', (client: StsClient) => client.getSessionToken()],
  ['GetFederationToken', (client: StsClient) => client.getFederationToken({ name: 'bob' })],
])('%s is not sent with temporary credentials', async (action, call) => {
  const { endpoint, received } = await stsWith([500, ''])
  const client = new StsClient({ region: 'eu-central-1', endpoint, credentials: temporary })
  await expect(call(client)).rejects.toMatchObject({
    code: 'user_keys_needed',
    message: expect.stringMatching(new RegExp(`^${action}: .*ASIAEXAMPLE`)),
    remedy: expect.stringContaining('AssumeRole'),
  })
  expect(received).toEqual([])
})

describe('decodeAuthorizationMessage', () => {
  const decoded = '{"allowed":false,"context":{"action":"ec2:RunInstances"}}'

  it('gives the JSON of AWS', async () => {
    const xml = `<DecodedMessage>${decoded.replaceAll('"', '&quot;')}</DecodedMessage>`
    const { client, fields } = await stsWith([200, answerOf('DecodeAuthorizationMessage', xml)])
    expect(await client.decodeAuthorizationMessage('abc_-')).toEqual({
      decodedMessage: decoded,
      ...origin,
    })
    expect(fields()).toMatchObject({ EncodedMessage: 'abc_-' })
  })

  it.each(['', 'a b', 'a'.repeat(10_241)])('refuses what is none', async message => {
    const { client } = await stsWith([500, ''])
    const call = client.decodeAuthorizationMessage(message)
    await expect(call).rejects.toThrow(/^encodedMessage: expected /)
  })
})

describe('getAccessKeyInfo', () => {
  it('gives the account of a key', async () => {
    const reply = answerOf('GetAccessKeyInfo', '<Account>123456789012</Account>')
    const { client, fields } = await stsWith([200, reply])
    const info = await client.getAccessKeyInfo('AKIAIOSFODNN7EXAMPLE')
    expect(info).toEqual({ account: '123456789012', ...origin })
    expect(fields()).toMatchObject({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' })
  })

  it.each(['AKIA', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'])('refuses %s', async key => {
    const { client, received } = await stsWith([500, ''])
    const call = client.getAccessKeyInfo(key)
    await expect(call).rejects.toThrow(/^accessKeyId: expected (?!.*wJal)/)
    expect(received).toEqual([])
  })
})
