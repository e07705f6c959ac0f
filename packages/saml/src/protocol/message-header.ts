import { defined } from '../defined.ts'
import { SamlError, type SamlErrorCode } from '../errors.ts'
import { nameIdFormats, namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, child, textOf } from '../xml/read.ts'
import { isId } from './id.ts'
import type { MessageCodes } from './message-codes.ts'
import { readTime } from './read-time.ts'

/** What every request and every response has (saml-core 3.2.1, 3.2.2). */
export interface MessageHeader {
  readonly id: string
  readonly issuer: string
  readonly issueInstant: Date
  readonly destination?: string
}

const common = ['ID', 'Version', 'IssueInstant', 'Destination', 'Consent']

/**
 * Reads what all messages have in common. An attribute beside this and the `further` ones refuses:
 * the schema knows none, and one that looks like an ID is an attack (R5).
 */
export function readMessageHeader(
  root: XmlElement,
  further: readonly string[],
  codes: MessageCodes,
): MessageHeader {
  const version = attribute(root, 'Version')
  if (version !== '2.0') refuse(codes.version, 'Version', '2.0', version ?? 'none')
  for (const { name, local, namespace } of root.attributes) {
    const isKnown = common.includes(local) || further.includes(local)
    if (namespace === '' ? isKnown : namespace === namespaces.xsi) continue
    refuse(codes.malformed, `attributes of ${root.local}`, 'those of the schema', name)
  }
  const id = attribute(root, 'ID') ?? ''
  if (!isId(id)) refuse(codes.malformed, 'ID', 'an ASCII NCName', id === '' ? 'none' : id)
  return defined({
    id,
    issuer: issuerOf(root, codes),
    issueInstant: readTime(attribute(root, 'IssueInstant') ?? '', 'IssueInstant'),
    destination: attribute(root, 'Destination'),
  })
}

/** The entity ID in the Issuer of a message (saml-core 2.2.5). */
export function issuerOf(root: XmlElement, codes: MessageCodes): string {
  const element = child(root, namespaces.saml, 'Issuer')
  if (element === undefined) return refuse(codes.issuer, 'Issuer', 'one', 'none')
  const format = attribute(element, 'Format')
  if (format !== undefined && format !== nameIdFormats.entity) {
    refuse(codes.issuer, 'Issuer Format', nameIdFormats.entity, format)
  }
  const issuer = textOf(element)
  if (issuer.length > 0 && issuer.length <= 1024) return issuer
  return refuse(codes.issuer, 'Issuer', '1 to 1024 characters', `${issuer.length}`)
}

/**
 * Holds Destination against the URL of the endpoint. One that is signed and came through a browser
 * must have it (saml-bindings 3.4.5.2, 3.5.5.2): else it could be sent on to another party.
 */
export function checkDestination(
  { destination }: Pick<MessageHeader, 'destination'>,
  expected: string | undefined,
  isMandatory: boolean,
  codes: MessageCodes,
): void {
  if (destination === undefined) {
    if (isMandatory) refuse(codes.destination, 'Destination', expected ?? 'one', 'none')
    return
  }
  if (expected !== undefined && destination !== expected) {
    refuse(codes.destination, 'Destination', expected, destination)
  }
}

const maxAgeSeconds = 300

/** Refuses a message that is older than 5 minutes or from the future, the skew granted. */
export function checkAge(
  { issueInstant }: MessageHeader,
  now: Date,
  skewSeconds: number,
  codes: MessageCodes,
): void {
  const age = (now.getTime() - issueInstant.getTime()) / 1000
  if (age >= -skewSeconds && age <= maxAgeSeconds + skewSeconds) return
  refuse(codes.time, 'IssueInstant', `within ${maxAgeSeconds} s of now`, `${age} s before it`)
}

/** The first instant at which `checkAge` refuses the message: until then it must be remembered (R13). */
export function rememberUntil({ issueInstant }: MessageHeader, skewSeconds: number): Date {
  return new Date(issueInstant.getTime() + (maxAgeSeconds + skewSeconds) * 1000 + 1)
}

function refuse(code: SamlErrorCode, check: string, expected: string, received: string): never {
  throw new SamlError(code, { check, expected, received })
}
