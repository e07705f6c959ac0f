import { type KeyObject, X509Certificate } from 'node:crypto'
import { SamlError } from '../errors.ts'
import { el, type XmlTree } from '../xml/write.ts'

// A certificate that was held against its key once need not be again: that costs as much as a
// signature. Bounded, and by the key's own life.
const checkedPairs = new WeakMap<KeyObject, Map<string, XmlTree>>()
const maxCertificates = 8

/**
 * A ds:KeyInfo that holds one PEM certificate (xmldsig-core 4.5.4), its base64 without line breaks.
 * With a private key, a certificate of another key is refused: nobody could verify with it.
 */
export function keyInfo(pem: string, key?: KeyObject): XmlTree {
  if (key === undefined) return elementOf(certificateOf(pem))
  const known = checkedPairs.get(key) ?? new Map<string, XmlTree>()
  const found = known.get(pem)
  if (found !== undefined) return found
  const certificate = certificateOf(pem)
  if (!certificate.checkPrivateKey(key)) {
    throw new SamlError('option.invalid', {
      check: 'certificate',
      expected: 'the certificate of the signing key',
      received: certificate.subject,
    })
  }
  const made = elementOf(certificate)
  if (known.size < maxCertificates) known.set(pem, made)
  checkedPairs.set(key, known)
  return made
}

function elementOf({ raw }: X509Certificate): XmlTree {
  const base64 = raw.toString('base64')
  return el('ds:KeyInfo', {}, el('ds:X509Data', {}, el('ds:X509Certificate', {}, base64)))
}

function certificateOf(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new SamlError('option.invalid', {
      check: 'certificate',
      expected: 'a PEM X.509 certificate',
    })
  }
}
