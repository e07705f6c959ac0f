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
  },
}

function receive(query: string, requireSignature: boolean): string {
  const request = readAuthnRequest(
    { binding: 'redirect', query },
    {
      keys: issuer => (issuer === corpus.spEntityId ? [certificate] : undefined),
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

test.each(corpus.cases.filter(each => each.expect === 'ACCEPT'))('accepts $name', ({ query }) => {
  expect(receive(query, true)).toBe(acs)
  expect(receive(query, false)).toBe(acs)
})

test.each(corpus.cases.filter(each => refused.includes(each.expect)))(
  'refuses $name whether signatures are required or not',
  ({ query }) => {
    const started = performance.now()
    expect(() => receive(query, true)).toThrow(SamlError)
    expect(() => receive(query, false)).toThrow(SamlError)
    expect(performance.now() - started).toBeLessThan(1000)
  },
)

test.each(corpus.cases.filter(each => each.expect === 'POLICY'))(
  '$name follows requireSignature',
  ({ query }) => {
    expect(receive(query, false)).toBe(acs)
    expect(() => receive(query, true)).toThrow(
      expect.objectContaining({ code: 'request.signature' }),
    )
  },
)

test.each(corpus.cases.filter(each => each.expect === 'REJECT-OR-ACCEPT'))(
  '$name is received although we would not send it',
  ({ query }) => {
    expect(receive(query, true)).toBe(acs)
  },
)
