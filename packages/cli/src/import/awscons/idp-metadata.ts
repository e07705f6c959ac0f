import { bindings, buildMetadata, checkKey, SamlError } from '@rolecall/saml'
import { isSecureUrl } from '@rolecall/server/config-file'

/** What the old file says of the identity provider. */
export interface OldProvider {
  readonly endpoint: string | undefined
  readonly issuer: string | undefined
  readonly certificate: string | undefined
}

/** SAML metadata that says the same, or the key that stands in the way. */
export function idpMetadata({ endpoint, issuer, certificate }: OldProvider):
  | { readonly text: string }
  | {
      readonly key: 'saml_endpoint' | 'issuer' | 'certificate'
      readonly why: string
      readonly note: string
    } {
  const refuse = (key: 'saml_endpoint' | 'issuer' | 'certificate', why: string) => ({
    key,
    why,
    note: '<!-- Put the metadata of the identity provider here. -->\n',
  })
  if (issuer === undefined || issuer === '') return refuse('issuer', 'the provider has no name')
  const url = URL.parse(endpoint ?? '')
  if (endpoint === undefined || url === null || !isSecureUrl(url)) {
    return refuse('saml_endpoint', 'the provider has no https address for sign-in')
  }
  const pem = certificate === undefined ? undefined : pemOf(certificate)
  if (pem === undefined) return refuse('certificate', 'this is no certificate in PEM')
  try {
    checkKey(pem)
    const text = buildMetadata({
      entityId: issuer,
      idp: {
        ssoEndpoints: [{ binding: bindings.redirect, location: endpoint }],
        sloEndpoints: [],
        signingCertificates: [pem],
        encryptionCertificates: [],
        nameIdFormats: [],
        attributes: [],
        wantAuthnRequestsSigned: false,
      },
    })
    return { text: `${text}\n` }
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    return refuse('certificate', `the certificate or an address cannot be used (${error.code})`)
  }
}

/** One certificate, whatever stands around it and however it is indented. */
function pemOf(text: string): string | undefined {
  const match =
    /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(text) ??
    /^\s*(MII[A-Za-z0-9+/=\s]+)$/.exec(text)
  const base64 = match?.[1]?.replace(/\s+/g, '')
  if (base64 === undefined) return undefined
  const lines = base64.match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
