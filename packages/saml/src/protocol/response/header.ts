import { SamlError } from '../../errors.ts'
import { nameIdFormats } from '../../names.ts'
import { isNcName } from '../../xml/names.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, textOf } from '../../xml/read.ts'
import { readTime } from '../read-time.ts'

/** What a Response and an Assertion have in common. */
export interface Header {
  readonly id: string
  readonly issueInstant: Date
}

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance'

/**
 * Reads ID, Version and IssueInstant. An attribute beside these and the `further` ones refuses:
 * the schema knows none, and one that looks like an ID is an attack (R5).
 */
export function readHeader(element: XmlElement, further: readonly string[]): Header {
  const version = attribute(element, 'Version')
  if (version !== '2.0') {
    throw new SamlError('response.version', {
      check: `Version of ${element.local}`,
      expected: '2.0',
      received: version ?? 'none',
    })
  }
  for (const { name, local, namespace } of element.attributes) {
    const isKnown = ['ID', 'Version', 'IssueInstant', ...further].includes(local)
    if (namespace === '' ? isKnown : namespace === schemaInstance) continue
    throw new SamlError('xml.structure', {
      check: `attributes of ${element.local}`,
      expected: 'those of the schema',
      received: name,
    })
  }
  const id = attribute(element, 'ID')
  if (id === undefined || !isNcName(id)) {
    throw new SamlError('xml.structure', {
      check: `ID of ${element.local}`,
      expected: 'an XML name',
      received: id ?? 'none',
    })
  }
  const instant = attribute(element, 'IssueInstant') ?? ''
  return { id, issueInstant: readTime(instant, `IssueInstant of ${element.local}`) }
}

/** The entity ID in an Issuer (saml-core 2.2.5), which must be of the format for entities. */
export function readIssuer(issuer: XmlElement): string {
  const format = attribute(issuer, 'Format')
  if (format !== undefined && format !== nameIdFormats.entity) {
    throw new SamlError('response.issuer', {
      check: 'Format of Issuer',
      expected: nameIdFormats.entity,
      received: format,
    })
  }
  return textOf(issuer)
}
