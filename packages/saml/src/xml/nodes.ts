/** A parsed document: its root element, and the root with the comments and instructions around it. */
export interface XmlDocument {
  readonly kind: 'document'
  readonly root: XmlElement
  readonly children: readonly XmlNode[]
  /** Every element, in document order. */
  readonly elements: readonly XmlElement[]
  /** The text that was parsed, line ends normalized; the offsets of elements point into it. */
  readonly text: string
}

/** Anything that can stand inside an element. */
export type XmlNode = XmlElement | XmlText | XmlComment | XmlInstruction

/** An element with its names resolved. */
export interface XmlElement {
  readonly kind: 'element'
  /** The name as written: `prefix:local`, or `local` alone. */
  readonly name: string
  readonly prefix: string
  readonly local: string
  /** The namespace URI, '' for none. */
  readonly namespace: string
  /** In document order, without namespace declarations. */
  readonly attributes: readonly XmlAttribute[]
  /** The namespace declarations made on this element. */
  readonly namespaces: readonly XmlNamespace[]
  readonly children: readonly XmlNode[]
  readonly parent: XmlElement | undefined
  /** Offsets in `source`: of `<`, after the start tag, after the end tag. */
  readonly start: number
  readonly contentStart: number
  readonly end: number
  /** The text of the document in which the element was read. */
  readonly source: string
  /** Which parts of it are spelled in canonical form already: a sum of `spelled` values. */
  readonly form: number
}

/** Parts of an element that can be spelled in canonical form, so that they need not be written anew. */
export const spelled = {
  /** The start tag, were its namespace declarations and the order of its attributes right. */
  tag: 1,
  /** All text directly in the element; there is no comment or instruction. */
  content: 2,
  endTag: 4,
} as const

/** An attribute with its name resolved and its value normalized. */
export interface XmlAttribute {
  readonly name: string
  readonly prefix: string
  readonly local: string
  readonly namespace: string
  readonly value: string
}

/** A declaration `xmlns:prefix="uri"`, or of the default namespace when `prefix` is ''. */
export interface XmlNamespace {
  readonly prefix: string
  readonly uri: string
}

/** A run of text or one CDATA section, references resolved. */
export interface XmlText {
  readonly kind: 'text'
  readonly value: string
}

/** A comment, without its delimiters. */
export interface XmlComment {
  readonly kind: 'comment'
  readonly value: string
}

/** A processing instruction. */
export interface XmlInstruction {
  readonly kind: 'instruction'
  readonly target: string
  readonly value: string
}

/** The namespace to which the prefix `xml` is bound always. */
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
