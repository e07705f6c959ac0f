/** Decryption is not offered yet: whatever is encrypted refuses, and nothing beside it is believed. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { verifyResponse } from '../src/index.ts'

interface Corpus {
  now: string
  spEntityId: string
  acsUrl: string
  idpEntityId: string
  expectedInResponseTo: string
  cases: { file: string }[]
}

const folder = new URL('./fixtures/saml-attacks/encrypted-corpus/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder))
const corpus: Corpus = JSON.parse(read('cases.json').toString())

test.each(corpus.cases)('$file', async ({ file }) => {
  let asked = 0
  const verified = verifyResponse(read(file).toString('base64'), {
    idp: { entityId: corpus.idpEntityId, signingKeys: [read('idp.crt').toString()] },
    sp: { entityId: corpus.spEntityId, acsUrl: corpus.acsUrl },
    now: new Date(corpus.now),
    inResponseTo: corpus.expectedInResponseTo,
    replay: { seen: () => ++asked > 1 },
  })
  await expect(verified).rejects.toMatchObject({ code: 'response.encrypted' })
  expect(asked).toBe(0)
})
