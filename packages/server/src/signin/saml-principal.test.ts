import type { VerifiedResponse } from '@rolecall/saml'
import { describe, expect, test } from 'vitest'
import type { SamlProviderConfig } from '../config/index.ts'
import { readPrincipal, writePrincipal } from './principal-text.ts'
import { samlPrincipal } from './saml-principal.ts'

const provider: SamlProviderConfig = {
  id: 'corp',
  title: 'Corp',
  metadata: { url: 'https://idp.example/metadata' },
  entityId: undefined,
  spEntityId: 'https://gateway.example/sp',
  acsUrl: 'https://gateway.example/acs',
  sloUrl: 'https://gateway.example/slo',
  attributes: { username: 'nameId', displayName: 'name', email: 'mail', groups: ['g', 'h'] },
  allowUnsolicited: false,
  forceAuthn: false,
  clockSkewSeconds: 60,
  logout: 'local',
  emailDomains: [],
  signRequests: undefined,
  authnContexts: [],
  allow: [],
}

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

function principal(attributes: Record<string, string[]>, nameId = 'alice', format = persistent) {
  const response: VerifiedResponse = {
    issuer: 'https://idp.example/',
    nameId: { value: nameId, format },
    attributes: new Map(Object.entries(attributes)),
    sessionIndex: undefined,
    sessionNotOnOrAfter: new Date('2026-01-01T08:00:00Z'),
    assertionId: '_a',
    responseId: '_r',
    inResponseTo: '_q',
    authnInstant: new Date('2026-01-01T00:00:00Z'),
    authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    notOnOrAfter: new Date('2026-01-01T00:05:00Z'),
  }
  return samlPrincipal(response, provider, '192.0.2.1')
}

describe('a principal', () => {
  test('is what the verified response says, byte for byte', () => {
    expect(
      principal({ name: ['Alice'], mail: ['a@corp.example'], g: ['x', 'y'], h: ['y', 'z'] }),
    ).toMatchObject({
      id: 'corp:alice',
      username: 'alice',
      displayName: 'Alice',
      email: 'a@corp.example',
      groups: ['x', 'y', 'z'],
      address: '192.0.2.1',
      notAfter: new Date('2026-01-01T08:00:00Z'),
    })
    expect(principal({}, 'ALICE').username).toBe('ALICE')
  })

  test('has a list of groups whatever their number', () => {
    expect(principal({}).groups).toEqual([])
    expect(principal({ g: [''] }).groups).toEqual([])
    expect(principal({ g: ['admins'] }).groups).toEqual(['admins'])
  })

  test('shows the username in place of a name that could deceive', () => {
    const { displayName, email } = principal({ name: ['\u202eecila'], mail: ['a\u200b@b'] })
    expect([displayName, email]).toEqual(['alice', undefined])
  })

  test('survives being written down and read', () => {
    const one = principal({ g: ['x'], extra: ['1', '2'], ['__proto__']: ['p'] })
    const again = readPrincipal(writePrincipal(one))
    expect(again).toMatchObject({
      id: one.id,
      groups: ['x'],
      attributes: { extra: ['1', '2'] },
      authenticatedAt: one.authenticatedAt,
      notAfter: one.notAfter,
    })
    expect(readPrincipal('{"kind":"person"}')).toBeUndefined()
    expect(readPrincipal('{')).toBeUndefined()
  })
})

test.each([
  ['a transient NameID', {}, 'a1', 'transient', 'username-transient'],
  ['spaces around the name', {}, ' alice', 'persistent', 'identity-text'],
  [
    'a hidden character in a group',
    { g: ['adm\u200bins'] },
    'alice',
    'persistent',
    'identity-text',
  ],
  [
    'too many values',
    { extra: Array.from({ length: 201 }, () => 'v') },
    'alice',
    'persistent',
    'too-many-values',
  ],
])('%s is refused', (_name, attributes, nameId, format, code) => {
  const name = `urn:oasis:names:tc:SAML:2.0:nameid-format:${format}`
  expect(() => principal(attributes, nameId, name)).toThrow(expect.objectContaining({ code }))
})
