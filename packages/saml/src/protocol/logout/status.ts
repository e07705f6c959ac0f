import { defined } from '../../defined.ts'
import { SamlError } from '../../errors.ts'
import { namespaces, statusCodes } from '../../names.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, child, elementsOf, isNamed, textOf } from '../../xml/read.ts'
import { sequence, slot } from '../../xml/sequence.ts'

/** The Status of a response as it was sent (saml-core 3.2.2.1). */
export interface ReceivedStatus {
  /** The top-level code. */
  readonly code: string
  /** The codes below it, from the second level down. */
  readonly subCodes: readonly string[]
  readonly message?: string
}

/** What a status says of a logout: PartialLogout counts under any top-level code (saml-core 3.7.3.2). */
export type LogoutOutcome = 'complete' | 'partial' | 'failed'

const content = [
  slot('samlp:StatusCode'),
  slot('samlp:StatusMessage?'),
  slot('samlp:StatusDetail?'),
] as const

/** Reads a Status; a StatusCode without Value or with anything but one StatusCode in it refuses. */
export function readStatus(status: XmlElement): ReceivedStatus {
  const [[top], [message]] = sequence(status, content, 'logout.malformed')
  const codes: string[] = []
  for (let next = top; next !== undefined; next = child(next, namespaces.samlp, 'StatusCode')) {
    const value = attribute(next, 'Value') ?? ''
    if (value === '') refuse('Value of StatusCode', 'a URI', 'none')
    const foreign = elementsOf(next).find(each => !isNamed(each, namespaces.samlp, 'StatusCode'))
    if (foreign !== undefined) refuse('content of StatusCode', 'a StatusCode', foreign.local)
    codes.push(value)
  }
  const [code = '', ...subCodes] = codes
  return defined({
    code,
    subCodes: Object.freeze(subCodes),
    message: message === undefined ? undefined : textOf(message),
  })
}

/** How far a logout went. */
export function outcomeOf({ code, subCodes }: ReceivedStatus): LogoutOutcome {
  if (subCodes.includes(statusCodes.partialLogout)) return 'partial'
  return code === statusCodes.success ? 'complete' : 'failed'
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('logout.malformed', { check, expected, received })
}
