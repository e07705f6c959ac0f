import { createHmac, createSecretKey } from 'node:crypto'
import { boundedCache } from '../bounded-cache.ts'
import { checkScopePart } from './credential-scope.ts'
import { equalTexts } from './equal-texts.ts'
import { hmacSha256 } from './hmac.ts'
import { hmacAlgorithm, type Signer, terminator } from './signer.ts'

/** A {@link Signer} of SigV4 and what it was made for. */
interface HmacSigner extends Signer {
  readonly secret: string
  readonly date: string
  readonly region: string
  readonly service: string
}

const signers = boundedCache<HmacSigner>(128)
let latest: HmacSigner | undefined

/**
 * The signer of a secret for a day (`YYYYMMDD`), region and service. The latest 128 are kept: deriving the key of
 * one costs four HMACs. Throws {@link AwsError} for a region or service that would change the shape of the
 * credential scope.
 */
export function hmacSigner(secret: string, date: string, region: string, service: string): Signer {
  const isSame =
    latest !== undefined &&
    latest.secret === secret &&
    latest.date === date &&
    latest.region === region &&
    latest.service === service
  if (isSame && latest !== undefined) return latest
  checkScopePart('region', region)
  checkScopePart('service', service)
  // Neither has a slash in it: no two have the same name.
  latest = signers.get(`${region}/${service}/${date}/${secret}`, () =>
    makeSigner(secret, date, region, service),
  )
  return latest
}

function makeSigner(secret: string, date: string, region: string, service: string): HmacSigner {
  const sign = hmacSha256(signingKey(secret, date, region, service))
  return {
    algorithm: hmacAlgorithm,
    scope: `${date}/${region}/${service}/${terminator}`,
    sign,
    verify: (text: string, signature: string) => equalTexts(sign(text), signature),
    secret,
    date,
    region,
    service,
  }
}

/** The signing key (IAM User Guide, "Create a signed AWS API request", step 4). */
function signingKey(secret: string, date: string, region: string, service: string): Buffer {
  let key: Buffer = Buffer.from(`AWS4${secret}`, 'utf8')
  for (const part of [date, region, service, terminator]) {
    // With a key object this is faster than with bytes, even when that is used only once.
    key = createHmac('sha256', createSecretKey(key)).update(part).digest()
  }
  return key
}
