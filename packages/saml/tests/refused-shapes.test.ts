import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { SamlErrorCode } from '../src/index.ts'
import { decryptingSp, encryptionKey } from './attacks/encrypt.ts'
import { issue, issueChanged, now, type Signed, sp, swap, verify } from './forge.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

const audience = `<saml:Audience>${sp.entityId}</saml:Audience>`
const late = new Date(now.getTime() + 25 * 3600_000).toISOString()
const unsolicited = (xml: string) =>
  xml.replaceAll(' InResponseTo="_req-1"', '').replace('<samlp:Response ', '$&InResponseTo="" ')

// The rows of README.md, word for word.
test.each<[string, SamlErrorCode, Signed, (xml: string) => string]>([
  ['time with an offset', 'xml.time', 'assertion', swap(/(AuthnInstant="[^"]*)Z/, '$1+00:00')],
  ['time without a zone', 'xml.time', 'assertion', swap(/(AuthnInstant="[^"]*)Z/, '$1')],
  [
    'several AuthnStatements',
    'assertion.authn-statement',
    'assertion',
    swap(/<saml:AuthnStatement .*<\/saml:AuthnStatement>/s, '$&$&'),
  ],
  [
    'attribute Name repeated with another NameFormat',
    'assertion.attribute',
    'assertion',
    swap(
      /<saml:AttributeStatement>/,
      '$&<saml:Attribute Name="mail" NameFormat="urn:x"><saml:AttributeValue>a</saml:AttributeValue></saml:Attribute>',
    ),
  ],
  [
    'condition of another kind, such as delegation',
    'assertion.condition',
    'assertion',
    swap(
      '</saml:Conditions>',
      '<saml:Condition xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:del="urn:oasis:names:tc:SAML:2.0:conditions:delegation" xsi:type="del:DelegationRestrictionType"/></saml:Conditions>',
    ),
  ],
  [
    'Conditions that last over 24 hours',
    'assertion.lifetime',
    'assertion',
    swap(/(<saml:Conditions [^>]*NotOnOrAfter=")[^"]*/, `$1${late}`),
  ],
  [
    'white space around an Audience',
    'assertion.audience',
    'assertion',
    swap(audience, audience.replace('>', '>\n  ')),
  ],
  [
    'white space around an Issuer',
    'response.issuer',
    'assertion',
    swap(/(<saml:Assertion .*?<saml:Issuer>)/, '$1\n  '),
  ],
  [
    'Issuer with a Format other than `entity`',
    'response.issuer',
    'assertion',
    swap(
      /(<saml:Assertion .*?<saml:Issuer)/,
      '$1 Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"',
    ),
  ],
  [
    'signed Response without Destination',
    'response.destination',
    'response',
    swap(/ Destination="[^"]*"/, ''),
  ],
  [
    'signed Response without Issuer',
    'response.issuer',
    'response',
    swap(/<saml:Issuer[^>]*>[^<]*<\/saml:Issuer>/, ''),
  ],
  [
    'assertion in an Advice, encrypted or not',
    'response.assertion',
    'assertion',
    swap('</saml:Conditions>', '$&<saml:Advice><saml:EncryptedAssertion/></saml:Advice>'),
  ],
  [
    'attribute of the Response that its schema has not, such as `xml:lang`',
    'xml.structure',
    'response',
    swap('<samlp:Response ', '$&xml:lang="en" '),
  ],
])('%s: %s', async (shape, code, level, change) => {
  expect(readme).toContain(`| ${shape} | \`${code}\` |`)
  await expect(verify(issueChanged(level, change))).rejects.toMatchObject({ code })
})

test('`InResponseTo=""` in an unsolicited Response', async () => {
  const code = 'response.in-response-to'
  expect(readme).toContain(`| \`InResponseTo=""\` in an unsolicited Response | \`${code}\` |`)
  const xml = issueChanged('response', unsolicited)
  await expect(verify(xml, { inResponseTo: null })).rejects.toMatchObject({ code })
})

test.each<[string, SamlErrorCode, (xml: string) => string]>([
  [
    'ID that does not begin like an XML name, such as a digit',
    'signature.id',
    swap('ID="_assertion"', 'ID="1assertion"'),
  ],
  ['comment inside a Signature', 'signature.structure', swap('<ds:SignedInfo>', '$&<!-- -->')],
  [
    'processing instruction inside the root',
    'xml.instruction',
    swap('<samlp:Status>', '<?x?><samlp:Status>'),
  ],
  [
    'namespace URI that is relative',
    'xml.namespace',
    swap('<samlp:Status>', '<samlp:Status xmlns:x="foo">'),
  ],
])('%s: %s, before the signature is looked at', async (shape, code, change) => {
  expect(readme).toContain(`| ${shape} | \`${code}\` |`)
  await expect(verify(change(issue('assertion')))).rejects.toMatchObject({ code })
})

test.each<[string, SamlErrorCode, (xml: string) => string]>([
  [
    'encryption in CBC that is not allowed by name, or not signed',
    'encryption.algorithm',
    swap(
      'http://www.w3.org/2009/xmlenc11#aes256-gcm',
      'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
    ),
  ],
  [
    'encryption under RSA PKCS #1 v1.5',
    'encryption.algorithm',
    swap('#rsa-oaep-mgf1p', '#rsa-1_5'),
  ],
])('%s: %s, before anything is decrypted', async (shape, code, change) => {
  expect(readme).toContain(`| ${shape} | \`${code}\` |`)
  const xml = issue('assertion', { encrypt: { key: encryptionKey } })
  await expect(verify(xml, { sp: decryptingSp })).resolves.toBeDefined()
  await expect(verify(change(xml), { sp: decryptingSp })).rejects.toMatchObject({ code })
})
