import { createHash } from 'node:crypto'
import { Failure } from '../failure.ts'

/** What the key is to sign for. */
export interface AssertionInput {
  /** SHA-256 of clientDataJSON. */
  readonly clientDataHash: Uint8Array
  /** Relying party, or the AppID of a U2F credential. */
  readonly rpId: string
  readonly credentialId: Uint8Array
}

/** The input of `fido2-assert -G` (fido2-assert(1), "INPUT FORMAT"): lines of base64, the rpId as it is. */
export function assertionInput({ clientDataHash, rpId, credentialId }: AssertionInput): string {
  // A line break would begin another field.
  if (/[\r\n\0]/.test(rpId))
    throw new Failure('provider', 'the site of the security key is no name')
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return `${base64(clientDataHash)}\n${rpId}\n${base64(credentialId)}\n`
}

/** Its output: the hash and the rpId again, the authenticator data, the signature. */
export function readAssertion(
  output: string,
  { clientDataHash, rpId }: AssertionInput,
): { readonly authenticatorData: Buffer; readonly signature: Buffer } {
  const [hash = '', site, data = '', signature = ''] = output.split('\n')
  const authenticatorData = unwrapped(Buffer.from(data, 'base64'), rpId)
  const isSame = Buffer.from(hash, 'base64').equals(clientDataHash) && site === rpId
  if (isSame && authenticatorData !== undefined && signature !== '') {
    return { authenticatorData, signature: Buffer.from(signature, 'base64') }
  }
  throw new Failure(
    'mfaRefused',
    'fido2-assert gave no assertion in a form that is known',
    'update the tools of libfido2',
  )
}

/** The tool gives the data as a byte string of CBOR (RFC 8949, 3.1): what stands in it begins with the site's hash. */
function unwrapped(data: Buffer, rpId: string): Buffer | undefined {
  const site = createHash('sha256').update(rpId).digest()
  const plain = [data, ...cborBytes(data)].find(each => each.subarray(0, 32).equals(site))
  return plain !== undefined && plain.length >= 37 ? plain : undefined
}

function cborBytes(data: Buffer): readonly Buffer[] {
  if (data.length < 3) return []
  const head = data.readUInt8(0)
  const [from, length] = head === 0x58 ? [2, data.readUInt8(1)] : [3, data.readUInt16BE(1)]
  if ((head !== 0x58 && head !== 0x59) || data.length !== from + length) return []
  return [data.subarray(from)]
}
