import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { elementsAmid, elementsOf, isNamed, textOf } from '../xml/read.ts'
import { sequence, slot } from '../xml/sequence.ts'
import { el, writeXml, type XmlOutput } from '../xml/write.ts'

const content = [slot('soap:Header?'), slot('soap:Body')] as const

/** The SOAP 1.1 envelope around one message (saml-bindings 3.2.2). */
export function encodeSoap(message: XmlOutput): string {
  return writeXml(el('soap:Envelope', {}, el('soap:Body', {}, message)))
}

/**
 * The only child of the Body of a SOAP 1.1 envelope (saml-bindings 3.2.2.1), as it was received.
 * Refuses a header block that must be understood, as none is (SOAP 1.1, 4.2.3), anything after the
 * Body, and attributes without a namespace; a Fault refuses with what it says.
 */
export function messageInSoap(envelope: XmlElement): XmlElement {
  if (!isNamed(envelope, namespaces.soap, 'Envelope')) {
    refuse('root element', 'soap:Envelope', envelope.local)
  }
  const [[header], [body]] = sequence(envelope, content, 'soap.invalid')
  if (body === undefined) return refuse('soap:Body', 'one', 'none')
  for (const part of header === undefined ? [envelope, body] : [envelope, header, body]) {
    const plain = part.attributes.find(({ namespace }) => namespace === '')
    if (plain !== undefined) refuse(`attributes of soap:${part.local}`, 'none', plain.name)
  }
  for (const block of header === undefined ? [] : elementsOf(header)) refuseMandatory(block)
  const [message, ...others] = elementsOf(body)
  if (message === undefined || others.length > 0) {
    return refuse('children of soap:Body', 'one', String(elementsOf(body).length))
  }
  if (isNamed(message, namespaces.soap, 'Fault')) refuseFault(message)
  return message
}

function refuseMandatory(block: XmlElement): void {
  const isMandatory = block.attributes.some(
    ({ namespace, local, value }) =>
      namespace === namespaces.soap && local === 'mustUnderstand' && value !== '0',
  )
  if (isMandatory) refuse('soap:Header', 'no block that must be understood', block.local)
}

function refuseFault(fault: XmlElement): never {
  const parts = elementsAmid(fault).filter(({ local }) => /^fault(?:code|string)$/.test(local))
  throw new SamlError('soap.fault', {
    check: 'soap:Body',
    expected: 'a SAML message',
    received: `a Fault: ${parts.map(textOf).join(', ')}`,
  })
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('soap.invalid', { check, expected, received })
}
