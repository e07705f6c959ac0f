import type { Decryption } from '../../encryption/decrypt-element.ts'
import { SamlError } from '../../errors.ts'
import { namespaces } from '../../names.ts'
import type { VerifiedElement } from '../../signature/verify-signature.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { elementsOf, isNamed } from '../../xml/read.ts'
import { sequence, slot } from '../../xml/sequence.ts'
import { readAttributes } from './attributes.ts'
import { type AuthnStatement, readAuthnStatement } from './authn-statement.ts'
import { type Conditions, readConditions } from './conditions.ts'
import { readHeader, readIssuer } from './header.ts'
import { readSubject, type Subject } from './subject.ts'

/** The facts of an assertion (saml-core 2.3.3), not yet held against what was expected. */
export interface AssertionFacts {
  readonly id: string
  readonly issuer: string
  readonly issueInstant: Date
  readonly subject: Subject
  readonly conditions: Conditions
  readonly authn: AuthnStatement
  readonly attributes: Map<string, string[]>
}

const content = [
  slot('saml:Issuer'),
  slot('saml:Subject?'),
  slot('saml:Conditions?'),
  slot('saml:Advice?'),
] as const

/**
 * Reads an assertion in schema order; one Subject, one Conditions, one AuthnStatement. What is
 * encrypted in it is signed with it, and decrypted.
 */
export function readAssertion(assertion: VerifiedElement, decryption: Decryption): AssertionFacts {
  const { id, issueInstant } = readHeader(assertion, [])
  const statements: XmlElement[] = []
  const head: XmlElement[] = []
  for (const each of elementsOf(assertion)) {
    if (isStatement(each)) statements.push(each)
    else if (statements.length === 0) head.push(each)
    else refuse('order of children', 'statements last', each.local)
  }
  const [[issuer], [subject], [conditions]] = sequence({ ...assertion, children: head }, content)
  if (issuer === undefined) return refuse('Issuer', 'one', 'none')
  return {
    id,
    issueInstant,
    issuer: readIssuer(issuer),
    subject: readSubject(subject, decryption),
    conditions: readConditions(conditions),
    authn: readAuthnStatement(statements.filter(each => each.local === 'AuthnStatement')),
    attributes: readAttributes(
      statements.filter(each => each.local === 'AttributeStatement'),
      decryption,
    ),
  }
}

/** AuthzDecisionStatement and statements by xsi:type are not understood, so they refuse. */
function isStatement(element: XmlElement): boolean {
  return (
    isNamed(element, namespaces.saml, 'AuthnStatement') ||
    isNamed(element, namespaces.saml, 'AttributeStatement')
  )
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('xml.structure', { check: `${check} of Assertion`, expected, received })
}
