import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type SamlErrorCode, verifyResponse, type WeakAlgorithm } from '../src/index.ts'

interface Corpus {
  now: string
  spEntityId: string
  acsUrl: string
  idpEntityId: string
  expectedInResponseTo: string
  cases: { file: string; expect: string; nameid: string | null }[]
}

const folder = new URL('./fixtures/saml-attacks/encrypted-corpus/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder))
const corpus: Corpus = JSON.parse(read('cases.json').toString())

/** By which check each is refused. All that decrypt, or fail to, without success have one code. */
const codes: Record<string, SamlErrorCode> = {
  'ok-cbc-response-signed.xml': 'encryption.algorithm',
  'cbc-no-outer-signature.xml': 'encryption.algorithm',
  'unsigned-everything.xml': 'signature.missing',
  'signed-plain-plus-evil-encrypted.xml': 'response.assertion',
  'evil-encrypted-plus-signed-encrypted.xml': 'response.assertion',
  'gcm-tag-0-bytes.xml': 'encryption.failed',
  'gcm-tag-4-bytes.xml': 'encryption.failed',
  'gcm-tag-8-bytes.xml': 'encryption.failed',
  'gcm-tag-15-bytes.xml': 'encryption.failed',
  'gcm-ciphertext-flip.xml': 'encryption.failed',
  'wrong-recipient-key.xml': 'encryption.failed',
  'rsa-1_5.xml': 'encryption.algorithm',
  'alg-unknown.xml': 'encryption.algorithm',
  'plaintext-two-roots.xml': 'encryption.failed',
  'plaintext-doctype.xml': 'encryption.failed',
  'plaintext-text.xml': 'encryption.failed',
  'cipherreference-http.xml': 'encryption.structure',
  'same-id-as-response.xml': 'signature.id',
}

function verify(file: string, allow: readonly WeakAlgorithm[] = [], withKey = true) {
  return verifyResponse(read(file).toString('base64'), {
    idp: { entityId: corpus.idpEntityId, signingKeys: [read('idp.crt').toString()], allow },
    sp: {
      entityId: corpus.spEntityId,
      acsUrl: corpus.acsUrl,
      decryptionKeys: withKey ? [read('sp.key').toString()] : [],
    },
    now: new Date(corpus.now),
    inResponseTo: corpus.expectedInResponseTo,
    replay: { seen: () => false },
  })
}

test.each(corpus.cases)('$file: $expect', async ({ file, expect: wanted, nameid }) => {
  if (wanted === 'ACCEPT') {
    expect((await verify(file)).nameId.value).toBe(nameid)
    return
  }
  await expect(verify(file)).rejects.toMatchObject({ code: codes[file] })
})

test('all that fails after the private key was used fails alike', async () => {
  const messages = new Set<string>()
  for (const [file, code] of Object.entries(codes)) {
    if (code !== 'encryption.failed') continue
    const refusal: unknown = await verify(file).catch((error: unknown) => error)
    messages.add(refusal instanceof Error ? refusal.message : 'accepted')
    expect(refusal).not.toHaveProperty('cause')
  }
  expect(messages.size).toBe(1)
})

test('without a key nothing is decrypted', async () => {
  await expect(verify('ok-gcm-response-signed.xml', [], false)).rejects.toMatchObject({
    code: 'response.encrypted',
  })
})

test('CBC counts where it is allowed by name and the ciphertext is signed', async () => {
  const cbc: WeakAlgorithm[] = ['aes128-cbc', 'aes192-cbc', 'aes256-cbc']
  expect((await verify('ok-cbc-response-signed.xml', cbc)).nameId.value).toBe('alice@corp.test')
  await expect(verify('cbc-no-outer-signature.xml', cbc)).rejects.toMatchObject({
    code: 'encryption.algorithm',
  })
})

test('the corpus has its cases', () => {
  expect(corpus.cases.length).toBe(19)
  const refused = corpus.cases.filter(each => each.expect !== 'ACCEPT').map(({ file }) => file)
  expect(Object.keys(codes).sort()).toEqual(refused.sort())
})
