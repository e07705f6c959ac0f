import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SamlError, type SamlErrorCode } from '../errors.ts'
import { canonicalize } from './canonicalize.ts'
import type { XmlLimits } from './limits.ts'
import { parseXml } from './parse.ts'
import { textOf } from './read.ts'

const xmlUri = 'http://www.w3.org/XML/1998/namespace'

const codeOf = (run: () => unknown): SamlErrorCode | undefined => {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof SamlError) return error.code
    throw error
  }
}

describe('refuses', () => {
  test.each<[SamlErrorCode, string]>([
    ['xml.malformed', ''],
    ['xml.malformed', ' '],
    ['xml.malformed', 'a'],
    ['xml.malformed', '<a>'],
    ['xml.malformed', '</a>'],
    ['xml.malformed', '<a></b>'],
    ['xml.malformed', '<a></a b>'],
    ['xml.malformed', '<a></ab>'],
    ['xml.malformed', '<a/><b/>'],
    ['xml.malformed', '<a/>x'],
    ['xml.malformed', 'x<a/>'],
    ['xml.malformed', '<a/>&#32;'],
    ['xml.malformed', '<![CDATA[ ]]><a/>'],
    ['xml.malformed', '<1/>'],
    ['xml.malformed', '<-a/>'],
    ['xml.malformed', '<:a/>'],
    ['xml.malformed', '<a:/>'],
    ['xml.malformed', '<a:b:c xmlns:a="urn:a"/>'],
    ['xml.malformed', '< a/>'],
    ['xml.malformed', '<a / >'],
    ['xml.malformed', '<a b/>'],
    ['xml.malformed', '<a b=c/>'],
    ['xml.malformed', '<a b="c"d="e"/>'],
    ['xml.malformed', '<a b="<"/>'],
    ['xml.malformed', '<a b="c\'/>'],
    ['xml.malformed', '<a b="1" b="2"/>'],
    ['xml.malformed', '<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="1" q:b="2"/>'],
    ['xml.malformed', '<a xmlns:p="urn:x" xmlns:p="urn:x"/>'],
    ['xml.malformed', '<a>]]></a>'],
    ['xml.malformed', '<a><!-- -- --></a>'],
    ['xml.malformed', '<a><!-- ---></a>'],
    ['xml.malformed', '<a><!-></a>'],
    ['xml.malformed', '<a><![cdata[]]></a>'],
    ['xml.malformed', '<a>&</a>'],
    ['xml.malformed', '<a>&amp</a>'],
    ['xml.malformed', '<a>&#;</a>'],
    ['xml.malformed', '<a>&#x;</a>'],
    ['xml.malformed', '<a>&#X41;</a>'],
    ['xml.malformed', '<a>&#1a;</a>'],
    ['xml.malformed', '<?xml version="1.1"?><a/>'],
    ['xml.malformed', '<?xml encoding="UTF-8"?><a/>'],
    ['xml.malformed', '<?xml version="1.0" standalone="maybe"?><a/>'],
    ['xml.malformed', ' <?xml version="1.0"?><a/>'],
    ['xml.malformed', '<?xml version="1.0"?><?xml version="1.0"?><a/>'],
    ['xml.malformed', '<?XML x?><a/>'],
    ['xml.malformed', '<?a:b x?><a/>'],
    ['xml.malformed', '\uFEFF\uFEFF<a/>'],
    ['xml.encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
    ['xml.encoding', "<?xml version='1.0' encoding='us-ascii'?><a/>"],
    ['xml.character', '<a>\u0000</a>'],
    ['xml.character', '<a>\u000B</a>'],
    ['xml.character', '<a>\uFFFE</a>'],
    ['xml.character', '<a>\uD800</a>'],
    ['xml.character', '<a>&#0;</a>'],
    ['xml.character', '<a>&#x1F;</a>'],
    ['xml.character', '<a>&#xD800;</a>'],
    ['xml.character', '<a>&#xFFFF;</a>'],
    ['xml.character', '<a>&#x110000;</a>'],
    ['xml.entity', '<a>&nbsp;</a>'],
    ['xml.entity', '<a b="&AMP;"/>'],
    ['xml.entity', '<a>&constructor;</a>'],
    ['xml.doctype', '<!DOCTYPE a><a/>'],
    ['xml.doctype', '<a><!DOCTYPE a></a>'],
    ['xml.malformed', '<!doctype a><a/>'],
    ['xml.malformed', '<!ENTITY a "b"><a/>'],
    ['xml.instruction', '<a><?b c?></a>'],
    ['xml.namespace', '<p:a/>'],
    ['xml.namespace', '<a p:b=""/>'],
    ['xml.namespace', '<__proto__:a/>'],
    ['xml.namespace', '<a><b xmlns:p="urn:p"/><p:c/></a>'],
    ['xml.namespace', '<a xmlns:p=""/>'],
    ['xml.namespace', '<a xmlns="relative"/>'],
    ['xml.namespace', '<a xmlns="//host/path"/>'],
    ['xml.namespace', '<a xmlns="urn:é"/>'],
    ['xml.namespace', '<a xmlns="urn:a&amp;b"/>'],
    ['xml.namespace', '<a xmlns=" urn:a"/>'],
    ['xml.namespace', '<a xmlns="urn:"/>'],
    ['xml.namespace', '<a xmlns="urn:]a"/>'],
    ['xml.namespace', '<a xmlns="urn:a%2"/>'],
    ['xml.namespace', '<a xmlns="urn:a#b#c"/>'],
    ['xml.namespace', '<a xmlns="http://"/>'],
    ['xml.namespace', '<a xmlns="http:///a"/>'],
    ['xml.namespace', '<a xmlns="http://a:b/"/>'],
    ['xml.namespace', '<a xmlns="http://a?b c"/>'],
    ['xml.namespace', '<a xmlns:xml="urn:x"/>'],
    ['xml.namespace', '<a xmlns:xml=""/>'],
    ['xml.namespace', `<a xmlns:xml=" ${xmlUri}"/>`],
    ['xml.namespace', `<a xmlns="${xmlUri}"/>`],
    ['xml.namespace', `<a xmlns:p="${xmlUri}"/>`],
    ['xml.namespace', `<a xmlns:xmlns="${xmlUri}"/>`],
    ['xml.malformed', `<a xmlns:xml="${xmlUri}" xmlns:xml="${xmlUri}"/>`],
    ['xml.namespace', '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>'],
    ['xml.namespace', '<a xmlns:xmlns="urn:x"/>'],
    ['xml.namespace', '<a xmlns="http://www.w3.org/2000/xmlns/"/>'],
    ['xml.namespace', '<xmlns:a/>'],
  ])('%s: %j', (code, text) => {
    expect(codeOf(() => parseXml(text))).toBe(code)
  })

  test.each([
    ['overlong', [0xc0, 0xbc]],
    ['a lone continuation', [0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['UTF-16', [0xfe, 0xff]],
  ])('bytes that are not UTF-8: %s', (_, bytes) => {
    const input = Buffer.concat([Buffer.from('<a>'), Buffer.from(bytes), Buffer.from('</a>')])
    expect(codeOf(() => parseXml(input))).toBe('xml.encoding')
  })

  test.each<[keyof XmlLimits, number, string, string]>([
    ['bytes', 8, '<a>é</a>', '<a>éé</a>'],
    ['depth', 2, '<a><b/></a>', '<a><b><c/></b></a>'],
    ['attributes', 1, '<a b=""/>', '<a b="" c=""/>'],
    ['namespaces', 1, '<a xmlns="urn:a"/>', '<a xmlns="urn:a" xmlns:b="urn:b"/>'],
    ['name', 3, '<abc/>', '<abcd/>'],
    ['text', 3, '<a b="12">abc</a>', '<a>abcd</a>'],
  ])('more than the limit of %s', (limit, value, within, beyond) => {
    const limits = { [limit]: limit === 'bytes' ? value + 1 : value }
    expect(parseXml(within, limits).root.name).toMatch(/^a/)
    expect(codeOf(() => parseXml(beyond, limits))).toBe('xml.limit')
  })

  test('a limit that is none', () => {
    for (const depth of [0, -1, Number.NaN, 63.5, '64' as unknown as number]) {
      expect(codeOf(() => parseXml('<a/>', { depth }))).toBe('option.invalid')
    }
  })
})

describe('reads', () => {
  test('the declaration of the prefix xml that changes nothing, and forgets it', () => {
    const { root } = parseXml(
      `<a xmlns:xml="${xmlUri}" xmlns="urn:a"><b xmlns:xml='${xmlUri}' xml:lang="en"/></a>`,
    )
    expect(root.namespaces).toEqual([{ prefix: '', uri: 'urn:a' }])
    expect(canonicalize(root)).toBe('<a xmlns="urn:a"><b xml:lang="en"></b></a>')
    expect(canonicalize(root, { prefixList: ['xml', '#default'] })).toBe(canonicalize(root))
  })

  test('names, namespaces, attributes and text', () => {
    const { root } = parseXml(
      '\uFEFF<?xml version="1.0" encoding="utf-8" standalone=\'yes\' ?>\n<?style x?><!-- c -->\n' +
        '<p:a xmlns:p="urn:p" xmlns="urn:d" p:k = "&lt;&#x20;\n\t&#10;" k=\'"\'>t<b/>' +
        '<![CDATA[<&]]>&apos;\r\n\r</p:a >\n<!-- end -->',
    )
    expect(root).toMatchObject({
      name: 'p:a',
      prefix: 'p',
      local: 'a',
      namespace: 'urn:p',
      attributes: [
        { name: 'p:k', local: 'k', namespace: 'urn:p', value: '<   \n' },
        { name: 'k', local: 'k', namespace: '', value: '"' },
      ],
      children: [
        { kind: 'text', value: 't' },
        { kind: 'element', name: 'b', namespace: 'urn:d', children: [] },
        { kind: 'text', value: '<&' },
        { kind: 'text', value: "'\n\n" },
      ],
    })
  })

  test('offsets of an element', () => {
    const { root, text } = parseXml('<a>\r\n<b c="d">e</b></a>')
    const [, b] = root.children
    if (b?.kind !== 'element') return expect.unreachable()
    expect(text.slice(b.start, b.end)).toBe('<b c="d">e</b>')
    expect(text.slice(b.contentStart, b.end)).toBe('e</b>')
    expect(b.parent).toBe(root)
  })

  test.each([
    'urn:oasis:names:tc:SAML:2.0:assertion',
    'http://www.w3.org/2000/09/xmldsig#',
    'http://www.w3.org/2001/10/xml-exc-c14n#',
    'https://example.test:8443/a/%C3%A9;b=c?d=/?#e/?',
    'http://example.test',
    'http://example.test?a',
    'tag:a@b,2026:c',
    'file:/a',
  ])('the namespace %s', uri => {
    expect(parseXml(`<a xmlns="${uri}"/>`).root.namespace).toBe(uri)
  })

  test('a namespace ends with its element', () => {
    const { root } = parseXml('<a xmlns="urn:1"><b xmlns="urn:2"/><c xmlns=""><d/></c><e/></a>')
    const names = root.children.map(child => (child.kind === 'element' ? child.namespace : ''))
    expect(names).toEqual(['urn:2', '', 'urn:1'])
  })

  test('an instruction inside the root where that is asked for', () => {
    const { root } = parseXml('<a><?b  c d ?></a>', { instructions: 'keep' })
    expect(root.children).toEqual([{ kind: 'instruction', target: 'b', value: 'c d ' }])
  })
})

const markup = fc
  .array(
    fc.constantFrom(
      '<a>',
      '</a>',
      '<b/>',
      '<p:c xmlns:p="urn:p">',
      '</p:c>',
      '<d xmlns="urn:d" e="f">',
      '</d>',
      'text',
      '&amp;',
      '&#x41;',
      '&',
      '<!--c-->',
      '<!--',
      '-->',
      '<![CDATA[x]]>',
      ']]>',
      '<?pi x?>',
      '"',
      '=',
      '<',
      '>',
      '\r',
      '\u0000',
      ' ',
      'é',
      '😀',
    ),
    { maxLength: 30 },
  )
  .map(parts => `<a>${parts.join('')}</a>`)

test('nothing but SamlError comes from any text or bytes', () => {
  const input = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array(), markup)
  fc.assert(
    fc.property(input, text => {
      codeOf(() => parseXml(text))
    }),
    { numRuns: 3000 },
  )
})

test('what is canonical is parsed to the same and stays as it is', () => {
  let accepted = 0
  fc.assert(
    fc.property(markup, text => {
      let canonical = ''
      if (codeOf(() => (canonical = canonicalize(parseXml(text)))) !== undefined) return
      accepted += 1
      expect(canonicalize(parseXml(canonical))).toBe(canonical)
    }),
    { numRuns: 3000 },
  )
  expect(accepted).toBeGreaterThan(50)
})

test('any XML text comes back from its canonical form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const written = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      const { root } = parseXml(`<a>${written}</a>`)
      expect(textOf(root)).toBe(text.replace(/\r\n?/g, '\n'))
      expect(textOf(parseXml(canonicalize(root)).root)).toBe(textOf(root))
    }),
  )
})
