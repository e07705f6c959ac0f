import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { canonicalize, parseXml, type XmlElement } from '../src/index.ts'

interface Vector {
  mode: 'exc' | 'exc-c' | 'c14n' | 'c14n-c'
  prefixList: string[]
  xmlBase64: string
  targetAttrID: string
  expectedBase64: string
}

const file = new URL('./fixtures/saml-attacks/c14n-oracle/vectors.jsonl', import.meta.url)
const vectors: Vector[] = readFileSync(file, 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(line => JSON.parse(line))

function withId(element: XmlElement, id: string): XmlElement | undefined {
  if (element.attributes.some(({ name, value }) => name === 'ID' && value === id)) return element
  for (const child of element.children) {
    const found = child.kind === 'element' ? withId(child, id) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

// libxml2 and Apache Santuario agree on each of these.
test('canonicalization of an element gives the octets of other implementations', () => {
  expect(vectors.length).toBe(600)
  for (const { mode, prefixList, xmlBase64, targetAttrID, expectedBase64 } of vectors) {
    const { root } = parseXml(Buffer.from(xmlBase64, 'base64'), { instructions: 'keep' })
    const target = withId(root, targetAttrID)
    if (target === undefined) return expect.unreachable()
    const withComments = mode.endsWith('-c')
    const inclusive = mode.startsWith('c14n')
    const canonical = canonicalize(target, { withComments, inclusive, prefixList })
    expect(canonical).toBe(Buffer.from(expectedBase64, 'base64').toString())
  }
})

test('what was canonicalized is canonical', () => {
  for (const { mode, xmlBase64 } of vectors) {
    const withComments = mode.endsWith('-c')
    const parse = (text: string) => parseXml(text, { instructions: 'keep' })
    const once = canonicalize(parse(Buffer.from(xmlBase64, 'base64').toString()), { withComments })
    expect(canonicalize(parse(once), { withComments })).toBe(once)
  }
})
