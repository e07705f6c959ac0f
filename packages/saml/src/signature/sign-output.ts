import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { el, writeXml, type XmlOutput } from '../xml/write.ts'
import { digest, digestMethods, type Hash, type SigningKey } from './algorithms.ts'
import { keyInfo } from './key-info.ts'
import { readySigner, signOctets } from './octets.ts'

const exclusive = namespaces.ec
const enveloped = `${namespaces.ds}enveloped-signature`

/**
 * The element with an enveloped signature over it (saml-core 5.4), placed right after its Issuer,
 * or first when it has none. The writer's text is its own canonical form, so what is digested is
 * what will be sent and nothing is parsed.
 */
export function signOutput(element: XmlOutput, signing: SigningKey): XmlOutput {
  const id = element.attributes.find(([name]) => name === 'ID')?.[1]
  if (id === undefined) {
    throw new SamlError('option.invalid', { check: 'ID', expected: `an ID on ${element.name}` })
  }
  const prefixes = [...declaredPrefixes(element)].sort()
  const signature = signatureOver(id, writeXml(element), prefixes, signing)
  const [first, ...rest] = element.children
  const children =
    typeof first === 'object' && first.name === 'saml:Issuer'
      ? [first, signature, ...rest]
      : [signature, ...element.children]
  return Object.freeze({ ...element, children })
}

/**
 * The ds:Signature over an element with that ID and that canonical text; `prefixList` is the
 * PrefixList under which the text was made.
 */
export function signatureOver(
  id: string,
  canonicalText: string,
  prefixList: readonly string[],
  signing: SigningKey,
): XmlOutput {
  const { key, method } = readySigner(signing)
  const info = el(
    'ds:SignedInfo',
    {},
    el('ds:CanonicalizationMethod', { Algorithm: exclusive }),
    el('ds:SignatureMethod', { Algorithm: method.uri }),
    reference(id, canonicalText, prefixList, method.hash),
  )
  const { signature } = signOctets(writeXml(info), { ...signing, key })
  return el(
    'ds:Signature',
    {},
    info,
    el('ds:SignatureValue', {}, signature.toString('base64')),
    signing.certificate === undefined ? undefined : keyInfo(signing.certificate, key),
  )
}

function reference(
  id: string,
  canonicalText: string,
  prefixList: readonly string[],
  hash: Hash,
): XmlOutput {
  const inclusive =
    prefixList.length === 0
      ? undefined
      : el('ec:InclusiveNamespaces', { PrefixList: prefixList.join(' ') })
  return el(
    'ds:Reference',
    { URI: `#${id}` },
    el(
      'ds:Transforms',
      {},
      el('ds:Transform', { Algorithm: enveloped }),
      el('ds:Transform', { Algorithm: exclusive }, inclusive),
    ),
    el('ds:DigestMethod', { Algorithm: digestMethods[hash] }),
    el('ds:DigestValue', {}, digest(hash, canonicalText).toString('base64')),
  )
}

function declaredPrefixes(element: XmlOutput, found = new Set<string>()): Set<string> {
  for (const [name] of element.attributes) {
    if (name.startsWith('xmlns:')) found.add(name.slice('xmlns:'.length))
  }
  for (const child of element.children) {
    if (typeof child !== 'string') declaredPrefixes(child, found)
  }
  return found
}
