import { expect, test } from 'vitest'
import { canonicalize, parseXml, SamlError } from '../src/index.ts'
import { verify } from './forge.ts'

const size = 200_000
const free = { bytes: 2 * size, text: 2 * size, nodes: size, attributes: size, namespaces: 256 }

// Each of these made some parser quadratic. At this size a quadratic one needs minutes.
test.each<[string, string]>([
  ['unclosed elements', '<a>'.repeat(size / 3)],
  ['unclosed comments', `<a>${'<!--'.repeat(size / 4)}`],
  ['unclosed sections', `<a>${'<![CDATA['.repeat(size / 9)}`],
  ['unclosed instructions', '<?a '.repeat(size / 4)],
  ['unclosed tag', `<a ${' '.repeat(size)}`],
  ['unclosed value', `<a b="${'x'.repeat(size)}`],
  ['unclosed declaration', `<?xml version="1.0"${' '.repeat(size)}`],
  ['references', `<a>${'&amp;'.repeat(size / 5)}</a>`],
  ['ampersands without end', `<a>${'&'.repeat(size)}</a>`],
  ['brackets', `<a>${']]'.repeat(size / 2)}</a>`],
  ['short texts', `<a>${'<b/>x'.repeat(size / 5)}</a>`],
  ['comments', `<a>${'<!---->'.repeat(size / 7)}</a>`],
  ['attributes', `<a ${Array.from({ length: 2000 }, (_, at) => `a${at}="" `).join('')}/>`],
  ['end tags', `<a>${'</b>'.repeat(size / 4)}`],
  [
    'namespaces at each level',
    `${Array.from({ length: 200 }, (_, at) => `<a xmlns:p${at}="urn:x">`).join('')}${'<b/>'.repeat(
      1000,
    )}${'</a>'.repeat(200)}`,
  ],
])('%s: time grows with the text', (_, text) => {
  const started = performance.now()
  try {
    canonicalize(parseXml(text, { ...free, depth: 256 }))
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
  }
  expect(performance.now() - started).toBeLessThan(1500)
})

test('a long namespace that every child declares anew stops at the bound', () => {
  const uri = `urn:${'x'.repeat(1000)}`
  const { root } = parseXml(`<a xmlns:p="${uri}">${'<p:b/>'.repeat(10_000)}</a>`)
  expect(() => canonicalize(root, { maxLength: 1_000_000 })).toThrow(SamlError)
})

test('a message beyond the bound refuses before it is decoded', async () => {
  const started = performance.now()
  await expect(verify('x'.repeat(8 * 1024 * 1024))).rejects.toBeInstanceOf(SamlError)
  expect(performance.now() - started).toBeLessThan(500)
})
