import { constants, createPrivateKey, createPublicKey, privateEncrypt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { OaepHash } from './algorithms.ts'
import { decryptOaep } from './oaep.ts'

const fixture = new URL(
  '../../tests/fixtures/saml-attacks/encrypted-corpus/sp.key',
  import.meta.url,
)
const key = createPrivateKey(readFileSync(fixture))

// openssl pkeyutl -encrypt -pubin -inkey sp.pub -pkeyopt rsa_padding_mode:oaep
//   -pkeyopt rsa_oaep_md:DIGEST -pkeyopt rsa_mgf1_md:MASK
const made: [OaepHash, OaepHash, string][] = [
  [
    'sha256',
    'sha1',
    'B820WXWeVbtUq5xPUif9lIIrw1Uxpqihin37Ne9mFRPqK2SAfRAdDlXcqKpnVsM2dfRdPYba9uSpuYnfKOuCmdfmXru+/I7pq0ayW/uJe0DdOT+rIKrxVYwBwk5au+wIPZA5bko2l//capxUr7jsiJv8G1PHsVpiYRyWrsznopW/CnHQduI0XsorwrYhhyNyqH0M4Tyd5lJB9Ht0t73R76GF5lJYDYUBsjbJnQfv8TDVDCQFyJWeKHVxK0SWk0a7Jb8vQ7F1S0Y4w1KrhmNA/eKhPW4d3vr9yNprCEF/52LpYY3BdKBUDizVFw5soIX69jEgHEVPrsKTccDWGXuZyw==',
  ],
  [
    'sha1',
    'sha256',
    'QyK4qwKlgfixnG0HMKOm6G9q5TtEiPOGduUM/LNWHikvAreXjLW3sn1uCez4kNXhnas7TR9gyFF6LWg7SIybTltJz4xVtg/cLLhpfVxSsKqbXFjqTTCko+TY1zZruxVds5lGyvwU9uEItGttHndHjWvj3hK+hYHM3ZGHEGowWQVoirCM2N1v3dNL+qQxUzSr2WlhxmRbSHWg0ezkj9TUEGvcEy4ZUuBYs3UgpZYTZu8BnzAsIaXkAfoC8Sk8gu0KTejYAI9dJLv3AGFn5ZbyebgtquFFW/gaWGyeVIvVqaBlhRL6ZbOxY8qrzNNCXIcwQL0VdiO3s2dX1vJOQ9cb0w==',
  ],
  [
    'sha512',
    'sha256',
    'NYPlrn1lkfRkmZpwlBZD2yQBN6HPMo4+vKp4ANzOiDTgAlCEadI/sKOgOEvrZAgsmGprUqT1uY6R9olq3ikdYzc1rFVWauLMRu5A6X0/3FpmMUydrB00BX0rHFj4nhfwcmnJHcOqT+1kNGV9+19Q0EYaI88kB5wxXnGcAz+DV5Wcs+VIjgf1XxPPo3qiyahGXKbCJoSjQSMZ+zjHCa4N26Q4drGMMOTM4/HyF/P4jIEwjS+RhEEhF9bQEoqC6um9XJmfyKucgQLf6O3D7fIv7t3MrDIusy8Wum98bU477X1pICEhWxjIGdqr/2oPMRCUDQIDriSDi5npGmc8vmyi7g==',
  ],
]

test.each(made)('OpenSSL encrypts with %s and a mask on %s', (digest, mask, base64) => {
  const encrypted = Buffer.from(base64, 'base64')
  const decrypted = decryptOaep(encrypted, key, { digest, mask })
  expect(decrypted?.toString()).toBe('0123456789abcdef0123456789abcdef')
  for (const other of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
    if (other !== mask) expect(decryptOaep(encrypted, key, { digest, mask: other })).toBeUndefined()
    if (other !== digest)
      expect(decryptOaep(encrypted, key, { digest: other, mask })).toBeUndefined()
  }
})

test('no changed octet decrypts', () => {
  for (const [digest, mask, base64] of made) {
    const encrypted = Buffer.from(base64, 'base64')
    for (const at of [0, 1, 100, 255]) {
      const changed = Buffer.from(encrypted)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(decryptOaep(changed, key, { digest, mask })).toBeUndefined()
    }
    expect(decryptOaep(encrypted.subarray(1), key, { digest, mask })).toBeUndefined()
    expect(decryptOaep(Buffer.alloc(0), key, { digest, mask })).toBeUndefined()
  }
})

test('a block of another padding, of zeros or of ones is no OAEP', () => {
  const publicKey = createPublicKey(key)
  const blocks = [
    Buffer.alloc(256, 0),
    Buffer.alloc(256, 1),
    Buffer.concat([Buffer.alloc(255), Buffer.from([1])]),
  ]
  for (const block of blocks) {
    // With the private exponent the block is what the public one, and so decryption, gives back.
    const encrypted = privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block)
    expect(publicKey.asymmetricKeyType).toBe('rsa')
    expect(decryptOaep(encrypted, key, { digest: 'sha256', mask: 'sha1' })).toBeUndefined()
  }
})
