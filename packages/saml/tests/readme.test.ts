import { readdirSync, readFileSync } from 'node:fs'
import {
  bindings,
  buildAuthnRequest,
  buildMetadata,
  nameIdFormats,
  readMetadata,
  SamlError,
  statusCodes,
} from '@rolecall/saml'
import { expect, test } from 'vitest'
import { assertionForAws } from './examples/aws.ts'
import { answer, metadata, receive, refuse } from './examples/identity-provider.ts'
import { finishLogout, receiveLogout, startLogout } from './examples/logout.ts'
import { finishSignIn, readIdp, startSignIn } from './examples/service-provider.ts'

const here = new URL('./', import.meta.url)
const readme = readFileSync(new URL('../README.md', here), 'utf8')
const keyPair = {
  key: readFileSync(new URL('fixtures/throw-away.key', here), 'utf8'),
  certificate: readFileSync(new URL('fixtures/throw-away.crt', here), 'utf8'),
}
const now = new Date('2026-11-21T01:00:00Z')
const spEntityId = 'https://app.example.com/saml'
const spMetadata = buildMetadata({
  entityId: spEntityId,
  sp: {
    acsEndpoints: [{ binding: bindings.post, location: `${spEntityId}/acs`, index: 0 }],
    wantAssertionsSigned: true,
  },
})

const known = new Map(readMetadata(spMetadata).entities.map(entity => [entity.entityId, entity]))

test('the examples of the README are the files that run here', () => {
  for (const name of readdirSync(new URL('examples/', here))) {
    const code = readFileSync(new URL(`examples/${name}`, here), 'utf8')
    expect(readme).toContain(`\`\`\`ts\n${code}\`\`\`\n`)
  }
})

test('the examples sign a person in, once', async () => {
  const idp = readIdp(metadata(keyPair.certificate), now)
  const { id, url } = startSignIn(idp, 'opaque', now)
  const request = await receive(url.slice(url.indexOf('?') + 1), known, now)
  expect(request.relayState).toBe('opaque')
  const person = { name: 'alice', groups: ['admins', 'ops'] }
  const { acsUrl, samlResponse } = answer(request, person, known, keyPair, now)
  expect(acsUrl).toBe('https://app.example.com/saml/acs')
  expect(await finishSignIn(idp, samlResponse, id, now)).toEqual(person)
  await expect(finishSignIn(idp, samlResponse, id, now)).rejects.toMatchObject({
    code: 'assertion.replayed',
  })
  await expect(finishSignIn(idp, samlResponse, '_other', now)).rejects.toThrow(SamlError)
})

test('the examples sign a person in without a request', async () => {
  const idp = readIdp(metadata(keyPair.certificate), now)
  const person = { name: 'bob', groups: [] }
  const { samlResponse } = answer({ issuer: spEntityId }, person, known, keyPair, now)
  const refusal = finishSignIn(idp, samlResponse, '_id', now)
  await expect(refusal).rejects.toMatchObject({ code: 'response.in-response-to' })
  expect(await finishSignIn(idp, samlResponse, null, now)).toEqual(person)
})

test('the examples answer a request that cannot be met', async () => {
  const idp = readIdp(metadata(keyPair.certificate), now)
  const sp = { entityId: spEntityId, acsUrl: 'https://app.example.com/saml/acs' }
  const { id, url } = buildAuthnRequest({
    sp,
    idp,
    binding: 'redirect',
    nameIdFormat: nameIdFormats.emailAddress,
    now,
  })
  const request = await receive(url.slice(url.indexOf('?') + 1), known, now)
  let error: unknown
  try {
    answer(request, { name: 'alice', groups: [] }, known, keyPair, now)
  } catch (thrown) {
    error = thrown
  }
  const refusal = await refuse(error, request, known, keyPair, now)
  expect(refusal?.acsUrl).toBe(sp.acsUrl)
  await expect(finishSignIn(idp, refusal?.samlResponse ?? '', id, now)).rejects.toMatchObject({
    code: 'response.status',
    received: expect.stringContaining(statusCodes.invalidNameIdPolicy),
  })
})

test('the example for AWS makes a response within its bound of 100 000 characters', () => {
  const encoded = assertionForAws('alice@example.com', keyPair, now)
  expect(encoded.length).toBeLessThan(100_000)
  const xml = Buffer.from(encoded, 'base64').toString()
  expect(xml).toContain('Recipient="https://signin.aws.amazon.com/saml"')
  expect(xml).toContain('>urn:amazon:webservices</saml:Audience>')
})

test('the metadata example is read back', () => {
  const { entities } = readMetadata(metadata(keyPair.certificate))
  expect(entities.map(({ entityId }) => entityId)).toEqual(['https://idp.example.com/saml'])
})

test('the logout examples end the sessions on the other side, once', async () => {
  const party = (name: string) => {
    const sloUrl = `https://${name}.example.com/slo`
    const self = { entityId: `https://${name}.example.com/saml`, sloUrl, key: keyPair.key }
    const sloEndpoints = [{ binding: bindings.redirect, location: sloUrl }]
    return { self, peer: { ...self, signingKeys: [keyPair.certificate], sloEndpoints } }
  }
  const [sp, idp] = [party('app'), party('idp')]
  const nameId = { value: 'alice' }
  const ofAlice = { peer: sp.self.entityId, nameId, sessionIndex: '_1' }
  const others = [
    { ...ofAlice, sessionIndex: '_2' },
    { ...ofAlice, nameId: { value: 'bob' } },
    { ...ofAlice, peer: 'https://other.example.com/saml' },
  ]
  const sessions = new Set([ofAlice, ...others])
  const queryOf = (url: string) => url.slice(url.indexOf('?') + 1)
  const session = { peer: idp.self.entityId, nameId, sessionIndex: '_1' }
  const { id, url } = startLogout(sp.self, idp.peer, session, now)
  const receive = () =>
    receiveLogout(idp.self, new Map([[sp.self.entityId, sp.peer]]), sessions, queryOf(url), now)
  const answerUrl = await receive()
  expect([...sessions]).toEqual(others)
  expect(await finishLogout(sp.self, idp.peer, queryOf(answerUrl), id, now)).toBe('complete')
  await expect(receive()).rejects.toMatchObject({ code: 'logout.replayed' })
})
