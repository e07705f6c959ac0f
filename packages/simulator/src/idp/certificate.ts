import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'

/** DER: one tag, its length, its content (ITU-T X.690, 8.1). */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const digits = body.length.toString(16)
  const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body])
}

const sequence = (...content: readonly Uint8Array[]) => der(0x30, ...content)
const integer = (bytes: Uint8Array) => der(0x02, bytes)
/** 1.2.840.113549.1.1.11, sha256WithRSAEncryption, with the NULL that RFC 4055 wants. */
const sha256WithRsa = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05))
/** 2.5.4.3, commonName. */
const commonName = der(0x06, Buffer.from('550403', 'hex'))

function name(text: string): Buffer {
  return sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(text)))))
}

/** RFC 5280, 4.1.2.5: UTCTime until 2049, then GeneralizedTime. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits))
}

/**
 * A self-signed X.509 certificate (RFC 5280, version 1: no extensions) for an RSA key, as PEM. SAML metadata wants its
 * keys in certificates; nothing in SAML looks at more than the key.
 */
export function selfSignedCertificate(
  key: KeyObject,
  options: { readonly commonName: string; readonly notBefore: Date; readonly notAfter: Date },
): string {
  const serial = randomBytes(16)
  // Positive and without leading zero octets, whatever the dice say.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const subject = name(options.commonName)
  const body = sequence(
    integer(serial),
    sha256WithRsa,
    subject,
    sequence(time(options.notBefore), time(options.notAfter)),
    subject,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', body, key)
  const certificate = sequence(body, sha256WithRsa, der(0x03, Buffer.from([0]), signature))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
