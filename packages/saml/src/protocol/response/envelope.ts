import { SamlError, type SamlErrorDetails } from '../../errors.ts'
import { namespaces, statusCodes } from '../../names.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, elementsOf, isNamed, textOf } from '../../xml/read.ts'
import { sequence, slot } from '../../xml/sequence.ts'
import { readHeader, readIssuer } from './header.ts'

/** What stands in a Response outside its assertion (saml-core 3.2.2). */
export interface Envelope {
  readonly id: string
  readonly issuer: string | undefined
  readonly issueInstant: Date
  readonly destination: string | undefined
  readonly inResponseTo: string | undefined
  /** The Assertion, or the EncryptedAssertion when `isEncrypted`. */
  readonly assertion: XmlElement
  readonly isEncrypted: boolean
}

/**
 * The refusal of a response that says no itself: with its status codes, the top level first. Nobody
 * need have signed them: good for what to say or to ask next, such as a sign-in that is not passive.
 */
export class ResponseStatusError extends SamlError {
  readonly statusCodes: readonly string[]

  constructor(codes: readonly string[], details: SamlErrorDetails) {
    super('response.status', details)
    this.statusCodes = Object.freeze([...codes])
  }
}

const content = [
  slot('saml:Issuer?'),
  slot('ds:Signature?'),
  slot('samlp:Extensions?'),
  slot('samlp:Status*'),
  slot('saml:Assertion*'),
  slot('saml:EncryptedAssertion*'),
] as const
const statusContent = [
  slot('samlp:StatusCode'),
  slot('samlp:StatusMessage?'),
  slot('samlp:StatusDetail?'),
] as const

/**
 * Reads a Response in schema order: status Success, exactly one assertion, encrypted or not (R11).
 * Of a Response that is not signed the result can refuse a message, never vouch for anything.
 */
export function readEnvelope(response: XmlElement): Envelope {
  if (!isNamed(response, namespaces.samlp, 'Response')) {
    throw new SamlError('xml.structure', {
      check: 'root element',
      expected: 'samlp:Response',
      received: response.local,
    })
  }
  const { id, issueInstant } = readHeader(response, ['Destination', 'InResponseTo', 'Consent'])
  const count = elementsOf(response).filter(isAssertion).length
  if (count > 1) refuseCount(count)
  const [issuer, , , status, plain, encrypted] = sequence(response, content)
  checkStatus(status)
  const assertion = plain[0] ?? encrypted[0] ?? refuseCount(0)
  return {
    id,
    issuer: issuer[0] === undefined ? undefined : readIssuer(issuer[0]),
    issueInstant,
    destination: attribute(response, 'Destination'),
    inResponseTo: attribute(response, 'InResponseTo'),
    assertion,
    isEncrypted: encrypted.length > 0,
  }
}

function isAssertion(element: XmlElement): boolean {
  return (
    isNamed(element, namespaces.saml, 'Assertion') ||
    isNamed(element, namespaces.saml, 'EncryptedAssertion')
  )
}

function refuseCount(received: number): never {
  throw new SamlError('response.assertion', {
    check: 'assertions of the Response',
    expected: 'one',
    received: String(received),
  })
}

/** The top-level code decides; a Success further down means nothing (saml-core 3.2.2.2). */
function checkStatus([status, ...others]: readonly XmlElement[]): void {
  if (status === undefined || others.length > 0) {
    throw new SamlError('response.status', {
      check: 'Status',
      expected: 'one',
      received: status === undefined ? 'none' : 'several',
    })
  }
  const [[code], [message]] = sequence(status, statusContent, 'response.status')
  const value = code === undefined ? undefined : attribute(code, 'Value')
  if (value === statusCodes.success) return
  const nested = code === undefined ? [] : elementsOf(code)
  const codes = [value ?? 'none', ...nested.map(each => attribute(each, 'Value') ?? 'none')]
  const reason = message === undefined ? '' : ` (${textOf(message)})`
  throw new ResponseStatusError(codes, {
    check: 'StatusCode',
    expected: statusCodes.success,
    received: `${codes.join(', ')}${reason}`,
  })
}
