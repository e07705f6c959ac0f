import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  SamlError,
  type SamlErrorCode,
  signXml,
  type VerifyResponseOptions,
  verifyResponse,
} from '../src/index.ts'
import { attacker, cut, honest, idp, issue, now, sp, verify } from './forge.ts'

type Level = 'assertion' | 'response'

/** An honestly signed response whose text was changed before it was signed. */
function issueChanged(level: Level, change: (xml: string) => string): string {
  const { bare, replace } = cut(issue(level), level)
  const changed = change(replace(bare))
  return level === 'response'
    ? signXml(changed, { key: honest.privateKey })
    : signXml(changed, { key: honest.privateKey, id: '_assertion' })
}

const swap = (from: string | RegExp, to: string) => (xml: string) => {
  const changed = xml.replace(from, to)
  if (changed === xml) throw new Error(`nothing to change: ${from}`)
  return changed
}

const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString()
const data = /<saml:SubjectConfirmationData [^>]*>/
const good = `InResponseTo="_req-1" NotOnOrAfter="${at(300)}" Recipient="${sp.acsUrl}"`

describe.each<Level>(['assertion', 'response'])('%s signed: refuses', level => {
  test.each<[SamlErrorCode, string, (xml: string) => string]>([
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
    [
      'assertion.subject',
      'an empty name',
      swap('>alice@corp.test</saml:NameID>', '></saml:NameID>'),
    ],
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
      'response.encrypted',
      'an encrypted name',
      swap(/<saml:NameID.*<\/saml:NameID>/, '<saml:EncryptedID/>'),
    ],
    [
      'response.encrypted',
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
  ])('%s: %s', async (code, _, change) => {
    const refusal = await verify(issueChanged(level, change)).then(
      () => expect.unreachable('accepted'),
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(SamlError)
    expect((refusal as SamlError).code).toBe(code)
  })
})

test('a signed message that is no Response refuses', async () => {
  const other = issueChanged('response', xml =>
    xml.replaceAll('samlp:Response', 'samlp:LogoutResponse'),
  )
  await expect(verify(other)).rejects.toMatchObject({
    code: 'xml.structure',
    check: 'root element',
  })
})

test.each(['', ' ID="1"'])(
  'an assertion with the ID %j refuses also when the Response is signed',
  async id => {
    const without = issueChanged('response', swap(' ID="_assertion"', id))
    await expect(verify(without)).rejects.toMatchObject({ code: 'xml.structure' })
  },
)

describe('accepts', () => {
  test.each<[string, (xml: string) => string]>([
    [
      'a confirmation that holds after one that does not',
      swap(
        '<saml:SubjectConfirmation ',
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData/></saml:SubjectConfirmation>$&',
      ),
    ],
    [
      'one audience of several',
      swap('<saml:Audience>', '<saml:Audience>urn:other</saml:Audience>$&'),
    ],
    [
      'OneTimeUse and ProxyRestriction',
      swap('</saml:Conditions>', '<saml:OneTimeUse/><saml:ProxyRestriction Count="0"/>$&'),
    ],
    [
      'the last moment of all times',
      xml =>
        swap(
          /NotOnOrAfter="[^"]*/,
          `NotOnOrAfter="${at(-59.999)}`,
        )(swap(/(<saml:Conditions [^>]*NotOnOrAfter=")[^"]*/, `$1${at(-59.999)}`)(xml)),
    ],
    ['the first moment', swap(/(<saml:Conditions NotBefore=")[^"]*/, `$1${at(60)}`)],
    ['the oldest', swap(/(<saml:Assertion [^>]*IssueInstant=")[^"]*/, `$1${at(-360)}`)],
    ['pretty printing', xml => xml.replaceAll('><', '>\n  <')],
    ['Advice', swap('</saml:Conditions>', '$&<saml:Advice><x>y</x></saml:Advice>')],
    [
      'a type by xsi',
      swap(
        '<saml:AttributeValue>',
        '<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">',
      ),
    ],
  ])('%s', async (_, change) => {
    expect((await verify(issueChanged('assertion', change))).nameId.value).toBe('alice@corp.test')
  })

  test('an attribute whose value holds elements is left out, the others are there', async () => {
    const change = swap('>staff<', '><saml:NameID>staff</saml:NameID><')
    const { attributes } = await verify(issueChanged('assertion', change))
    expect([...attributes]).toEqual([['mail', ['alice@corp.test']]])
  })

  test('a response that leaves out what only signed ones must have', async () => {
    const bare = issueChanged('assertion', xml =>
      xml.replace(/ Destination="[^"]*"/, '').replace(/<saml:Issuer.*?<\/saml:Issuer>/, ''),
    )
    expect((await verify(bare)).issuer).toBe('https://idp.example.test/metadata')
    await expect(
      verify(issueChanged('response', swap(/ Destination="[^"]*"/, ''))),
    ).rejects.toMatchObject({ code: 'response.destination' })
  })

  test('every fact', async () => {
    expect(await verify(issue('both'))).toEqual({
      issuer: 'https://idp.example.test/metadata',
      nameId: {
        value: 'alice@corp.test',
        format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      },
      attributes: new Map([
        ['mail', ['alice@corp.test']],
        ['groups', ['staff', 'ops & dev']],
      ]),
      sessionIndex: '_session',
      sessionNotOnOrAfter: undefined,
      assertionId: '_assertion',
      responseId: '_response',
      inResponseTo: '_req-1',
      authnInstant: now,
      authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
      notOnOrAfter: new Date(now.getTime() + 300_000),
    })
  })

  test('white space in the base64, and nothing else', async () => {
    const xml = issue('assertion')
    // One byte in the last group, so that there is padding to leave out.
    const padded = xml + ' '.repeat((4 - (xml.length % 3)) % 3)
    const field = Buffer.from(padded).toString('base64')
    expect(field).toMatch(/[^=]==$/)
    const lines = field.replace(/.{76}/g, '$&\r\n')
    const options = {
      idp: { entityId: 'https://idp.example.test/metadata', signingKeys: [honest.publicKey] },
      sp,
      now,
      inResponseTo: '_req-1',
      replay: { seen: () => false },
    }
    expect((await verifyResponse(lines, options)).assertionId).toBe('_assertion')
    for (const bad of [
      '',
      `${field}=`,
      field.replace(/=*$/, ''),
      `${field}!`,
      field.replace('P', '-'),
      `\u00a0${field}`,
    ]) {
      await expect(verifyResponse(bad, options)).rejects.toBeInstanceOf(SamlError)
    }
  })
})

describe('bounds', () => {
  test.each<[string, (xml: string) => string]>([
    [
      'issued as far ahead as the skew',
      swap(/(<saml:Assertion [^>]*IssueInstant=")[^"]*/, `$1${at(60)}`),
    ],
    ['valid for 24 hours', swap(/(<saml:Conditions [^>]*NotOnOrAfter=")[^"]*/, `$1${at(86_400)}`)],
    [
      'a name of 1024 characters',
      swap('>alice@corp.test</saml:NameID>', `>${'a'.repeat(1024)}</saml:NameID>`),
    ],
  ])('%s is accepted', async (_, change) => {
    expect((await verify(issueChanged('assertion', change))).assertionId).toBe('_assertion')
  })

  test('a name of 1025 characters refuses', async () => {
    const change = swap('>alice@corp.test</saml:NameID>', `>${'a'.repeat(1025)}</saml:NameID>`)
    await expect(verify(issueChanged('assertion', change))).rejects.toMatchObject({
      code: 'assertion.subject',
    })
  })

  test.each([0, 300])('a skew of %i s is taken', async clockSkewSeconds => {
    expect((await verify(issue('assertion'), { clockSkewSeconds })).assertionId).toBe('_assertion')
  })

  test('eight keys are tried', async () => {
    const signingKeys = [...Array.from({ length: 7 }, () => attacker.publicKey), honest.publicKey]
    const idp = { entityId: 'https://idp.example.test/metadata', signingKeys }
    expect((await verify(issue('assertion'), { idp })).assertionId).toBe('_assertion')
  })
})

test('the qualifiers of a name are part of it', async () => {
  const qualified = issueChanged(
    'assertion',
    swap('<saml:NameID ', '<saml:NameID NameQualifier="q" SPNameQualifier="s" '),
  )
  expect((await verify(qualified)).nameId).toMatchObject({
    nameQualifier: 'q',
    spNameQualifier: 's',
  })
})

test('a refusal names the status codes and the message of the identity provider', async () => {
  const failed = issueChanged(
    'response',
    swap(
      /<samlp:Status>.*<\/samlp:Status>/,
      '<samlp:Status><samlp:StatusCode Value="urn:r"><samlp:StatusCode Value="urn:n"/></samlp:StatusCode><samlp:StatusMessage>no\u202esuch\nuser</samlp:StatusMessage></samlp:Status>',
    ),
  )
  await expect(verify(failed)).rejects.toMatchObject({
    code: 'response.status',
    received: 'urn:r, urn:n (no\uFFFDsuch\uFFFDuser)',
  })
})

describe('unsolicited', () => {
  const unsolicited = (level: Level) =>
    issueChanged(level, xml => xml.replaceAll(' InResponseTo="_req-1"', ''))

  test.each<Level>(['assertion', 'response'])(
    '%s signed: only where null was asked for',
    async level => {
      const { inResponseTo } = await verify(unsolicited(level), { inResponseTo: null })
      expect(inResponseTo).toBeNull()
      await expect(verify(unsolicited(level))).rejects.toMatchObject({
        code: 'response.in-response-to',
      })
      await expect(verify(issue(level), { inResponseTo: null })).rejects.toMatchObject({
        code: 'response.in-response-to',
      })
    },
  )

  test('an answer whose signed part names a request is not one', async () => {
    const stripped = issue('assertion').replace(' InResponseTo="_req-1"', '')
    await expect(verify(stripped, { inResponseTo: null })).rejects.toMatchObject({
      code: 'response.in-response-to',
    })
  })
})

describe('replay', () => {
  test('the store is asked once, last, with ID, issuer and the end', async () => {
    const asked: [string, Date][] = []
    const seen = (id: string, until: Date) => asked.push([id, until]) > 1
    await verify(issue('assertion'), { replay: { seen } })
    expect(asked).toEqual([[`_assertion ${idp.entityId}`, new Date(now.getTime() + 360_001)]])
    await expect(verify(issue('assertion'), { replay: { seen } })).rejects.toMatchObject({
      code: 'assertion.replayed',
    })
    await expect(
      verify(issue('assertion').replace('alice@', 'admin@'), { replay: { seen } }),
    ).rejects.toMatchObject({ code: 'signature.digest' })
    await expect(
      verify(issue('assertion'), { replay: { seen }, inResponseTo: '_other' }),
    ).rejects.toBeInstanceOf(SamlError)
    expect(asked).toHaveLength(2)
  })

  test('of many at once one passes', async () => {
    const known = new Set<string>()
    const replay = {
      seen: async (id: string) => {
        const had = known.has(id)
        known.add(id)
        return had
      },
    }
    const xml = issue('both')
    const all = await Promise.allSettled(Array.from({ length: 50 }, () => verify(xml, { replay })))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['answers nothing', () => undefined],
    ['answers zero', () => 0],
    ['answers null later', () => Promise.resolve(null)],
  ])('a store that %s refuses', async (_, seen) => {
    const replay = { seen } as VerifyResponseOptions['replay']
    await expect(verify(issue('assertion'), { replay })).rejects.toMatchObject({
      code: 'assertion.replay-store',
    })
  })
})

test.each<[string, Record<string, unknown>]>([
  ['no keys', { idp: { entityId: 'x', signingKeys: [] } }],
  [
    'too many keys',
    { idp: { entityId: 'x', signingKeys: Array.from({ length: 9 }, () => honest.publicKey) } },
  ],
  ['an empty issuer', { idp: { entityId: '', signingKeys: [honest.publicKey] } }],
  ['an empty audience', { sp: { entityId: '', acsUrl: 'x' } }],
  ['an empty endpoint', { sp: { entityId: 'x', acsUrl: '' } }],
  ['an invalid clock', { now: new Date(Number.NaN) }],
  ['a wide skew', { clockSkewSeconds: 301 }],
  ['a skew that is no number', { clockSkewSeconds: Number.NaN }],
  ['no expected request', { inResponseTo: undefined }],
  ['an empty expected request', { inResponseTo: '' }],
])('refuses an option: %s', async (_, options) => {
  await expect(
    verify(issue('assertion'), options as Partial<VerifyResponseOptions>),
  ).rejects.toMatchObject({ code: 'option.invalid' })
})

test('a second pinned key verifies during a change of keys', async () => {
  const old = createPublicKey(honest.publicKey.export({ type: 'spki', format: 'pem' }))
  const idp = {
    entityId: 'https://idp.example.test/metadata',
    signingKeys: [attacker.publicKey, old],
  }
  expect((await verify(issue('both'), { idp })).assertionId).toBe('_assertion')
})
