import { hash, randomBytes } from 'node:crypto'

/** What a new caller shows: a token, and a key pair for its SDKs. */
export interface CallerKeys {
  readonly token: string
  readonly tokenSha256: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Makes them; AWS knows none of them. The token and the secret have 256 and 240 random bits. */
export function newCallerKeys(random: (size: number) => Uint8Array = randomBytes): CallerKeys {
  const text = (size: number) => Buffer.from(random(size)).toString('base64url')
  const token = `rgt_${text(32)}`
  const accessKeyId = `RGW${Buffer.from(random(8)).toString('hex').toUpperCase()}`
  return { token, tokenSha256: hash('sha256', token), accessKeyId, secretAccessKey: text(30) }
}
