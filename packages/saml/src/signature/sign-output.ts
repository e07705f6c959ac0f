import { X509Certificate } from 'node:crypto'
import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { el, writeXml, type XmlOutput } from '../xml/write.ts'
import { digest, digestMethods, type SigningKey } from './algorithms.ts'
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
  const { method } = readySigner(signing)
  const prefixes = [...declaredPrefixes(element)].sort()
  const info = el(
    'ds:SignedInfo',
    {},
    el('ds:CanonicalizationMethod', { Algorithm: exclusive }),
    el('ds:SignatureMethod', { Algorithm: method.uri }),
    el(
      'ds:Reference',
      { URI: `#${id}` },
      el(
        'ds:Transforms',
        {},
        el('ds:Transform', { Algorithm: enveloped }),
        el(
          'ds:Transform',
          { Algorithm: exclusive },
          prefixes.length === 0
            ? undefined
            : el('ec:InclusiveNamespaces', { PrefixList: prefixes.join(' ') }),
        ),
      ),
      el('ds:DigestMethod', { Algorithm: digestMethods[method.hash] }),
      el('ds:DigestValue', {}, digest(method.hash, writeXml(element)).toString('base64')),
    ),
  )
  const { signature } = signOctets(writeXml(info), signing)
  const sealed = el(
    'ds:Signature',
    {},
    info,
    el('ds:SignatureValue', {}, signature.toString('base64')),
    signing.certificate === undefined ? undefined : keyInfo(signing.certificate),
  )
  const [first, ...rest] = element.children
  const children =
    typeof first === 'object' && first.name === 'saml:Issuer'
      ? [first, sealed, ...rest]
      : [sealed, ...element.children]
  return Object.freeze({ ...element, children })
}

function keyInfo(certificate: string): XmlOutput {
  return el(
    'ds:KeyInfo',
    {},
    el('ds:X509Data', {}, el('ds:X509Certificate', {}, certificateBase64(certificate))),
  )
}

/** The DER of a PEM certificate in base64 without line breaks, as X509Certificate elements hold it. */
export function certificateBase64(pem: string): string {
  try {
    return new X509Certificate(pem).raw.toString('base64')
  } catch {
    throw new SamlError('option.invalid', {
      check: 'certificate',
      expected: 'a PEM X.509 certificate',
    })
  }
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
