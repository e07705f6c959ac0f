import { SamlError } from '../../errors.ts'
import { attributeNameFormats, namespaces } from '../../names.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, elementsOf, isNamed, isWhiteSpace, textOf } from '../../xml/read.ts'

/**
 * The attributes of all statements by Name, values in document order. Attributes of the same Name
 * and NameFormat are merged; the same Name with another NameFormat refuses, because the name alone
 * would not say which one is meant. An attribute with a value that holds elements is left out whole
 * (R11): eduPersonTargetedID is such a one, and there is no text that stands for it.
 */
export function readAttributes(statements: readonly XmlElement[]): Map<string, string[]> {
  // A Map, so that an attribute named __proto__ is like any other.
  const values = new Map<string, string[]>()
  const formats = new Map<string, string>()
  const structured = new Set<string>()
  for (const element of attributesOf(statements)) {
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
    for (const value of elementsOf(element)) {
      if (!isNamed(value, namespaces.saml, 'AttributeValue')) {
        refuse(`attribute ${name}`, 'AttributeValue', value.local)
      }
      const text = onlyText(value)
      if (text !== undefined) all.push(text)
      else if (isStructured(value, name)) structured.add(name)
      else all.push(textOf(value))
    }
    values.set(name, all)
  }
  for (const name of structured) values.delete(name)
  return values
}

function attributesOf(statements: readonly XmlElement[]): readonly XmlElement[] {
  const [first] = statements
  if (first !== undefined && statements.length === 1) return elementsOf(first)
  return statements.flatMap(elementsOf)
}

/** The text of an element that holds one run of it and nothing else, as nearly all values do. */
function onlyText({ children }: XmlElement): string | undefined {
  const [child] = children
  return child?.kind === 'text' && children.length === 1 ? child.value : undefined
}

/** Whether a value holds elements instead of text; both at once refuse, as readers differ on them. */
function isStructured({ children }: XmlElement, name: string): boolean {
  if (!children.some(({ kind }) => kind === 'element')) return false
  if (children.some(child => child.kind === 'text' && !isWhiteSpace(child.value))) {
    refuse(`attribute ${name}`, 'text or elements', 'both')
  }
  return true
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('assertion.attribute', { check, expected, received })
}
