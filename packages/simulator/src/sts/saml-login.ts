import {
  parseXml,
  SamlError,
  type VerifiedResponse,
  verifyResponse,
  type WeakAlgorithm,
  type XmlElement,
} from '@rolecall/saml'
import type { SamlProvider } from '../iam/saml-providers.ts'
import { accessDenied, Fault } from '../query/fault.ts'
import { invalidIdentityToken } from './saml-facts.ts'

/** Verifies what is posted to AWS as a SAML response. */
export interface SamlLogin {
  /** Gives the verified response and its Recipient, an AWS sign-in URL. Throws `Fault`. */
  verify(
    encoded: string,
    provider: SamlProvider,
    now: Date,
  ): Promise<{ readonly response: VerifiedResponse; readonly recipient: string }>
}

type Partition = SamlProvider['account']['partition']

/** Sign-in URLs by partition: global, of a region, and those of providers that require encryption. */
const signInUrls: Readonly<Record<Partition, RegExp>> = {
  aws: /^https:\/\/(?:[a-z0-9-]+\.)?signin\.aws\.amazon\.com\/saml(?:\/acs\/[A-Z0-9]+)?$/,
  'aws-us-gov':
    /^https:\/\/(?:[a-z0-9-]+\.)?signin\.amazonaws-us-gov\.com\/saml(?:\/acs\/[A-Z0-9]+)?$/,
  'aws-cn': /^https:\/\/(?:[a-z0-9-]+\.)?signin\.amazonaws\.cn\/saml(?:\/acs\/[A-Z0-9]+)?$/,
  'aws-eusc': /^https:\/\/[a-z0-9-]+\.signin\.amazonaws-eusc\.eu\/saml(?:\/acs\/[A-Z0-9]+)?$/,
}

/** AWS's entity ID by partition. That of aws-cn is from practice, that of aws-eusc is not established. */
const audiences: Readonly<Record<Partition, string>> = {
  aws: 'urn:amazon:webservices',
  'aws-us-gov': 'urn:amazon:webservices:govcloud',
  'aws-cn': 'urn:amazon:webservices:cn-north-1',
  'aws-eusc': 'urn:amazon:webservices',
}

/** AWS documents no clock skew; a small one keeps two clocks of one machine room working. */
const clockSkewSeconds = 30

/** What AWS decrypts beside AES in GCM: AES in CBC (IAM guide, "SAML encryption"). */
const allowed: readonly WeakAlgorithm[] = ['aes128-cbc', 'aes256-cbc']

/** Makes the verifier. `ownAcs` is the simulator's own sign-in URL. */
export function createSamlLogin(options: { readonly ownAcs: string }): SamlLogin {
  return {
    async verify(encoded, provider, now) {
      const { partition } = provider.account
      // Hints only choose what to verify against; verifyResponse then holds the signed values to them.
      const hints = readHints(encoded)
      const entity = provider.entities.find(candidate => candidate.entityId === hints.issuer)
      if (entity?.idp === undefined) {
        throw invalidIdentityToken('Issuer not present in specified provider')
      }
      if (provider.encryptionMode === 'Required' && !hints.isEncrypted) {
        throw invalidIdentityToken('SAML assertion must be encrypted for the specified provider')
      }
      const { recipient } = hints
      if (recipient !== options.ownAcs && !signInUrls[partition].test(recipient)) {
        throw invalidIdentityToken(
          'Response does not contain a recipient that is an AWS sign-in URL',
        )
      }
      try {
        const response = await verifyResponse(encoded, {
          idp: {
            entityId: entity.entityId,
            signingKeys: entity.idp.signingCertificates,
            allow: allowed,
          },
          sp: {
            entityId: audiences[partition],
            acsUrl: recipient,
            decryptionKeys: provider.privateKeys.map(({ key }) => key),
          },
          now,
          clockSkewSeconds,
          inResponseTo: null,
          // Whether AWS refuses an assertion that it saw before is not documented: none is refused here.
          replay: { seen: () => false },
        })
        return { response, recipient }
      } catch (error) {
        throw error instanceof SamlError ? faultOf(error) : error
      }
    },
  }
}

function faultOf(error: SamlError): Fault {
  switch (error.code) {
    case 'assertion.expired':
    case 'response.issue-instant':
      return stale()
    case 'assertion.audience':
      return invalidIdentityToken('Response does not contain the required audience')
    case 'response.issuer':
      return invalidIdentityToken('Issuer not present in specified provider')
    case 'assertion.subject':
      return accessDenied('Not authorized to perform sts:AssumeRoleWithSAML')
    default:
      // AWS's texts for other defects are not established; the check's name helps who tests against this.
      return invalidIdentityToken(
        error.code.startsWith('signature.')
          ? 'Response signature invalid'
          : `Invalid SAML response: ${error.code}`,
      )
  }
}

/** 400 ExpiredTokenException: the assertion is too old; `verifyResponse` has AWS's bound of five minutes. */
export function stale(): Fault {
  const text = 'Token must be redeemed within 5 minutes of issuance'
  return new Fault(400, 'ExpiredTokenException', text)
}

function readHints(encoded: string) {
  try {
    const { root } = parseXml(Buffer.from(encoded, 'base64'))
    const assertion = find(root, 'Assertion')
    const isEncrypted = assertion === undefined && find(root, 'EncryptedAssertion') !== undefined
    // What is encrypted cannot be looked at yet: the response around it says from whom and to where.
    const issuer = find(assertion ?? root, 'Issuer')
    const confirmation = assertion && find(assertion, 'SubjectConfirmationData')
    const recipient = isEncrypted
      ? attribute(root, 'Destination')
      : confirmation && attribute(confirmation, 'Recipient')
    return {
      issuer: issuer === undefined ? '' : text(issuer),
      recipient: recipient ?? '',
      isEncrypted,
    }
  } catch (error) {
    throw error instanceof SamlError ? faultOf(error) : error
  }
}

const attribute = (element: XmlElement, name: string): string | undefined =>
  element.attributes.find(({ local }) => local === name)?.value

function find(element: XmlElement, local: string): XmlElement | undefined {
  for (const node of element.children) {
    if (node.kind !== 'element') continue
    const found = node.local === local ? node : find(node, local)
    if (found !== undefined) return found
  }
  return undefined
}

function text(element: XmlElement): string {
  return element.children.map(node => (node.kind === 'text' ? node.value : '')).join('')
}
