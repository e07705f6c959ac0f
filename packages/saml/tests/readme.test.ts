import { readdirSync, readFileSync } from 'node:fs'
import { bindings, buildMetadata, readMetadata, SamlError } from '@rolecall/saml'
import { expect, test } from 'vitest'
import { assertionForAws } from './examples/aws.ts'
import { answer, metadata, receive } from './examples/identity-provider.ts'
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

test('the examples of the README are the files that run here', () => {
  for (const name of readdirSync(new URL('examples/', here))) {
    const code = readFileSync(new URL(`examples/${name}`, here), 'utf8')
    expect(readme).toContain(`\`\`\`ts\n${code}\`\`\`\n`)
  }
})

test('the examples sign a person in, once', async () => {
  const idp = readIdp(metadata(keyPair.certificate), now)
  const { id, url } = startSignIn(idp, 'opaque', now)
  const { entities } = readMetadata(spMetadata)
  const known = new Map(entities.map(entity => [entity.entityId, entity]))
  const received = receive(url.slice(url.indexOf('?') + 1), known, now)
  expect(received.request.relayState).toBe('opaque')
  const person = { name: 'alice', groups: ['admins', 'ops'] }
  const samlResponse = answer(received, person, keyPair, now)
  expect(await finishSignIn(idp, samlResponse, id, now)).toEqual(person)
  await expect(finishSignIn(idp, samlResponse, id, now)).rejects.toMatchObject({
    code: 'assertion.replayed',
  })
  await expect(finishSignIn(idp, samlResponse, '_other', now)).rejects.toThrow(SamlError)
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
