import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Encryption, parseXml, SamlError, type SamlErrorCode } from '../src/index.ts'
import { honest, issue, type Level, now, sp, verify } from './forge.ts'

const ours = generateKeyPairSync('rsa', { modulusLength: 2048 })
const next = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const withKeys = (...decryptionKeys: (KeyObject | string)[]) => ({
  sp: { ...sp, decryptionKeys },
})
const encrypt: Encryption = { key: ours.publicKey }

async function refusal(verified: Promise<unknown>): Promise<SamlError> {
  const error: unknown = await verified.then(
    () => new Error('accepted'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof SamlError) return error
  throw error
}

describe.each<Level>(['assertion', 'response', 'both'])('%s signed', level => {
  const plain = issue(level)
  test.each<Pick<Encryption, 'content' | 'oaep'> & { part?: 'assertion' | 'nameId' }>([
    {},
    { content: 'aes128-gcm' },
    { content: 'aes256-gcm', oaep: 'sha256' },
    { oaep: 'sha384' },
    { oaep: 'sha512' },
    { part: 'nameId' },
    { part: 'nameId', oaep: 'sha256' },
  ])('is read the same when encrypted with %j', async how => {
    const xml = issue(level, { encrypt: { ...encrypt, ...how } })
    const facts = await verify(plain)
    expect(xml).not.toContain('>alice@corp.test</saml:NameID>')
    expect(await verify(xml, withKeys(ours.privateKey))).toEqual(facts)
    // Roll-over: the new key stands beside the old one, and either may come first.
    expect(await verify(xml, withKeys(next.privateKey, pem(ours.privateKey)))).toEqual(facts)
  })

  test('refuses without a key, with another key, and when it was changed', async () => {
    for (const part of ['assertion', 'nameId'] as const) {
      const xml = issue(level, { encrypt: { ...encrypt, part } })
      expect((await refusal(verify(xml))).code).toBe('response.encrypted')
      const wrong = await refusal(verify(xml, withKeys(other.privateKey)))
      expect(wrong.code).toBe('encryption.failed')
      expect(wrong.received).toBeUndefined()
    }
  })
})

test('what is encrypted has no meaning beyond its plaintext: no two ciphertexts are equal', () => {
  const values = () =>
    parseXml(issue('both', { encrypt }))
      .elements.filter(each => each.local === 'CipherValue')
      .map(each => each.children[0])
  expect(values()).toHaveLength(2)
  expect(values()).not.toEqual(values())
})

test.each<[string, unknown]>([
  ['a private key', ours.privateKey],
  ['an EC key', honest.publicKey],
  ['a PEM private key', pem(ours.privateKey)],
  ['a short key', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey],
  ['no key', 'x'],
])('does not encrypt for %s', (_, key) => {
  const invalid = { encrypt: { key } as Encryption }
  expect(() => issue('assertion', invalid)).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
})

test.each<[string, unknown]>([
  ['content', { key: ours.publicKey, content: 'aes128-cbc' }],
  ['content', { key: ours.publicKey, content: '__proto__' }],
  ['oaep', { key: ours.publicKey, oaep: 'md5' }],
])('does not encrypt by another %s: %o', (_, how) => {
  expect(() => issue('assertion', { encrypt: how as Encryption })).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
})

test.each<[string, (KeyObject | string)[]]>([
  ['public', [ours.publicKey]],
  ['EC', [honest.privateKey]],
  ['unreadable', ['-----BEGIN PRIVATE KEY-----']],
  ['short', [generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey]],
  ['five', Array.from({ length: 5 }, () => ours.privateKey)],
])('refuses %s decryption keys before anything is read', async (_, keys) => {
  const { code, check } = await refusal(verify('<x/>', withKeys(...keys)))
  expect([code, check]).toEqual(['option.invalid', 'sp.decryptionKeys'])
})

describe('an encrypted assertion', () => {
  const xml = issue('assertion', { encrypt })
  const data = /<xenc:EncryptedData .*<\/xenc:EncryptedData>/.exec(xml)?.[0] ?? ''
  const encryptedKey = /<xenc:EncryptedKey>.*<\/xenc:EncryptedKey>/.exec(data)?.[0] ?? ''
  const declared = encryptedKey.replace(
    '<xenc:EncryptedKey',
    `<xenc:EncryptedKey xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"`,
  )
  const swap = (from: string | RegExp, to: string) => {
    const changed = xml.replace(from, () => to)
    if (changed === xml) throw new Error(`nothing to change: ${from}`)
    return changed
  }
  const beside = swap(encryptedKey, '').replace(
    '</saml:EncryptedAssertion>',
    () => `${declared}</saml:EncryptedAssertion>`,
  )

  test('may have its key beside it', async () => {
    expect(data).not.toBe('')
    const emptyInfo = beside.replace(/<ds:KeyInfo[^>]*><\/ds:KeyInfo>/, '')
    expect(await verify(emptyInfo, withKeys(ours.privateKey))).toEqual(
      await verify(xml, withKeys(ours.privateKey)),
    )
  })

  test('may have keys for others too', async () => {
    const foreign = issue('assertion', { encrypt: { key: other.publicKey } })
    const theirs = /<xenc:EncryptedKey>.*<\/xenc:EncryptedKey>/.exec(foreign)?.[0] ?? ''
    const both = swap(encryptedKey, theirs + encryptedKey)
    expect(await verify(both, withKeys(ours.privateKey))).toEqual(
      await verify(xml, withKeys(ours.privateKey)),
    )
    const five = swap(encryptedKey, theirs.repeat(4) + encryptedKey)
    expect((await refusal(verify(five, withKeys(ours.privateKey)))).code).toBe(
      'encryption.structure',
    )
  })

  test.each<[SamlErrorCode, string, string]>([
    ['encryption.structure', 'without a key', swap(encryptedKey, '')],
    ['encryption.structure', 'of another type', swap('#Element"', '#Content"')],
    ['encryption.structure', 'twice', swap(data, data + data)],
    ['encryption.structure', 'not there', swap(data, '')],
    [
      'encryption.structure',
      'without ciphertext',
      swap(
        /<xenc:CipherData><xenc:CipherValue>[^<]*<\/xenc:CipherValue><\/xenc:CipherData><\/xenc:EncryptedData>/,
        '</xenc:EncryptedData>',
      ),
    ],
    ['encryption.algorithm', 'of an unknown algorithm', swap('#aes256-gcm', '#aes256-ccm')],
    [
      'encryption.algorithm',
      'in CBC',
      swap(
        'http://www.w3.org/2009/xmlenc11#aes256-gcm',
        'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
      ),
    ],
    ['encryption.algorithm', 'under PKCS #1 1.5', swap('#rsa-oaep-mgf1p', '#rsa-1_5')],
    [
      'encryption.algorithm',
      'under OAEP with MD5',
      swap('http://www.w3.org/2000/09/xmldsig#sha1', 'http://www.w3.org/2001/04/xmldsig-more#md5'),
    ],
    ['encryption.failed', 'with a shorter key', swap('#aes256-gcm', '#aes128-gcm')],
    [
      'response.assertion',
      'beside a plain one',
      swap(
        '</samlp:Response>',
        `${/<saml:Assertion .*<\/saml:Assertion>/.exec(issue('assertion'))?.[0]}</samlp:Response>`,
      ),
    ],
  ])('%s: %s', async (code, _, changed) => {
    expect((await refusal(verify(changed, withKeys(ours.privateKey)))).code).toBe(code)
  })

  test('does not hide a signature in its key', async () => {
    const changed = swap('<xenc:EncryptedKey>', '<ds:Signature/><xenc:EncryptedKey>')
    expect((await refusal(verify(changed, withKeys(ours.privateKey)))).code).toBe(
      'signature.position',
    )
  })
})

test('an unsigned assertion is not believed because it is encrypted', async () => {
  const signed = issue('assertion')
  const bare = signed.replace(/<ds:Signature .*<\/ds:Signature>/, '')
  const assertion = /<saml:Assertion .*<\/saml:Assertion>/.exec(bare)?.[0] ?? ''
  const { encryptElement } = await import('../src/encryption/encrypt-element.ts')
  const { writeXml, written } = await import('../src/xml/write.ts')
  const encrypted = writeXml(
    encryptElement(
      'saml:EncryptedAssertion',
      written(assertion, { prefixes: [], inclusive: [] }),
      encrypt,
    ),
  )
  const xml = bare.replace(assertion, () => encrypted)
  expect((await refusal(verify(xml, withKeys(ours.privateKey)))).code).toBe('signature.missing')
})

test('a message that is not for us costs no work with the private key', async () => {
  const xml = issue('assertion', { encrypt })
  const elsewhere = { ...sp, acsUrl: 'https://other.test/acs', decryptionKeys: [ours.privateKey] }
  expect((await refusal(verify(xml, { sp: elsewhere }))).code).toBe('response.destination')
  const late = { now: new Date(now.getTime() + 3600_000), ...withKeys(other.privateKey) }
  expect((await refusal(verify(xml, late))).code).toBe('response.issue-instant')
})
