import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { chooseAcs, readAuthnRequest, SamlError } from '../src/index.ts'
import { bindings } from '../src/names.ts'

interface Corpus {
  now: string
  endpoint: string
  spEntityId: string
  registeredAcs: string[]
  spCert: string
  cases: { name: string; expect: string; query: string }[]
}

const folder = new URL('./fixtures/saml-attacks/redirect-corpus/', import.meta.url)
const corpus: Corpus = JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8'))
const certificate = readFileSync(new URL(corpus.spCert, folder), 'utf8')
const entity = {
  entityId: corpus.spEntityId,
  sp: {
    acsEndpoints: corpus.registeredAcs.map((location, index) => ({
      binding: bindings.post,
      location,
      index,
    })),
    signingCertificates: [certificate],
    authnRequestsSigned: false,
  },
}

async function receive(query: string, requireSignature: boolean): Promise<string> {
  const request = await readAuthnRequest(
    { binding: 'redirect', query },
    {
      entity: issuer => (issuer === corpus.spEntityId ? entity : undefined),
      requireSignature,
      destination: corpus.endpoint,
      now: new Date(corpus.now),
    },
  )
  return chooseAcs(request, entity).location
}

const [acs] = corpus.registeredAcs
const refused = ['REJECT', 'REJECT-BY-DEFAULT', 'REJECT-IF-SIGNED-REQUIRED']

test('the corpus has its cases', () => {
  expect(corpus.cases.length).toBeGreaterThanOrEqual(29)
  for (const each of corpus.cases) {
    expect(['ACCEPT', 'POLICY', 'REJECT-OR-ACCEPT', ...refused]).toContain(each.expect)
  }
})

test.each(corpus.cases.filter(each => each.expect === 'ACCEPT'))(
  'accepts $name',
  async ({ query }) => {
    expect(await receive(query, true)).toBe(acs)
    expect(await receive(query, false)).toBe(acs)
  },
)

test.each(corpus.cases.filter(each => refused.includes(each.expect)))(
  'refuses $name whether signatures are required or not',
  async ({ query }) => {
    const started = performance.now()
    await expect(receive(query, true)).rejects.toThrow(SamlError)
    await expect(receive(query, false)).rejects.toThrow(SamlError)
    expect(performance.now() - started).toBeLessThan(1000)
  },
)

test.each(corpus.cases.filter(each => each.expect === 'POLICY'))(
  '$name follows requireSignature',
  async ({ query }) => {
    expect(await receive(query, false)).toBe(acs)
    await expect(receive(query, true)).rejects.toThrow(
      expect.objectContaining({ code: 'request.signature' }),
    )
  },
)

test.each(corpus.cases.filter(each => each.expect === 'REJECT-OR-ACCEPT'))(
  '$name is received although we would not send it',
  async ({ query }) => {
    expect(await receive(query, true)).toBe(acs)
  },
)
