/**
 * R9: what is read is what the signed octets say. Where those octets stand in the document letter
 * for letter, the tree of the document answers for them: it must be the tree that they parse to.
 */
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SamlError } from '../src/errors.ts'
import { treeOf } from '../src/signature/believed.ts'
import { canonicalForm } from '../src/xml/canonicalize.ts'
import { messageLimits } from '../src/xml/limits.ts'
import type { XmlElement } from '../src/xml/nodes.ts'
import { parseCanonical, parseXml } from '../src/xml/parse.ts'
import { issue } from './forge.ts'

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
        }
      }
    }
  }
  expect(copied).toBeGreaterThan(1000)
  expect(parsed).toBeGreaterThan(1000)
})
