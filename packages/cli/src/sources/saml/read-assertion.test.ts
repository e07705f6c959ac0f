import { generateKeyPairSync } from 'node:crypto'
import { issueResponse, statusCodes } from '@rolecall/saml'
import { selfSignedCertificate } from '@rolecall/simulator'
import { expect, test } from 'vitest'
import { readAssertion } from './read-assertion.ts'

const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const base = {
  idp: { entityId: 'https://idp.example' },
  sp: { entityId: 'urn:amazon:webservices', acsUrl: 'https://signin.aws.amazon.com/saml' },
  now: new Date('2026-01-02T03:04:05Z'),
}
const encoded = (xml: string) => Buffer.from(xml).toString('base64')
const issue = (attributes: Record<string, string | string[]>, more = {}) =>
  encoded(
    issueResponse(
      { ...base, subject: { nameId: 'alice' }, attributes, ...more },
      { key, sign: 'assertion' },
    ),
  )
const role =
  'arn:aws-us-gov:iam::123456789012:role/a/b/Admin,arn:aws-us-gov:iam::123456789012:saml-provider/idp'
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`

test('times, name and duration are those of the assertion', () => {
  const facts = readAssertion(
    issue(
      {
        [named('Role')]: role,
        [named('RoleSessionName')]: 'alice@x',
        [named('SessionDuration')]: '7200',
      },
      { sessionNotOnOrAfter: new Date('2026-01-02T11:00:00Z'), lifetimeSeconds: 120 },
    ),
  )
  expect(facts).toMatchObject({
    roles: [{ accountId: '123456789012', partition: 'aws-us-gov', roleName: 'Admin' }],
    sessionName: 'alice@x',
    sessionDuration: 7200,
    notOnOrAfter: new Date('2026-01-02T03:06:05Z'),
    sessionNotOnOrAfter: new Date('2026-01-02T11:00:00Z'),
  })
})

test('the two ARNs come in any order, with blanks around them', () => {
  const [one = '', other = ''] = role.split(',')
  const { roles, skipped } = readAssertion(issue({ [named('Role')]: `\n ${other} ,\t${one} ` }))
  expect([roles.map(({ roleArn }) => roleArn), skipped]).toEqual([[one], []])
})

test.each(['0', '899', '43201', '1h', ''])('a duration of %j is none', text => {
  const { sessionDuration } = readAssertion(
    issue({ [named('Role')]: role, [named('SessionDuration')]: text }),
  )
  expect(sessionDuration).toBeUndefined()
})

test.each([
  ['no role', issue({ [named('RoleSessionName')]: 'x' }), 'noRole', /has no role of AWS$/],
  [
    'roles that are none',
    issue({ [named('Role')]: ['a', 'b'] }),
    'noRole',
    /not a role and a SAML provider: "a"/,
  ],
  ['no base64', '!!!!', 'provider', /a SAML response in base64/],
  ['another document', encoded('<a/>'), 'provider', /expected a SAML response$/],
  [
    'a document type',
    encoded('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    'provider',
    /a SAML response in base64 \(xml\./,
  ],
  ['too long', 'A'.repeat(100_001), 'provider', /at most 100000 characters/],
  [
    'a refusal',
    encoded(
      issueResponse(
        {
          ...base,
          status: {
            code: statusCodes.responder,
            subCode: statusCodes.authnFailed,
            message: 'no app for you',
          },
        },
        { key, sign: 'response' },
      ),
    ),
    'provider',
    /answers with AuthnFailed: no app for you/,
  ],
  [
    'an encrypted assertion',
    encoded(
      issueResponse(
        { ...base, subject: { nameId: 'a' }, attributes: {} },
        {
          key,
          sign: 'assertion',
          encrypt: {
            key: selfSignedCertificate(key, {
              commonName: 'aws',
              notBefore: new Date(0),
              notAfter: new Date('2030-01-01'),
            }),
          },
        },
      ),
    ),
    'provider',
    /encrypted for AWS/,
  ],
])('%s', (_, text, reason, message) => {
  expect(() => readAssertion(text)).toThrow(
    expect.objectContaining({ reason, message: expect.stringMatching(message) }),
  )
})
