import { SamlError } from '../../errors.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, textOf } from '../../xml/read.ts'
import { sequence, slot } from '../../xml/sequence.ts'
import { readTime } from '../read-time.ts'

/** When and how the person was authenticated (saml-core 2.7.2). */
export interface AuthnStatement {
  readonly authnInstant: Date
  readonly sessionIndex: string | undefined
  readonly sessionNotOnOrAfter: Date | undefined
  readonly authnContextClassRef: string | undefined
}

const content = [slot('saml:SubjectLocality?'), slot('saml:AuthnContext')] as const
const contextContent = [
  slot('saml:AuthnContextClassRef?'),
  slot('saml:AuthnContextDecl?'),
  slot('saml:AuthnContextDeclRef?'),
  slot('saml:AuthenticatingAuthority*'),
] as const

/** Reads the one statement; two would leave open which session is meant. */
export function readAuthnStatement(statements: readonly XmlElement[]): AuthnStatement {
  const [statement] = statements
  if (statement === undefined || statements.length > 1) {
    throw new SamlError('assertion.authn-statement', {
      check: 'AuthnStatement',
      expected: 'one',
      received: String(statements.length),
    })
  }
  const [, contexts] = sequence(statement, content, 'assertion.authn-statement')
  const [[classRef]] = sequence(
    contexts[0] ?? statement,
    contextContent,
    'assertion.authn-statement',
  )
  const sessionNotOnOrAfter = attribute(statement, 'SessionNotOnOrAfter')
  return {
    authnInstant: readTime(attribute(statement, 'AuthnInstant') ?? '', 'AuthnInstant'),
    sessionIndex: attribute(statement, 'SessionIndex'),
    sessionNotOnOrAfter:
      sessionNotOnOrAfter === undefined
        ? undefined
        : readTime(sessionNotOnOrAfter, 'SessionNotOnOrAfter'),
    authnContextClassRef: classRef === undefined ? undefined : textOf(classRef),
  }
}
