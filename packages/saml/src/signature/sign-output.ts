import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import {
  el,
  type WrittenXml,
  writeParts,
  writeXml,
  written,
  writtenXml,
  type XmlTree,
} from '../xml/write.ts'
import { digest, digestMethods, type Hash, type SigningKey } from './algorithms.ts'
import { keyInfo } from './key-info.ts'
import { readySigner, type SigningJob, signNow, signOnPool } from './octets.ts'

const exclusive = namespaces.ec
const enveloped = `${namespaces.ds}enveloped-signature`

/** Steps that ask for signatures: who runs them makes those, here and now or elsewhere. */
export type SigningSteps<T> = Generator<SigningJob, T, Buffer>

/** Runs steps to their end, signing on this thread. */
export function runSigning<T>(steps: SigningSteps<T>): T {
  let step = steps.next()
  while (step.done !== true) step = steps.next(signNow(step.value))
  return step.value
}

/** Runs steps to their end, signing on the thread pool. */
export async function runSigningOnPool<T>(steps: SigningSteps<T>): Promise<T> {
  let step = steps.next()
  while (step.done !== true) step = steps.next(await signOnPool(step.value))
  return step.value
}

/** `signingSteps`, here and now. */
export function signOutput(element: XmlTree, signing: SigningKey): WrittenXml {
  return runSigning(signingSteps(element, signing))
}

/**
 * The element with an enveloped signature over it (saml-core 5.4), placed right after its Issuer,
 * or first when it has none. The writer's text is its own canonical form, so what is digested is
 * what will be sent: it is written once, and nothing is parsed.
 */
export function* signingSteps(element: XmlTree, signing: SigningKey): SigningSteps<WrittenXml> {
  const id = element.attributes.find(([name]) => name === 'ID')?.[1]
  if (id === undefined) {
    throw new SamlError('option.invalid', { check: 'ID', expected: `an ID on ${element.name}` })
  }
  const { start, children, end, prefixes, inclusive } = writeParts(element)
  const [first] = element.children
  const hasIssuer = typeof first === 'object' && 'name' in first && first.name === 'saml:Issuer'
  const head = hasIssuer ? start + (children[0] ?? '') : start
  const tail = (hasIssuer ? children.slice(1) : children).join('') + end
  const signature = yield* signatureSteps(id, head + tail, inclusive.toSorted(), signing)
  return written(head + signature.text + tail, {
    prefixes: [...prefixes, ...signature.prefixes],
    inclusive,
  })
}

/**
 * The ds:Signature over an element with that ID and that canonical text; `prefixList` is the
 * PrefixList under which the text was made.
 */
export function* signatureSteps(
  id: string,
  canonicalText: string,
  prefixList: readonly string[],
  signing: SigningKey,
): SigningSteps<WrittenXml> {
  const { key, method } = readySigner(signing)
  const info = el(
    'ds:SignedInfo',
    {},
    el('ds:CanonicalizationMethod', { Algorithm: exclusive }),
    el('ds:SignatureMethod', { Algorithm: method.uri }),
    reference(id, canonicalText, prefixList, method.hash),
  )
  const signature = yield { octets: writeXml(info), key, method }
  return writtenXml(
    el(
      'ds:Signature',
      {},
      info,
      el('ds:SignatureValue', {}, signature.toString('base64')),
      signing.certificate === undefined ? undefined : keyInfo(signing.certificate, key),
    ),
  )
}

function reference(
  id: string,
  canonicalText: string,
  prefixList: readonly string[],
  hash: Hash,
): XmlTree {
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
