/** The checks of the profile (R12): what an identity provider signed, for another use than ours. */
import type { SamlErrorCode } from '@rolecall/saml'
import { now, sp, swap } from '../forge.ts'
import { type Attack, issued } from './attack.ts'

const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString()
const data = /<saml:SubjectConfirmationData [^>]*>/
const good = `InResponseTo="_req-1" NotOnOrAfter="${at(300)}" Recipient="${sp.acsUrl}"`
const time = (value: string) => swap(/AuthnInstant="[^"]*/, `AuthnInstant="${value}`)

const rows: readonly (readonly [SamlErrorCode, string, (xml: string) => string])[] = [
  ['response.version', 'assertion of version 2.1', swap(/(<saml:Assertion [^>]*)2\.0/, '$12.1')],
  [
    'response.issuer',
    'assertion of another issuer',
    swap(/(<saml:Assertion .*?<saml:Issuer[^>]*>)[^<]*/, '$1urn:other'),
  ],
  [
    'response.issuer',
    'issuer with a space',
    swap(/(<saml:Assertion .*?<saml:Issuer[^>]*>)/, '$1 '),
  ],
  [
    'response.issuer',
    'issuer of another format',
    swap(/(<saml:Assertion .*?<saml:Issuer)/, '$1 Format="urn:x"'),
  ],
  [
    'response.issue-instant',
    'assertion issued long ago',
    swap(/(<saml:Assertion [^>]*IssueInstant=")[^"]*/, `$1${at(-361)}`),
  ],
  [
    'response.issue-instant',
    'assertion issued in the future',
    swap(/(<saml:Assertion [^>]*IssueInstant=")[^"]*/, `$1${at(61)}`),
  ],
  [
    'response.issue-instant',
    'response issued long ago',
    swap(/IssueInstant="[^"]*/, `IssueInstant="${at(-361)}`),
  ],
  ['response.destination', 'another destination', swap(/Destination="/, 'Destination="x')],
  ['response.destination', 'an empty destination', swap(/Destination="[^"]*"/, 'Destination=""')],
  [
    'response.in-response-to',
    'response to another request',
    swap('InResponseTo="_req-1"', 'InResponseTo="_req-2"'),
  ],
  ['response.in-response-to', 'response to none', swap('InResponseTo="_req-1"', '')],
  [
    'response.in-response-to',
    'confirmation for another request',
    swap(data, `<saml:SubjectConfirmationData ${good.replace('-1', '-2')}>`),
  ],
  [
    'response.in-response-to',
    'confirmation for none',
    swap(data, `<saml:SubjectConfirmationData ${good.replace('InResponseTo="_req-1"', '')}>`),
  ],
  ['assertion.recipient', 'another recipient', swap(/Recipient="[^"]*/, '$&/')],
  ['assertion.recipient', 'no recipient', swap(/Recipient="[^"]*"/, '')],
  [
    'assertion.confirmation',
    'no confirmation',
    swap(/<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/, ''),
  ],
  ['assertion.confirmation', 'holder of key', swap('cm:bearer', 'cm:holder-of-key')],
  ['assertion.confirmation', 'no method', swap(/ Method="[^"]*"/, '')],
  [
    'assertion.confirmation',
    'NotBefore for the bearer',
    swap(data, `<saml:SubjectConfirmationData NotBefore="${at(-60)}" ${good}>`),
  ],
  [
    'assertion.confirmation',
    'no end for the bearer',
    swap(/(<saml:SubjectConfirmationData [^>]*)NotOnOrAfter="[^"]*"/, '$1'),
  ],
  [
    'assertion.confirmation',
    'content for the bearer',
    swap(data, `<saml:SubjectConfirmationData ${good}><x/>`),
  ],
  [
    'assertion.expired',
    'confirmation at its end',
    swap(data, `<saml:SubjectConfirmationData ${good.replace(at(300), at(-60))}>`),
  ],
  [
    'assertion.expired',
    'conditions at their end',
    swap(/(<saml:Conditions [^>]*NotOnOrAfter=")[^"]*/, `$1${at(-60)}`),
  ],
  [
    'assertion.not-yet-valid',
    'conditions before their begin',
    swap(/(<saml:Conditions NotBefore=")[^"]*/, `$1${at(60.001)}`),
  ],
  [
    'assertion.not-yet-valid',
    'authentication in the future',
    swap(/AuthnInstant="[^"]*/, `AuthnInstant="${at(61)}`),
  ],
  [
    'assertion.expired',
    'session that is over',
    swap('SessionIndex=', `SessionNotOnOrAfter="${at(-60)}" SessionIndex=`),
  ],
  [
    'assertion.lifetime',
    'a confirmation for two days',
    swap(data, `<saml:SubjectConfirmationData ${good.replace(at(300), at(172_800))}>`),
  ],
  [
    'assertion.lifetime',
    'conditions for two days',
    swap(/(<saml:Conditions [^>]*NotOnOrAfter=")[^"]*/, `$1${at(172_800)}`),
  ],
  ['assertion.audience', 'another audience', swap('<saml:Audience>', '<saml:Audience>x')],
  [
    'assertion.audience',
    'an audience in an element',
    swap(/<saml:Conditions.*<\/saml:Conditions>/, ''),
  ],
  [
    'assertion.audience',
    'an empty restriction',
    swap('</saml:Conditions>', '<saml:AudienceRestriction/></saml:Conditions>'),
  ],
  [
    'assertion.audience',
    'a second restriction',
    swap(
      '</saml:Conditions>',
      '<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction></saml:Conditions>',
    ),
  ],
  [
    'assertion.condition',
    'a period that is empty, however wide the skew',
    swap(
      /Conditions NotBefore="[^"]*" NotOnOrAfter="[^"]*"/,
      `Conditions NotBefore="${at(30)}" NotOnOrAfter="${at(30)}"`,
    ),
  ],
  [
    'assertion.condition',
    'a period that ends before it begins',
    swap(
      /Conditions NotBefore="[^"]*" NotOnOrAfter="[^"]*"/,
      `Conditions NotBefore="${at(30)}" NotOnOrAfter="${at(-30)}"`,
    ),
  ],
  [
    'assertion.condition',
    'an unknown condition',
    swap('</saml:Conditions>', '<saml:Condition/></saml:Conditions>'),
  ],
  [
    'assertion.condition',
    'a condition of another namespace',
    swap('</saml:Conditions>', '<OneTimeUse/></saml:Conditions>'),
  ],
  [
    'assertion.condition',
    'OneTimeUse twice',
    swap('</saml:Conditions>', '<saml:OneTimeUse/><saml:OneTimeUse/></saml:Conditions>'),
  ],
  ['assertion.subject', 'no subject', swap(/<saml:Subject>.*<\/saml:Subject>/, '')],
  ['assertion.subject', 'two names', swap(/<saml:NameID.*<\/saml:NameID>/, '$&$&')],
  [
    'assertion.subject',
    'a name of white space',
    swap('>alice@corp.test</saml:NameID>', '>\n </saml:NameID>'),
  ],
  ['assertion.subject', 'an empty name', swap('>alice@corp.test</saml:NameID>', '></saml:NameID>')],
  [
    'xml.structure',
    'an element in the name',
    swap('>alice@corp.test</saml:NameID>', '>admin@corp.test<x>.evil</x></saml:NameID>'),
  ],
  ['xml.structure', 'two subjects', swap(/<saml:Subject>.*<\/saml:Subject>/, '$&$&')],
  [
    'assertion.authn-statement',
    'no authentication',
    swap(/<saml:AuthnStatement .*<\/saml:AuthnStatement>/, ''),
  ],
  [
    'assertion.authn-statement',
    'two authentications',
    swap(/<saml:AuthnStatement .*<\/saml:AuthnStatement>/, '$&$&'),
  ],
  [
    'assertion.authn-statement',
    'no authentication context',
    swap(/<saml:AuthnContext>.*<\/saml:AuthnContext>/, ''),
  ],
  ['assertion.attribute', 'an attribute without name', swap('Name="mail"', 'Name=""')],
  [
    'assertion.attribute',
    'an attribute again in another format',
    swap(
      /<saml:Attribute Name="mail".*?<\/saml:Attribute>/,
      '$&<saml:Attribute Name="mail" NameFormat="urn:x"/>',
    ),
  ],
  ['assertion.attribute', 'text and an element in a value', swap('>staff<', '>staff<x/><')],
  [
    'assertion.attribute',
    'another element among values',
    swap('<saml:AttributeValue>staff', '<saml:Value/>$&'),
  ],
  [
    'xml.structure',
    'an unknown statement',
    swap('</saml:Assertion>', '<saml:Statement/></saml:Assertion>'),
  ],
  ['xml.structure', 'text between elements', swap('<saml:Conditions', 'x$&')],
  [
    'xml.structure',
    'an attribute q:ID',
    swap('<saml:Assertion ', '<saml:Assertion xmlns:q="urn:q" q:ID="_x" '),
  ],
  ['xml.time', 'a time without zone', swap(/AuthnInstant="([^"]*)Z"/, 'AuthnInstant="$1"')],
  ['response.status', 'another status', swap('status:Success', 'status:Responder')],
  ['response.status', 'two', swap(/<samlp:Status>.*<\/samlp:Status>/, '$&$&')],
  ['response.status', 'none', swap(/<samlp:Status>.*<\/samlp:Status>/, '')],
  [
    'encryption.structure',
    'an encrypted name',
    swap(/<saml:NameID.*<\/saml:NameID>/, '<saml:EncryptedID/>'),
  ],
  [
    'encryption.structure',
    'an encrypted attribute',
    swap('</saml:AttributeStatement>', '<saml:EncryptedAttribute/>$&'),
  ],
  [
    'response.assertion',
    'an encrypted assertion beside',
    swap(
      '</samlp:Response>',
      '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>$&',
    ),
  ],
  ...[
    '2026-11-21',
    '2026-11-21T01:00:00',
    '2026-11-21T01:00:00+00:00',
    '2026-11-21T01:00:00-00:00',
    '2026-11-21 01:00:00Z',
    '2026-11-21T01:00:00z',
    '2026-11-31T01:00:00Z',
    '2026-02-29T01:00:00Z',
    '2026-13-01T01:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-21T00:59:60Z',
    '12026-11-21T01:00:00Z',
    '-2026-11-21T01:00:00Z',
    '2026-11-21T01:00Z',
    '9999',
    '1795222800',
    'Sat, 21 Nov 2026 01:00:00 GMT',
    'now',
    '',
    ' 2026-11-21T01:00:00Z',
    '2026-11-21T01:00:00Z ',
    '2026-11-21T01:00:00.Z',
    '2026-11-21T01:00:00,5Z',
    '٢026-11-21T01:00:00Z',
  ].map((value): [SamlErrorCode, string, (xml: string) => string] => [
    'xml.time',
    `the time ${value}`,
    time(value),
  ]),
  [
    'assertion.audience',
    'the audience with a slash more',
    swap('</saml:Audience>', '/</saml:Audience>'),
  ],
  ['assertion.audience', 'a part of the audience', swap(/..<\/saml:Audience>/, '</saml:Audience>')],
  [
    'assertion.audience',
    'the audience in capitals',
    swap(/<saml:Audience>[^<]*/, `<saml:Audience>${sp.entityId.toUpperCase()}`),
  ],
  ['assertion.audience', 'an empty audience', swap(/<saml:Audience>[^<]*/, '<saml:Audience>')],
  [
    'assertion.audience',
    'no restriction',
    swap(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, ''),
  ],
  [
    'assertion.recipient',
    'a part of the recipient',
    swap(/Recipient="[^"]*/, `Recipient="${sp.acsUrl.slice(0, -1)}`),
  ],
  ['assertion.recipient', 'an empty recipient', swap(/Recipient="[^"]*/, 'Recipient="')],
  [
    'assertion.recipient',
    'the recipient in capitals',
    swap(/Recipient="[^"]*/, `Recipient="${sp.acsUrl.toUpperCase()}`),
  ],
  [
    'response.destination',
    'a part of the destination',
    swap(/Destination="[^"]*/, `Destination="${sp.acsUrl.slice(0, -1)}`),
  ],
  [
    'response.destination',
    'the destination with a query',
    swap(/Destination="[^"]*/, `Destination="${sp.acsUrl}?x`),
  ],
  [
    'response.issuer',
    'a Response of another issuer',
    swap(/(<saml:Issuer[^>]*>)[^<]*/, '$1urn:other'),
  ],
  ['response.version', 'a Response of version 1.1', swap(' Version="2.0"', ' Version="1.1"')],
  ['response.version', 'a Response of no version', swap(' Version="2.0"', '')],
  [
    'response.version',
    'an assertion of no version',
    swap(/(<saml:Assertion [^>]*) Version="2.0"/, '$1'),
  ],
  [
    'response.in-response-to',
    'an empty InResponseTo',
    swap('InResponseTo="_req-1"', 'InResponseTo=""'),
  ],
  ['assertion.confirmation', 'sender vouches', swap('cm:bearer', 'cm:sender-vouches')],
  ['assertion.confirmation', 'bearer in capitals', swap('cm:bearer', 'cm:Bearer')],
  ['assertion.confirmation', 'the bearer of SAML 1.0', swap('2.0:cm:bearer', '1.0:cm:bearer')],
  [
    'assertion.confirmation',
    'no data of the confirmation',
    swap(/<saml:SubjectConfirmationData .*<\/saml:SubjectConfirmationData>/, ''),
  ],
  [
    'response.status',
    'Success below Responder',
    swap(
      /<samlp:StatusCode [^>]*>/,
      '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder">$&</samlp:StatusCode>',
    ),
  ],
  ['response.status', 'Success in capitals', swap('status:Success', 'status:SUCCESS')],
  [
    'response.status',
    'a StatusCode without Value',
    swap(/<samlp:StatusCode [^>]*>/, '<samlp:StatusCode>'),
  ],
  [
    'response.status',
    'an empty Status',
    swap(/<samlp:Status>.*<\/samlp:Status>/, '<samlp:Status/>'),
  ],
  ['response.status', 'two StatusCodes', swap(/<samlp:StatusCode .*<\/samlp:StatusCode>/, '$&$&')],
  [
    'assertion.condition',
    'two ProxyRestrictions',
    swap(
      '</saml:Conditions>',
      '<saml:ProxyRestriction/><saml:ProxyRestriction/></saml:Conditions>',
    ),
  ],
  ['xml.structure', 'two Conditions', swap(/<saml:Conditions .*<\/saml:Conditions>/, '$&$&')],
  [
    'xml.structure',
    'two Issuers',
    swap(/(<saml:Assertion .*?)(<saml:Issuer>.*?<\/saml:Issuer>)/, '$1$2$2'),
  ],
  [
    'xml.structure',
    'no Issuer in the assertion',
    swap(/(<saml:Assertion .*?)<saml:Issuer>.*?<\/saml:Issuer>/, '$1'),
  ],
  [
    'xml.structure',
    'Conditions before Subject',
    swap(/(<saml:Subject>.*<\/saml:Subject>)(<saml:Conditions .*<\/saml:Conditions>)/, '$2$1'),
  ],
  [
    'xml.structure',
    'an authorization decision',
    swap('</saml:Assertion>', '<saml:AuthzDecisionStatement/></saml:Assertion>'),
  ],
  [
    'xml.structure',
    'a Status behind the assertion',
    swap(/(<samlp:Status>.*<\/samlp:Status>)(<saml:Assertion .*<\/saml:Assertion>)/, '$2$1'),
  ],
  [
    'assertion.subject',
    'a BaseID in place of the name',
    swap(/<saml:NameID.*<\/saml:NameID>/, '<saml:BaseID/>'),
  ],
  [
    'assertion.subject',
    'the name behind the confirmation',
    swap(
      /(<saml:NameID.*<\/saml:NameID>)(<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>)/,
      '$2$1',
    ),
  ],
  [
    'assertion.subject',
    'a name of 2000 characters',
    swap('>alice@corp.test</saml:NameID>', `>${'a'.repeat(2000)}</saml:NameID>`),
  ],
  [
    'assertion.lifetime',
    'the end of time',
    swap(/(<saml:Conditions [^>]*NotOnOrAfter=")[^"]*/, '$19999-12-31T23:59:59Z'),
  ],
  ['assertion.attribute', 'an attribute without Name', swap(' Name="mail"', '')],
]

export const profileAttacks: readonly Attack[] = rows.map(([code, name, change]) =>
  issued(name, [code], change),
)
