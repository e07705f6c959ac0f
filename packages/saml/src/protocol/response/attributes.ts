import { SamlError } from '../../errors.ts'
import { attributeNameFormats, namespaces } from '../../names.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, elementsOf, isNamed, textOf } from '../../xml/read.ts'

/**
 * The attributes of all statements by Name, values in document order. Attributes of the same Name
 * and NameFormat are merged; the same Name with another NameFormat refuses, because the name alone
 * would not say which one is meant. A value that holds elements refuses (R11).
 */
export function readAttributes(statements: readonly XmlElement[]): Map<string, string[]> {
  // A Map, so that an attribute named __proto__ is like any other.
  const values = new Map<string, string[]>()
  const formats = new Map<string, string>()
  for (const element of statements.flatMap(elementsOf)) {
    if (isNamed(element, namespaces.saml, 'EncryptedAttribute')) {
      throw new SamlError('response.encrypted', {
        check: 'attribute',
        expected: 'one in the clear',
        received: 'an encrypted one',
      })
    }
    const name = attribute(element, 'Name') ?? ''
    if (!isNamed(element, namespaces.saml, 'Attribute') || name === '') {
      refuse('AttributeStatement', 'attributes with names', element.local)
    }
    const format = attribute(element, 'NameFormat') ?? attributeNameFormats.unspecified
    if ((formats.get(name) ?? format) !== format) {
      refuse(`NameFormat of ${name}`, formats.get(name) ?? '', format)
    }
    formats.set(name, format)
    const all = values.get(name) ?? []
    for (const value of elementsOf(element)) all.push(textValue(value, name))
    values.set(name, all)
  }
  return values
}

function textValue(element: XmlElement, name: string): string {
  if (!isNamed(element, namespaces.saml, 'AttributeValue')) {
    refuse(`attribute ${name}`, 'AttributeValue', element.local)
  }
  if (element.children.some(({ kind }) => kind === 'element')) {
    refuse(`attribute ${name}`, 'text', 'elements')
  }
  return textOf(element)
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('assertion.attribute', { check, expected, received })
}
