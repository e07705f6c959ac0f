import { X509Certificate } from 'node:crypto'
import { AwsError } from '../errors.ts'

const pemPattern = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g
const maxCharacters = 4 * 1024 * 1024

/**
 * The certificates of authorities in PEM text. Node passes over what it cannot read, and would then trust
 * less than was asked for, silently: here it throws `AwsError` `bad_certificates`.
 */
export function readCertificates(pem: string | readonly string[]): readonly string[] {
  const texts = typeof pem === 'string' ? [pem] : pem
  const found = texts.flatMap(text => {
    if (text.length > maxCharacters) throw bad(`they are longer than ${maxCharacters} characters`)
    return text.match(pemPattern) ?? []
  })
  if (found.length === 0) throw bad('there is no "-----BEGIN CERTIFICATE-----" block')
  for (const [at, certificate] of found.entries()) {
    try {
      new X509Certificate(certificate)
    } catch {
      throw bad(`number ${at + 1} of ${found.length} is not readable`)
    }
  }
  return Object.freeze(found)
}

function bad(why: string): AwsError {
  return new AwsError('bad_certificates', `the certificates of authorities cannot be used: ${why}`)
}
