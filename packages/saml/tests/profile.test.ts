import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SamlError, type VerifyResponseOptions, verifyResponse } from '../src/index.ts'
import {
  attacker,
  honest,
  idp,
  issue,
  issueChanged,
  now,
  type Signed,
  sp,
  swap,
  verify,
} from './forge.ts'

const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString()

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

  test('white space in the base64', async () => {
    const lines = Buffer.from(issue('assertion')).toString('base64').replace(/.{76}/g, '$&\r\n')
    const options = {
      idp: { entityId: 'https://idp.example.test/metadata', signingKeys: [honest.publicKey] },
      sp,
      now,
      inResponseTo: '_req-1',
      replay: { seen: () => false },
    }
    expect((await verifyResponse(lines, options)).assertionId).toBe('_assertion')
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
  const unsolicited = (level: Signed) =>
    issueChanged(level, xml => xml.replaceAll(' InResponseTo="_req-1"', ''))

  test.each<Signed>(['assertion', 'response'])(
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
