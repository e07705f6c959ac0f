import { parseXml, SamlError, type XmlElement } from '@rolecall/saml'
import { malformedXml } from './s3-fault.ts'

const limits = { bytes: 2_000_000, nodes: 200_000, depth: 8 }

/** The root of a request's XML. Throws 400 MalformedXML. */
export function readXml(bytes: Uint8Array, root: string): XmlElement {
  try {
    const document = parseXml(bytes, limits)
    if (document.root.local === root) return document.root
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
  }
  throw malformedXml()
}

/** The children of a name. S3 reads them in any namespace. */
export function children(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => child.kind === 'element' && child.local === name,
  )
}

/** The text of the first child of a name. */
export function childText(element: XmlElement, name: string): string | undefined {
  const [child] = children(element, name)
  return child?.children.map(node => (node.kind === 'text' ? node.value : '')).join('')
}
