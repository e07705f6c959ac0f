import { SamlError } from '../errors.ts'
import type { XmlElement } from './nodes.ts'

/** The child elements; text other than white space between them is refused. */
export function elementsOf(element: XmlElement): XmlElement[] {
  const found: XmlElement[] = []
  for (const child of element.children) {
    if (child.kind === 'element') found.push(child)
    else if (child.kind === 'text' && !isWhiteSpace(child.value)) {
      throw new SamlError('xml.structure', {
        check: `content of ${element.local}`,
        expected: 'elements only',
        received: 'text',
      })
    }
  }
  return found
}

/** The child elements, whatever stands between them. */
export function elementsAmid(element: XmlElement): XmlElement[] {
  return element.children.filter(each => each.kind === 'element')
}

/** The child elements of one name. */
export function children(element: XmlElement, namespace: string, local: string): XmlElement[] {
  return elementsOf(element).filter(each => isNamed(each, namespace, local))
}

/** The only child element of that name, or undefined; several are refused. */
export function child(
  element: XmlElement,
  namespace: string,
  local: string,
): XmlElement | undefined {
  const [first, ...others] = children(element, namespace, local)
  if (others.length > 0) {
    throw new SamlError('xml.structure', {
      check: `${local} in ${element.local}`,
      expected: 'one at most',
      received: String(others.length + 1),
    })
  }
  return first
}

/** Whether an element has this expanded name. */
export function isNamed(element: XmlElement, namespace: string, local: string): boolean {
  // The namespace first: those of our vocabulary are one text each, compared without reading them.
  return element.namespace === namespace && element.local === local
}

/** All text of a leaf, comments left out (R11). A child element is refused. */
export function textOf(element: XmlElement): string {
  let text = ''
  for (const child of element.children) {
    if (child.kind === 'text') text += child.value
    else if (child.kind === 'element') {
      throw new SamlError('xml.structure', {
        check: `content of ${element.local}`,
        expected: 'text only',
        received: `an element ${child.local}`,
      })
    }
  }
  return text
}

/** The value of an attribute without namespace, or undefined. */
export function attribute(element: XmlElement, local: string): string | undefined {
  return element.attributes.find(each => each.local === local && each.namespace === '')?.value
}

/** Whether a text is XML white space alone; other Unicode spaces do not count. */
export function isWhiteSpace(text: string): boolean {
  return !/[^\t\n\r ]/.test(text)
}
