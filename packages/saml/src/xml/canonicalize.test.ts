import { expect, test } from 'vitest'
import { SamlError } from '../errors.ts'
import { type CanonicalizeOptions, canonicalize } from './canonicalize.ts'
import { parseXml } from './parse.ts'

test.each<[string, string, string, CanonicalizeOptions?]>([
  ['empty elements are opened and closed', '<a/>', '<a></a>'],
  ['white space in tags goes', '<a  b = "c" ></a >', '<a b="c"></a>'],
  [
    'attributes stand by namespace, then name',
    '<a c="" b="" xmlns:z="urn:a" z:a="" xml:lang=""/>',
    '<a xmlns:z="urn:a" b="" c="" xml:lang="" z:a=""></a>',
  ],
  ['an unused namespace goes', '<a xmlns:p="urn:p"><b/></a>', '<a><b></b></a>'],
  [
    'a namespace is declared where it is used, once for those below',
    '<a xmlns:p="urn:p"><p:b><p:c p:d=""/></p:b><p:e/></a>',
    '<a><p:b xmlns:p="urn:p"><p:c p:d=""></p:c></p:b><p:e xmlns:p="urn:p"></p:e></a>',
  ],
  [
    'the default namespace is taken back',
    '<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:c"/></b></a>',
    '<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:c"></c></b></a>',
  ],
  ['an empty default namespace is not declared', '<a xmlns=""><b/></a>', '<a><b></b></a>'],
  [
    'a prefix bound anew is declared anew',
    '<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"/><p:c/></p:a>',
    '<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"></p:b><p:c></p:c></p:a>',
  ],
  [
    'a listed prefix is declared although nothing uses it',
    '<a xmlns:p="urn:p" xmlns:q="urn:q"><b/></a>',
    '<a xmlns:p="urn:p"><b></b></a>',
    { prefixList: ['p', 'missing', '#default'] },
  ],
  [
    'text is escaped',
    '<a b="&#9;&#10;&#13;&amp;&lt;>&quot;\'">&#13;&amp;&lt;&gt;"</a>',
    '<a b="&#x9;&#xA;&#xD;&amp;&lt;>&quot;\'">&#xD;&amp;&lt;&gt;"</a>',
  ],
  ['CDATA becomes text', '<a><![CDATA[<]]>x</a>', '<a>&lt;x</a>'],
  ['comments go', '<!--1--><a><!--2-->x</a><!--3-->', '<a>x</a>'],
  [
    'comments stay where asked for',
    '<!--1--><a><!--2-->x</a><!--3-->',
    '<!--1-->\n<a><!--2-->x</a>\n<!--3-->',
    { withComments: true },
  ],
  ['instructions around the root stay', '<?p  x?><a/><?q?>', '<?p x?>\n<a></a>\n<?q?>'],
  [
    'names are in the order of code points, not of UTF-16',
    '<a \u{10000}="" \uF900=""/>',
    '<a \uF900="" \u{10000}=""></a>',
  ],
])('%s', (_, text, expected, options) => {
  expect(canonicalize(parseXml(text), options)).toBe(expected)
})

test('an element takes its namespaces along', () => {
  const { root } = parseXml('<a xmlns="urn:a" xmlns:p="urn:p"><b p:c=""/></a>')
  const [b] = root.children
  if (b?.kind !== 'element') return expect.unreachable()
  expect(canonicalize(b)).toBe('<b xmlns="urn:a" xmlns:p="urn:p" p:c=""></b>')
  expect(canonicalize(root, { omit: b })).toBe('<a xmlns="urn:a"></a>')
})

test('a result beyond the bound refuses', () => {
  const { root } = parseXml('<a>0123456789</a>')
  expect(canonicalize(root, { maxLength: 17 })).toHaveLength(17)
  expect(() => canonicalize(root, { maxLength: 16 })).toThrow(SamlError)
})
