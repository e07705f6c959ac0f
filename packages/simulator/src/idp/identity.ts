import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { bindings, buildMetadata, nameIdFormats } from '@rolecall/saml'
import { selfSignedCertificate } from './certificate.ts'

/** Who the company IdP is: its names, its key, its metadata. */
export interface IdpIdentity {
  /** Origin, without a trailing slash. */
  readonly url: string
  readonly entityId: string
  readonly metadataUrl: string
  readonly ssoUrl: string
  readonly sloUrl: string
  readonly signingKey: KeyObject
  /** PEM. */
  readonly certificate: string
  readonly metadataXml: string
}

const tenYearsMs = 3650 * 24 * 3600 * 1000
const oneDayMs = 24 * 3600 * 1000

/** Makes the IdP's identity with a fresh RSA key of 2048 bits. The entity ID is the metadata's URL. */
export function createIdpIdentity(
  url: string,
  now: Date,
  wantAuthnRequestsSigned: boolean,
): IdpIdentity {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = selfSignedCertificate(privateKey, {
    commonName: 'Simulated company IdP',
    notBefore: new Date(now.getTime() - oneDayMs),
    notAfter: new Date(now.getTime() + tenYearsMs),
  })
  const entityId = `${url}/metadata`
  const ssoUrl = `${url}/sso`
  const sloUrl = `${url}/slo`
  const metadataXml = buildMetadata({
    entityId,
    idp: {
      ssoEndpoints: [
        { binding: bindings.redirect, location: ssoUrl },
        { binding: bindings.post, location: ssoUrl },
      ],
      sloEndpoints: [
        { binding: bindings.redirect, location: sloUrl },
        { binding: bindings.post, location: sloUrl },
      ],
      signingCertificates: [certificate],
      nameIdFormats: [nameIdFormats.persistent],
      wantAuthnRequestsSigned,
    },
  })
  return {
    url,
    entityId,
    metadataUrl: entityId,
    ssoUrl,
    sloUrl,
    signingKey: privateKey,
    certificate,
    metadataXml,
  }
}
