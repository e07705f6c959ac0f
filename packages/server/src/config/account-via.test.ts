/** What is said about the way to an account: `line:column key (value): message → remedy`. */
import { expect, test } from 'vitest'
import { problemsOf } from '../../tests/support/config-problems.ts'

const url = 'publicUrl: https://aws.example.com\n'
const accountVia = (via: string, rest = '') =>
  `${url}accounts: {prod: {id: "111111111111", via: ${via}${rest}}}\n`
const provider = 'arn:aws:iam::111111111111:saml-provider/rolecall'

test.each<[string, string, string[]]>([
  ['nothing about the default', accountVia('assume-role'), []],
  ['nothing about another role', accountVia('{role: "arn:aws:iam::222222222222:role/Hub"}'), []],
  [
    'a way that is not known',
    accountVia('magic'),
    [expect.stringMatching(/^2:44 accounts\.prod\.via \("?magic"?\): /)],
  ],
  [
    'no key that signs',
    accountVia(`{saml: {provider: "${provider}"}}`),
    [
      `2:62 accounts.prod.via.saml.provider ("${provider}"): there is no key that could sign an assertion → add a key pair to \`signIn.samlKeys\``,
    ],
  ],
  [
    'a provider of another account, and of a partition without SAML',
    accountVia(`{saml: {provider: "${provider}"}}`, ', partition: aws-iso').replace(
      'id: "111111111111"',
      'id: "222222222222"',
    ),
    [
      expect.stringContaining('the SAML provider is of another account than its roles'),
      expect.stringContaining('nothing is known of a SAML sign-in of the partition aws-iso'),
      expect.stringContaining('there is no key that could sign'),
    ],
  ],
  [
    'a role of another partition',
    accountVia('{role: "arn:aws-cn:iam::222222222222:role/Hub"}'),
    [expect.stringContaining('no role of another partition can be taken with this one')],
  ],
])('%s', async (_name, text, expected) => {
  expect(await problemsOf(text)).toEqual(expected)
})
