import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { StsClient } from '@rolecall/aws'
import { type AssertionOptions, issueResponse } from '@rolecall/saml'
import { expect, test } from 'vitest'
import { decodeHtml } from '../src/visitor/html-text.ts'
import { roleArn, runSimulator, spoke } from './running.ts'

const { simulator, clock } = await runSimulator()

const prefix = 'https://aws.amazon.com/SAML/Attributes/'
const provider = `arn:aws:iam::${spoke}:saml-provider/company`
const role = roleArn('Saml')

interface Issue {
  readonly options?: Partial<AssertionOptions>
  readonly attributes?: Record<string, string | string[]>
  readonly key?: KeyObject
}

function issue({ options = {}, attributes = {}, key }: Issue = {}): string {
  const facts = { Role: `${role},${provider}`, RoleSessionName: 'ann@example.com', ...attributes }
  const named = Object.entries(facts).map(([name, value]) => [prefix + name, value] as const)
  const xml = issueResponse(
    {
      idp: { entityId: simulator.idp.entityId },
      sp: { entityId: 'urn:amazon:webservices', acsUrl: 'https://signin.aws.amazon.com/saml' },
      subject: { nameId: 'ann-1', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
      attributes: named.filter(([, value]) => value !== ''),
      now: clock.now(),
      ...options,
    },
    { key: key ?? simulator.idp.signingKey, sign: 'assertion' },
  )
  return Buffer.from(xml).toString('base64')
}

async function assume(samlAssertion: string, more: Record<string, string> = {}) {
  const parameters = new URLSearchParams({
    Action: 'AssumeRoleWithSAML',
    Version: '2011-06-15',
    RoleArn: role,
    PrincipalArn: provider,
    SAMLAssertion: samlAssertion,
    ...more,
  })
  const response = await fetch(simulator.stsEndpoint, { method: 'POST', body: parameters })
  const body = await response.text()
  const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1]
  return { status: response.status, field, code: field('Code'), message: field('Message') }
}

function refusedWith(code: string, status: number, message: string | RegExp) {
  return { code, status, message: expect.stringMatching(message) }
}

test('an assertion of the company becomes credentials', async () => {
  const client = new StsClient({ region: 'us-east-1', endpoint: simulator.stsEndpoint })
  const answer = await client.assumeRoleWithSaml({
    roleArn: role,
    principalArn: provider,
    samlAssertion: issue(),
  })
  const { entityId } = simulator.idp
  expect(answer).toMatchObject({
    assumedRoleUser: { arn: `arn:aws:sts::${spoke}:assumed-role/Saml/ann@example.com` },
    subject: 'ann-1',
    subjectType: 'persistent',
    issuer: entityId,
    audience: 'https://signin.aws.amazon.com/saml',
    nameQualifier: createHash('sha1').update(`${entityId}${spoke}/company`).digest('base64'),
  })
  const { endpoint, region } = { endpoint: simulator.stsEndpoint, region: 'eu-west-1' }
  const session = new StsClient({ region, endpoint, credentials: answer.credentials })
  expect((await session.getCallerIdentity()).arn).toBe(answer.assumedRoleUser.arn)
})

test('role and provider may come in either order, among others', async () => {
  const Role = [`${roleArn('Other')},${provider}`, `${provider},${role}`]
  expect((await assume(issue({ attributes: { Role } }))).status).toBe(200)
})

test('source identity, tags and the shorter duration are taken from the assertion', async () => {
  const attributes = {
    SourceIdentity: 'ann',
    'PrincipalTag:Project': 'x y',
    SessionDuration: '7200',
  }
  const answer = await assume(issue({ attributes }), { DurationSeconds: '14400' })
  expect(answer.field('SourceIdentity')).toBe('ann')
  const left = Date.parse(answer.field('Expiration') ?? '') - clock.now().getTime()
  expect(Math.round(left / 10_000)).toBe(720)
  const sessionNotOnOrAfter = new Date(clock.now().getTime() + 1_200_000)
  const short = await assume(issue({ options: { sessionNotOnOrAfter } }))
  expect(
    Math.round((Date.parse(short.field('Expiration') ?? '') - clock.now().getTime()) / 10_000),
  ).toBe(120)
})

