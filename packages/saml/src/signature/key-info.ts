import { X509Certificate } from 'node:crypto'
import { SamlError } from '../errors.ts'
import { el, type XmlOutput } from '../xml/write.ts'

/** A ds:KeyInfo that holds one PEM certificate (xmldsig-core 4.5.4), its base64 without line breaks. */
export function keyInfo(pem: string): XmlOutput {
  const certificate = el('ds:X509Certificate', {}, certificateBase64(pem))
  return el('ds:KeyInfo', {}, el('ds:X509Data', {}, certificate))
}

function certificateBase64(pem: string): string {
  try {
    return new X509Certificate(pem).raw.toString('base64')
  } catch {
    throw new SamlError('option.invalid', {
      check: 'certificate',
      expected: 'a PEM X.509 certificate',
    })
  }
}
