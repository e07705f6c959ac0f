import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'

/** The name of the algorithm, in requests and in the string to sign. */
export const algorithm = 'AWS4-HMAC-SHA256'

/** What ends a credential scope. */
export const terminator = 'aws4_request'

interface CachedKey {
  readonly secret: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly key: KeyObject
}

const maxCachedKeys = 128
const cachedKeys = new Map<string, CachedKey>()
let latest: CachedKey | undefined

/**
 * The signing key of a secret for a day (`YYYYMMDD`), region and service. The latest 128 keys are kept,
 * as key objects: deriving one costs four HMACs, and an HMAC with a key object is several times faster
 * than one with bytes.
 */
export function signingKey(
  secret: string,
  date: string,
  region: string,
  service: string,
): KeyObject {
  const isFor = (entry: CachedKey | undefined): entry is CachedKey =>
    entry !== undefined &&
    entry.secret === secret &&
    entry.date === date &&
    entry.region === region &&
    entry.service === service
  if (isFor(latest)) return latest.key
  const id = `${date}/${region}/${service}/${secret}`
  const cached = cachedKeys.get(id)
  // Parts with slashes in them could have the id of others.
  const entry = isFor(cached)
    ? cached
    : { secret, date, region, service, key: derive(secret, date, region, service) }
  // Deleted and set again, an entry moves to the end: the first is the one unused for longest.
  cachedKeys.delete(id)
  cachedKeys.set(id, entry)
  if (cachedKeys.size > maxCachedKeys) {
    const [oldest = id] = cachedKeys.keys()
    cachedKeys.delete(oldest)
  }
  latest = entry
  return entry.key
}

/** The credential scope, `YYYYMMDD/region/service/aws4_request`. */
export function credentialScope(date: string, region: string, service: string): string {
  return `${date}/${region}/${service}/${terminator}`
}

/** The string to sign (step 3) of a canonical request. */
export function stringToSign(time: string, scope: string, canonicalRequest: string): string {
  return `${algorithm}\n${time}\n${scope}\n${hash('sha256', canonicalRequest)}`
}

/** The signature: HMAC-SHA256 in hex. */
export function hmacHex(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

function derive(secret: string, date: string, region: string, service: string): KeyObject {
  let key: Buffer = Buffer.from(`AWS4${secret}`, 'utf8')
  for (const part of [date, region, service, terminator]) {
    key = createHmac('sha256', key).update(part).digest()
  }
  return createSecretKey(key)
}
