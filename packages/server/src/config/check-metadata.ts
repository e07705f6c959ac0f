import {
  bindings,
  checkKey,
  type MetadataEntity,
  readMetadata,
  SamlError,
  samlErrors,
} from '@rolecall/saml'
import { isSecureUrl } from '../outgoing/index.ts'
import type { KeyPath } from './key-path.ts'
import { suggestion } from './nearest.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'
import type { AllowedAlgorithm } from './weak-algorithms.ts'

const again = 'download the metadata from the identity provider again'

/**
 * Reports metadata files in which the identity provider that is meant cannot be found, or has
 * nothing to sign in with: a file, unlike an address, does not get better by itself.
 */
export function checkMetadata(
  sections: Sections,
  texts: ReadonlyMap<number, string>,
  report: Report,
): void {
  for (const [index, text] of texts) {
    const path: KeyPath = ['signIn', 'saml', index]
    const filePath: KeyPath = [...path, 'metadata', 'file']
    const providers = identityProviders(text)
    if (typeof providers === 'string') {
      report.problem(filePath, `this is not SAML metadata: ${providers}`, again)
      continue
    }
    const found = providers.map(({ entityId }) => entityId)
    const wanted = sections.saml[index]?.entityId
    if (found.length === 0) {
      const remedy = 'use the metadata of the identity provider, not of a service provider'
      report.problem(filePath, 'the metadata describes no identity provider', remedy)
    } else if (wanted !== undefined && !found.includes(wanted)) {
      const message = 'the metadata has no identity provider of this name'
      report.problem([...path, 'entityId'], message, suggestion(wanted, found, 'provider'))
    } else if (wanted === undefined && found.length > 1) {
      const message = `the metadata describes ${found.length} identity providers: which one is meant?`
      report.problem([...path, 'entityId'], message, suggestion('', found, 'provider'))
    } else {
      const meant = providers.find(({ entityId }) => entityId === (wanted ?? entityId))
      if (meant !== undefined) {
        const allowed = sections.saml[index]?.allow ?? []
        checkProvider(meant, allowed, filePath, report)
        checkWantedSignature(meant, index, sections, report)
        checkLogout(meant, index, sections, report)
      }
    }
  }
}

/** The identity providers, or why the text could not be read. */
function identityProviders(text: string): readonly MetadataEntity[] | string {
  try {
    return readMetadata(text).entities.filter(entity => entity.idp !== undefined)
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    // The table's words, not the error's own: those quote the file, which may be the wrong one.
    return `${samlErrors[error.code].meaning} (${error.check})`
  }
}

function checkProvider(
  { idp }: MetadataEntity,
  allowed: readonly AllowedAlgorithm[],
  path: KeyPath,
  report: Report,
): void {
  if (idp?.signingCertificates.some(each => isUsable(each, allowed)) !== true) {
    const remedy = `${again}; a key is RSA of 2048 bits or more, or EC on P-256, P-384 or P-521`
    report.problem(path, 'the identity provider has no signing certificate of use', remedy)
  }
  // The gateway sends people to the first of the binding that it prefers.
  const endpoints = idp?.ssoEndpoints ?? []
  const first = (binding: string) => endpoints.find(endpoint => endpoint.binding === binding)
  const endpoint = first(bindings.redirect) ?? first(bindings.post)
  if (endpoint === undefined || !isSecureUrl(new URL(endpoint.location))) {
    const message = 'the identity provider has no https address for sign-in'
    report.problem(path, message, `${again}; HTTP-Redirect and HTTP-POST are understood`)
  }
}

function checkWantedSignature(
  { idp }: MetadataEntity,
  index: number,
  { saml, signIn }: Sections,
  report: Report,
): void {
  if (idp?.wantAuthnRequestsSigned !== true) return
  const path: KeyPath = ['signIn', 'saml', index]
  const { signRequests } = saml[index] ?? {}
  if (signRequests === false) {
    const message = 'the identity provider wants signed requests (WantAuthnRequestsSigned)'
    report.warning([...path, 'signRequests'], message, 'remove this line, unless it takes others')
  } else if (signRequests === undefined && signIn?.samlKeys.length === 0) {
    const message = 'the identity provider wants signed requests, and there is no key to sign with'
    const remedy = 'add a key pair under `signIn.samlKeys`'
    report.problem([...path, 'metadata', 'file'], message, remedy)
  }
}

function checkLogout({ idp }: MetadataEntity, index: number, { saml }: Sections, report: Report) {
  const isUsable = idp?.sloEndpoints.some(
    ({ binding, location }) =>
      (binding === bindings.redirect || binding === bindings.post) &&
      isSecureUrl(new URL(location)),
  )
  if (saml[index]?.logout !== 'single' || isUsable === true) return
  const message = 'the identity provider has no https address for single logout'
  const remedy = 'signing out ends the session here alone; `logout: local` says the same'
  report.warning(['signIn', 'saml', index, 'logout'], message, remedy)
}

/**
 * With a weak kind of key allowed, whatever its last day: a gateway must not fail to start because a
 * day has passed.
 */
function isUsable(certificate: string, allowed: readonly AllowedAlgorithm[]): boolean {
  try {
    checkKey(
      certificate,
      allowed.map(({ algorithm }) => algorithm),
    )
    return true
  } catch (error) {
    if (error instanceof SamlError) return false
    throw error
  }
}
