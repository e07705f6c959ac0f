import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  type ExplainedCheck,
  type ExplainResponseOptions,
  explainResponse,
  SamlError,
  verifyResponse,
} from '../src/index.ts'
import { namespaces } from '../src/names.ts'
import { decryptingSp, encrypt, encryptionKey } from './attacks/encrypt.ts'
import { cut, honest, idp, issue, now, sign, sp } from './forge.ts'

const base64 = (xml: string | Uint8Array) => Buffer.from(xml).toString('base64')
const options = {
  idp: { ...idp, signingKeys: [honest.publicKey] },
  sp,
  now,
  inResponseTo: '_req-1',
}

test('reports every check of a good response as passed', async () => {
  const { accepted, checks } = await explainResponse(base64(issue('both')), options)
  expect(accepted).toBe(true)
  expect(checks.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  expect(checks.filter(({ outcome }) => outcome === 'skipped').map(({ name }) => name)).toEqual([
    'decryption',
  ])
  expect(checks.length).toBeGreaterThan(18)
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length)
})

test('goes on behind what fails, and says what was expected and what came', async () => {
  const changed = issue('assertion').replace('alice@', 'admin@')
  const { accepted, checks } = await explainResponse(base64(changed), {
    ...options,
    sp: { ...sp, entityId: 'https://other.test' },
    now: new Date(now.getTime() + 3600_000),
  })
  expect(accepted).toBe(false)
  const failed = new Map(
    checks.filter(({ outcome }) => outcome === 'failed').map(each => [each.name, each]),
  )
  expect([...failed.keys()]).toEqual([
    'signature of the assertion',
    'IssueInstant of the Response',
    'IssueInstant of the assertion',
    'audience',
    'validity',
    'confirmation by the bearer',
  ])
  expect(failed.get('audience')).toMatchObject({
    code: 'assertion.audience',
    expected: 'https://other.test',
    received: sp.entityId,
  })
  expect(failed.get('audience')?.remedy).toContain('entity ID')
})

test('tells nothing about the person', async () => {
  const told = JSON.stringify(await explainResponse(base64(issue('both')), options))
  expect(told).not.toContain('alice')
})

test('refuses only options', async () => {
  await expect(explainResponse('x', { ...options, inResponseTo: '' })).rejects.toMatchObject({
    code: 'option.invalid',
  })
  const { accepted, checks } = await explainResponse('!', options)
  expect(accepted).toBe(false)
  expect(checks[0]).toMatchObject({ name: 'base64', outcome: 'failed', code: 'base64.invalid' })
  expect(checks.slice(1).every(({ outcome }) => outcome === 'skipped')).toBe(true)
})

test('decrypts CBC only under a signature that holds, or it would be a padding oracle', async () => {
  const idpOptions = { ...options.idp, allow: ['aes256-cbc'] as const }
  const cbcOptions = { ...options, idp: idpOptions, sp: decryptingSp }
  const named = (name: string) => (checks: readonly ExplainedCheck[]) =>
    checks.find(each => each.name === name)
  const { bare, replace } = cut(issue('assertion'), 'assertion')
  const { signature } = cut(issue('response'), 'response')
  const nameId = /<saml:NameID.*<\/saml:NameID>/.exec(bare)?.[0] ?? ''
  const enclosed = nameId.replace('<saml:NameID', `<saml:NameID xmlns:saml="${namespaces.saml}"`)
  const encryptedId = encrypt(enclosed, { content: 'aes256-cbc' }).replaceAll(
    'EncryptedAssertion',
    'EncryptedID',
  )
  const inPart = replace(bare.replace(nameId, encryptedId))
  const whole = replace(encrypt(bare, { content: 'aes256-cbc' }))
  const forged = whole.replace('</saml:Issuer>', `</saml:Issuer>${signature}`)
  for (const [xml, name] of [
    [forged, 'decryption'],
    [inPart, 'form of the assertion'],
  ] as const) {
    const refused = named(name)((await explainResponse(base64(xml), cbcOptions)).checks)
    expect(refused).toMatchObject({ outcome: 'failed', code: 'encryption.algorithm' })
    const signed = sign(xml.replace(signature, ''), 'response')
    const { accepted, checks } = await explainResponse(base64(signed), cbcOptions)
    expect(named(name)(checks)).toMatchObject({ outcome: 'passed' })
    expect(accepted).toBe(true)
  }
})

interface Corpus {
  now: string
  spEntityId: string
  acsUrl: string
  idpEntityId: string
  expectedInResponseTo: string
  cases: { file: string }[]
}

test.each(['attack', 'encrypted'])('agrees with the verifier on the %s corpus', async name => {
  const folder = new URL(`./fixtures/saml-attacks/${name}-corpus/`, import.meta.url)
  const read = (file: string) => readFileSync(new URL(file, folder))
  const corpus: Corpus = JSON.parse(read('cases.json').toString())
  const keys = name === 'encrypted' ? { decryptionKeys: [read('sp.key').toString()] } : {}
  let refused = 0
  for (const { file } of corpus.cases) {
    const encoded = base64(read(file))
    const expected = {
      idp: { entityId: corpus.idpEntityId, signingKeys: [read('idp.crt').toString()] },
      sp: { entityId: corpus.spEntityId, acsUrl: corpus.acsUrl, ...keys },
      now: new Date(corpus.now),
      inResponseTo: corpus.expectedInResponseTo,
    }
    const refusal: unknown = await verifyResponse(encoded, {
      ...expected,
      replay: { seen: () => false },
    }).then(
      () => undefined,
      (error: unknown) => error,
    )
    const { accepted, checks } = await explainResponse(encoded, expected)
    const codes = checks.flatMap(({ code }) => code ?? [])
    expect(accepted, file).toBe(refusal === undefined)
    if (refusal instanceof SamlError) {
      refused += 1
      expect(codes, file).toContain(refusal.code)
    } else {
      expect(codes, file).toEqual([])
    }
  }
  expect(refused).toBeGreaterThan(10)
})

test('decrypts nothing that nobody signed and that is not for us', async () => {
  const encoded = base64(issue('assertion', { encrypt: { key: encryptionKey } }))
  const outcomeOf = async (more: Partial<ExplainResponseOptions>) => {
    const { checks } = await explainResponse(encoded, { ...options, sp: decryptingSp, ...more })
    return checks.find(({ name }) => name === 'decryption')?.outcome
  }
  expect(await outcomeOf({})).toBe('passed')
  expect(await outcomeOf({ now: new Date(now.getTime() + 3600_000) })).toBe('skipped')
  expect(await outcomeOf({ inResponseTo: '_other' })).toBe('skipped')
})
