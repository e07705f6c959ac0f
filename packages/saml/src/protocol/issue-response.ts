import { createPublicKey } from 'node:crypto'
import { type Encryption, encryptElement } from '../encryption/encrypt-element.ts'
import { statusCodes } from '../names.ts'
import type { SigningKey } from '../signature/algorithms.ts'
import { readySigner } from '../signature/octets.ts'
import {
  runSigning,
  runSigningOnPool,
  type SigningSteps,
  signingSteps,
} from '../signature/sign-output.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import { parseXml } from '../xml/parse.ts'
import { el, writeXml, type XmlOutput, type XmlTree } from '../xml/write.ts'
import {
  type AssertionOptions,
  assertionElement,
  type ResponseBase,
  requestId,
} from './assertion-element.ts'
import { booleanOption, idOption, invalidOption, textOption } from './check-option.ts'
import { writeTime } from './write-time.ts'

/** Why there is no assertion (saml-core 3.2.2). */
export interface ErrorStatus {
  /** Top-level code, such as `statusCodes.responder`. */
  readonly code: string
  /** Second-level code, such as `statusCodes.authnFailed`. */
  readonly subCode?: string
  readonly message?: string
}

/** The facts of a response that carries a status and no assertion. */
export interface StatusOptions extends ResponseBase {
  readonly status: ErrorStatus
}

/** How a response is signed. An answer without assertion is signed as a whole in any case. */
export interface ResponseSigning extends SigningKey {
  readonly sign: 'assertion' | 'response' | 'both'
  /** Encrypts the assertion once it is signed, or its NameID before, for the service provider alone. */
  readonly encrypt?: Encryption & { readonly part?: 'assertion' | 'nameId' }
  /** Reads the response back and verifies it before it is answered (R16); default false. */
  readonly readBack?: boolean
}

/**
 * A signed Response for the web browser profile (saml-profiles 4.1.4.2) as XML text: one assertion
 * with one bearer confirmation, an audience, one authentication statement and the attributes in
 * their order; or, with `status`, an answer without assertion. The text is written in canonical
 * form by the one escaping writer and signed as it was written. The attributes that AWS reads:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
 * Throws `SamlError` `option.invalid` or `write.character`.
 */
export function issueResponse(
  options: AssertionOptions | StatusOptions,
  signing: ResponseSigning,
): string {
  return readBack(runSigning(issuingSteps(options, signing)), signing)
}

/**
 * `issueResponse` with the private key's work on the thread pool: several cores sign, and the event
 * loop goes on meanwhile.
 */
export async function issueResponseAsync(
  options: AssertionOptions | StatusOptions,
  signing: ResponseSigning,
): Promise<string> {
  return readBack(await runSigningOnPool(issuingSteps(options, signing)), signing)
}

/** What is written is canonical by its making, which tests hold; who wants to see it each time can. */
function readBack(xml: string, signing: ResponseSigning): string {
  if (!booleanOption('readBack', signing.readBack)) return xml
  const isSealed = signing.encrypt !== undefined && signing.sign === 'assertion'
  if (isSealed) parseXml(xml)
  else verifySignature(xml, createPublicKey(readySigner(signing).key))
  return xml
}

function* issuingSteps(
  options: AssertionOptions | StatusOptions,
  signing: ResponseSigning,
): SigningSteps<string> {
  const { sign, encrypt } = signing
  if (options.status !== undefined) {
    if (options.status.code === statusCodes.success) {
      invalidOption('status.code', 'a code other than Success', 'Success without an assertion')
    }
    const answer = responseElement(options, options.status, undefined)
    return writeXml(yield* signingSteps(answer, signing))
  }
  const { assertionId, responseId } = options
  if (assertionId !== undefined && assertionId === responseId) {
    invalidOption('assertionId', 'another ID than the response has', assertionId)
  }
  const part = encrypt === undefined ? undefined : (encrypt.part ?? 'assertion')
  const assertion = assertionElement(options, nameId =>
    encrypt !== undefined && part === 'nameId'
      ? encryptElement('saml:EncryptedID', nameId, encrypt)
      : nameId,
  )
  const signed = sign === 'response' ? assertion : yield* signingSteps(assertion, signing)
  const sealed =
    encrypt !== undefined && part === 'assertion'
      ? encryptElement('saml:EncryptedAssertion', signed, encrypt)
      : signed
  const response = responseElement(options, { code: statusCodes.success }, sealed)
  return writeXml(sign === 'assertion' ? response : yield* signingSteps(response, signing))
}

function responseElement(
  options: ResponseBase,
  status: ErrorStatus,
  assertion: XmlOutput | undefined,
): XmlTree {
  return el(
    'samlp:Response',
    {
      ID: idOption('responseId', options.responseId),
      Version: '2.0',
      IssueInstant: writeTime(options.now),
      Destination: textOption('sp.acsUrl', options.sp.acsUrl),
      InResponseTo: requestId(options.inResponseTo),
    },
    el('saml:Issuer', {}, textOption('idp.entityId', options.idp.entityId)),
    statusElement(status),
    assertion,
  )
}

/** The Status element of a response (saml-core 3.2.2.1). */
export function statusElement({ code, subCode, message }: ErrorStatus): XmlTree {
  const inner = subCode === undefined ? undefined : el('samlp:StatusCode', { Value: subCode })
  return el(
    'samlp:Status',
    {},
    el('samlp:StatusCode', { Value: textOption('status.code', code) }, inner),
    message === undefined ? undefined : el('samlp:StatusMessage', {}, message),
  )
}
