import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { boundedCache } from './bounded-cache.ts'
import { equalTexts } from './equal-texts.ts'
import { hmacAlgorithm, type Signer, terminator } from './signer.ts'

/** A {@link Signer} of SigV4 and what it was made for. */
interface HmacSigner extends Signer {
  readonly isFor: (secret: string, date: string, region: string, service: string) => boolean
}

const signers = boundedCache<HmacSigner>(128)
let latest: HmacSigner | undefined

/**
 * The signer of a secret for a day (`YYYYMMDD`), region and service. The latest 128 are kept, with their
 * keys as key objects: deriving one costs four HMACs, and an HMAC with a key object is several times
 * faster than one with bytes.
 */
export function hmacSigner(secret: string, date: string, region: string, service: string): Signer {
  if (latest?.isFor(secret, date, region, service)) return latest
  latest = signers.get(
    `${date}/${region}/${service}/${secret}`,
    () => makeSigner(secret, date, region, service),
    // Parts with slashes in them could have the name of others.
    signer => signer.isFor(secret, date, region, service),
  )
  return latest
}

function makeSigner(secret: string, date: string, region: string, service: string): HmacSigner {
  const key = signingKey(secret, date, region, service)
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('hex')
  return Object.freeze({
    algorithm: hmacAlgorithm,
    scope: `${date}/${region}/${service}/${terminator}`,
    sign,
    verify: (text: string, signature: string) => equalTexts(sign(text), signature),
    isFor: (s: string, d: string, r: string, v: string) =>
      s === secret && d === date && r === region && v === service,
  })
}

/** The signing key (IAM User Guide, "Create a signed AWS API request", step 4). */
function signingKey(secret: string, date: string, region: string, service: string): KeyObject {
  let key = createSecretKey(Buffer.from(`AWS4${secret}`, 'utf8'))
  for (const part of [date, region, service, terminator]) {
    key = createSecretKey(createHmac('sha256', key).update(part).digest())
  }
  return key
}
