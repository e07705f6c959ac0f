/**
 * R9: what is read is what the signed octets say. Where those octets stand in the document letter
 * for letter, the tree of the document answers for them: it must be the tree that they parse to.
 */
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SamlError } from '../src/errors.ts'
import { explainResponse } from '../src/index.ts'
import { treeOf } from '../src/signature/believed.ts'
import { runSigning, signatureSteps } from '../src/signature/sign-output.ts'
import { canonicalForm, canonicalize } from '../src/xml/canonicalize.ts'
import { messageLimits } from '../src/xml/limits.ts'
import type { XmlElement } from '../src/xml/nodes.ts'
import { parseCanonical, parseXml } from '../src/xml/parse.ts'
import { attribute, elementsOf } from '../src/xml/read.ts'
import { cut, honest, idp, issue, now, sp, verify } from './forge.ts'

const fixtures = new URL('./fixtures/saml-attacks/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, fixtures))

const documents = [
  ...globSync('**/*.xml', { cwd: fixtures.pathname }).map(read),
  ...read('c14n-oracle/vectors.jsonl')
    .toString()
    .split('\n')
    .filter(line => line !== '')
    .map(line => Buffer.from(JSON.parse(line).xmlBase64, 'base64')),
  ...(['assertion', 'response', 'both'] as const).map(level => Buffer.from(issue(level))),
]

/** What a reader can see of an element: names, attributes, and its children with texts joined. */
function seen(element: XmlElement): unknown {
  const children: unknown[] = []
  for (const child of element.children) {
    const last = children.at(-1)
    if (child.kind === 'element') children.push(seen(child))
    else if (child.kind === 'text' && typeof last === 'string') {
      children[children.length - 1] = last + child.value
    } else if (child.kind === 'text') children.push(child.value)
  }
  const { name, prefix, local, namespace, namespaces } = element
  const attributes = element.attributes
    .map(each => `{${each.namespace}}${each.local} as ${each.name}: ${each.value}`)
    .sort()
  return { name, prefix, local, namespace, attributes, namespaces, children }
}

test('a tree that answers for its canonical text is the tree of that text', () => {
  let copied = 0
  let parsed = 0
  for (const document of documents) {
    let elements: readonly XmlElement[]
    try {
      elements = parseXml(document, { instructions: 'keep' }).elements
    } catch (error) {
      if (!(error instanceof SamlError)) throw error
      continue
    }
    for (const element of elements) {
      const omit = element.children.find(
        child => child.kind === 'element' && child.local === 'Signature',
      )
      if (omit !== undefined && omit.kind !== 'element') return expect.unreachable()
      for (const prefixList of [[], ['#default', 'xs', 'a', 'b']]) {
        const form = canonicalForm(element, omit ? { omit, prefixList } : { prefixList })
        if (!form.isCopied) parsed += 1
        else {
          copied += 1
          const believed = treeOf(form, element, omit, messageLimits)
          expect(seen(believed)).toEqual(seen(parseCanonical(form.text, messageLimits).root))
          expect(believed.parent).toBeUndefined()
          expect(canonicalize(believed, { prefixList })).toBe(form.text)
        }
      }
    }
  }
  expect(copied).toBeGreaterThan(1000)
  expect(parsed).toBeGreaterThan(1000)
})

/** The text with a signature over the element of that ID, made under a PrefixList. */
function signedUnder(prefix: string, text: string, id: string): string {
  const { elements } = parseXml(text)
  const element = elements.find(each => attribute(each, 'ID') === id)
  const [issuer] = element === undefined ? [] : elementsOf(element)
  if (element === undefined || issuer === undefined) return expect.unreachable()
  const prefixList = [prefix]
  const canonical = canonicalize(element, { prefixList })
  const signature = runSigning(
    signatureSteps(id, canonical, prefixList, { key: honest.privateKey }),
  )
  return text.slice(0, issuer.end) + signature.text + text.slice(issuer.end)
}

test('a signature in a signed element is made in the scope of all that surrounds it', async () => {
  // Spelled in canonical form, but for a declaration that only the inner signature covers.
  const { bare, replace } = cut(issue('assertion').replace('ops &amp; dev', 'ops'), 'assertion')
  const unsigned = replace(bare).replace('<samlp:Response ', '<samlp:Response xmlns:q="urn:q" ')
  const xml = signedUnder('xs', signedUnder('q', unsigned, '_assertion'), '_response')
  expect((await verify(xml)).nameId.value).toBe('alice@corp.test')
  const { accepted, checks } = await explainResponse(Buffer.from(xml).toString('base64'), {
    idp: { ...idp, signingKeys: [honest.publicKey] },
    sp,
    now,
    inResponseTo: '_req-1',
  })
  expect(accepted).toBe(true)
  expect(checks.filter(({ outcome }) => outcome === 'failed')).toEqual([])
})
