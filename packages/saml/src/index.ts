export { SamlError, type SamlErrorCode, type SamlErrorDetails, samlErrors } from './errors.ts'
export { type CanonicalizeOptions, canonicalize } from './xml/canonicalize.ts'
export { messageLimits, metadataLimits, type XmlLimits } from './xml/limits.ts'
export type {
  XmlAttribute,
  XmlComment,
  XmlDocument,
  XmlElement,
  XmlInstruction,
  XmlNamespace,
  XmlNode,
  XmlText,
} from './xml/nodes.ts'
export { parseXml, type XmlOptions } from './xml/parse.ts'