test.each<[string, Issue, Record<string, string>, ReturnType<typeof refusedWith>]>([
  [
    'another key',
    { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
    {},
    refusedWith('InvalidIdentityToken', 400, /^Response signature invalid$/),
  ],
  [
    'another issuer',
    { options: { idp: { entityId: 'https://other.example' } } },
    {},
    refusedWith('InvalidIdentityToken', 400, /^Issuer not present in specified provider$/),
  ],
  [
    'another audience',
    { options: { sp: { entityId: 'urn:other', acsUrl: 'https://signin.aws.amazon.com/saml' } } },
    {},
    refusedWith('InvalidIdentityToken', 400, /^Response does not contain the required audience$/),
  ],
  [
    'another recipient',
    {
      options: { sp: { entityId: 'urn:amazon:webservices', acsUrl: 'https://evil.example/saml' } },
    },
    {},
    refusedWith('InvalidIdentityToken', 400, /recipient/),
  ],
  [
    'a recipient that the trust policy does not list',
    {
      options: {
        sp: {
          entityId: 'urn:amazon:webservices',
          acsUrl: 'https://eu-west-1.signin.aws.amazon.com/saml',
        },
      },
    },
    {},
    refusedWith('AccessDenied', 403, /^Not authorized to perform sts:AssumeRoleWithSAML$/),
  ],
  [
    'no session name',
    { attributes: { RoleSessionName: '' } },
    {},
    refusedWith('InvalidIdentityToken', 400, /^RoleSessionName is required in AuthnResponse$/),
  ],
  [
    'a wrong session name',
    { attributes: { RoleSessionName: 'a b' } },
    {},
    refusedWith(
      'InvalidIdentityToken',
      400,
      /^RoleSessionName in AuthnResponse must match \[a-zA-Z_0-9\+=,\.@-\]\{2,64\}$/,
    ),
  ],
  [
    'two session names',
    { attributes: { RoleSessionName: ['aa', 'bb'] } },
    {},
    refusedWith('InvalidIdentityToken', 400, /one value/),
  ],
  [
    'a wrong duration',
    { attributes: { SessionDuration: '60' } },
    {},
    refusedWith('InvalidIdentityToken', 400, /SessionDuration/),
  ],
  [
    'a wrong source identity',
    { attributes: { SourceIdentity: 'a b' } },
    {},
    refusedWith('InvalidIdentityToken', 400, /SourceIdentity/),
  ],
  [
    'no role',
    { attributes: { Role: '' } },
    {},
    refusedWith('AccessDenied', 403, /^Not authorized to perform sts:AssumeRoleWithSAML$/),
  ],
  [
    'a role that the assertion does not offer',
    {},
    { RoleArn: roleArn('SamlNoTags') },
    refusedWith('AccessDenied', 403, /AssumeRoleWithSAML$/),
  ],
  [
    'a role that is not for SAML',
    { attributes: { Role: `${roleArn('Plain')},${provider}` } },
    { RoleArn: roleArn('Plain') },
    refusedWith('AccessDenied', 403, /AssumeRoleWithSAML$/),
  ],
  [
    'tags where they may not be',
    { attributes: { Role: `${roleArn('SamlNoTags')},${provider}`, 'PrincipalTag:A': 'b' } },
    { RoleArn: roleArn('SamlNoTags') },
    refusedWith('AccessDenied', 403, /sts:TagSession$/),
  ],
  [
    'an unknown provider',
    {},
    { PrincipalArn: `${provider}2` },
    refusedWith('InvalidIdentityToken', 400, /provider/),
  ],
  [
    'a duration above the role’s',
    {},
    { DurationSeconds: '14401' },
    refusedWith('ValidationError', 400, /MaxSessionDuration set for this role/),
  ],
  [
    'garbage',
    {},
    { SAMLAssertion: 'AAAA' },
    refusedWith('InvalidIdentityToken', 400, /^Invalid SAML response/),
  ],
  [
    'too long an assertion',
    {},
    { SAMLAssertion: 'A'.repeat(100_001) },
    refusedWith('ValidationError', 400, /less than or equal to 100000$/),
  ],
  [
    'too long a policy',
    {},
    { Policy: ' '.repeat(2049) },
    refusedWith('ValidationError', 400, /less than or equal to 2048$/),
  ],
  [
    'no assertion',
    {},
    { SAMLAssertion: '' },
    refusedWith('ValidationError', 400, /greater than or equal to 4$/),
  ],
])('refuses %s', async (_, issued, more, expected) => {
  const { code, status, message } = await assume(issue(issued), more)
  expect({ code, status, message: decodeHtml(message ?? '') }).toEqual(expected)
})

test('an altered assertion is refused', async () => {
  const xml = Buffer.from(issue(), 'base64').toString()
  const altered = Buffer.from(xml.replace('ann@example.com', 'bob@example.com')).toString('base64')
  expect(await assume(altered)).toMatchObject(
    refusedWith('InvalidIdentityToken', 400, /signature invalid/),
  )
})

test('an assertion must be redeemed within five minutes of its issue', async () => {
  const assertion = issue({ options: { lifetimeSeconds: 3600 } })
  clock.forward(299)
  expect((await assume(assertion)).status).toBe(200)
  clock.forward(32)
  expect(await assume(assertion)).toMatchObject(
    refusedWith(
      'ExpiredTokenException',
      400,
      /^Token must be redeemed within 5 minutes of issuance$/,
    ),
  )
})
