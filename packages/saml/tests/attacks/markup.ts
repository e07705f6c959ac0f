/** Text that parsers read differently, or should not read at all: DTD, encodings, markup, size. */
import { type Attack, edited, put, sent } from './attack.ts'

const before = (text: string) => (document: string) => text + document
const after = (text: string) => (document: string) => document + text
const doctype = (subset: string) => before(`<!DOCTYPE samlp:Response${subset}>`)
const bytes = (
  name: string,
  codes: Attack['codes'],
  change: (text: string) => Uint8Array,
): Attack => ({
  name,
  codes,
  forge: target => change(target.replace(target.original)),
})

const laughs = Array.from(
  { length: 9 },
  (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
).join('')

export const doctypeAttacks: readonly Attack[] = [
  ...(
    [
      ['alone', ''],
      ['with an empty subset', ' []'],
      ['with an entity', ' [<!ENTITY e "admin@corp.test">]'],
      ['with a billion laughs', ` [<!ENTITY l0 "lol">${laughs}]`],
      ['with quadratic blowup', ` [<!ENTITY a "${'a'.repeat(50_000)}">]`],
      ['with an external entity', ' [<!ENTITY e SYSTEM "file:///etc/passwd">]'],
      ['from the network', ' SYSTEM "http://127.0.0.1:9/x.dtd"'],
      ['by public name', ' PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd"'],
      ['with a parameter entity', ' [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]'],
      ['with a fixed namespace', ' [<!ATTLIST saml:Assertion xmlns:saml CDATA #FIXED "urn:x">]'],
      ['with a default ID', ' [<!ATTLIST saml:Assertion ID CDATA "_evil">]'],
      ['with another ID type', ' [<!ATTLIST saml:Assertion Id ID #IMPLIED>]'],
      ['with quotes that confuse', ` [<!ENTITY e '"><!--'>]`],
      ['with a notation', ' [<!NOTATION n SYSTEM "n">]'],
    ] as const
  ).map(([name, subset]) => sent(`a DOCTYPE ${name}`, ['xml.doctype'], doctype(subset))),
  sent('a DOCTYPE in small letters', ['xml.malformed'], before('<!doctype r>')),
  sent(
    'a DOCTYPE after a declaration',
    ['xml.doctype'],
    before('<?xml version="1.0"?><!DOCTYPE r>'),
  ),
  sent('a DOCTYPE after a comment', ['xml.doctype'], before('<!-- --><!DOCTYPE r>')),
  sent('a DOCTYPE behind the root', ['xml.doctype'], after('<!DOCTYPE r>')),
  sent(
    'a DOCTYPE inside the root',
    ['xml.doctype'],
    put('<samlp:Status>', '<!DOCTYPE r><samlp:Status>'),
  ),
  sent('an entity declaration without DOCTYPE', ['xml.malformed'], before('<!ENTITY e "x">')),
  sent(
    'a conditional section',
    ['xml.malformed'],
    put('<samlp:Status>', '<![INCLUDE[x]]><samlp:Status>'),
  ),
  ...['nbsp', 'e', 'AMP', 'amp2', 'lt ', ''].map(entity =>
    sent(
      `the entity "${entity}"`,
      ['xml.entity'],
      put(
        '<samlp:Status>',
        `<!-- --><samlp:Extensions>&${entity};</samlp:Extensions><samlp:Status>`,
      ),
    ),
  ),
  edited('an entity in the ID', ['xml.entity'], put(/ ID="/, ' ID="&e;')),
]

const references: readonly (readonly [string, Attack['codes']])[] = [
  ['&', ['xml.malformed']],
  ['&amp', ['xml.malformed']],
  ['& amp;', ['xml.malformed', 'xml.entity']],
  ['&#;', ['xml.malformed']],
  ['&#x;', ['xml.malformed']],
  ['&#X41;', ['xml.malformed']],
  ['&#xZZ;', ['xml.malformed']],
  ['&#-1;', ['xml.malformed']],
  ['&#0;', ['xml.character']],
  ['&#8;', ['xml.character']],
  ['&#xD800;', ['xml.character']],
  ['&#xFFFE;', ['xml.character']],
  ['&#x110000;', ['xml.character']],
  ['&#99999999999;', ['xml.character']],
  [`&#${'9'.repeat(400)};`, ['xml.malformed', 'xml.character']],
  [`&#${'0'.repeat(400)}65;`, ['xml.malformed', 'xml.character']],
]

export const parserAttacks: readonly Attack[] = [
  ...references.map(([reference, codes]) =>
    sent(
      `the reference ${reference.slice(0, 20)}`,
      codes,
      put(
        '</samlp:StatusCode>',
        `</samlp:StatusCode><samlp:StatusMessage>${reference}</samlp:StatusMessage>`,
      ),
    ),
  ),
  ...(
    [
      ['Latin-1', 'iso-8859-1'],
      ['UTF-7', 'utf-7'],
      ['UTF-16', 'utf-16'],
      ['UTF-32', 'UTF-32'],
      ['an EBCDIC', 'IBM037'],
      ['ASCII', 'us-ascii'],
      ['a name that is none', 'utf_8'],
    ] as const
  ).map(([name, encoding]) =>
    sent(
      `a declaration of ${name}`,
      ['xml.encoding'],
      before(`<?xml version="1.0" encoding="${encoding}"?>`),
    ),
  ),
  bytes('UTF-16 with a mark', ['xml.encoding', 'xml.character'], text =>
    Buffer.from(`\ufeff${text}`, 'utf16le'),
  ),
  bytes('UTF-16 without', ['xml.encoding', 'xml.character'], text => Buffer.from(text, 'utf16le')),
  bytes('a Latin-1 byte', ['xml.encoding'], text =>
    Buffer.from(text.replace('alice', 'alic\xe9'), 'latin1'),
  ),
  ...(
    [
      ['overlong', 'c0bc'],
      ['a surrogate in UTF-8', 'eda080'],
      ['beyond Unicode', 'f4908080'],
      ['a lone continuation', '80'],
      ['cut off', 'e282'],
      ['FF', 'ff'],
    ] as const
  ).map(([name, hex]) =>
    bytes(`invalid UTF-8: ${name}`, ['xml.encoding'], text => {
      const at = text.indexOf('<samlp:Status>')
      return Buffer.concat([
        Buffer.from(text.slice(0, at)),
        Buffer.from(hex, 'hex'),
        Buffer.from(text.slice(at)),
      ])
    }),
  ),
  ...['\u0000', '\u0001', '\u0008', '\u000b', '\u000c', '\u001f', '\ufffe', '\uffff'].map(
    character =>
      sent(
        `the character ${character.charCodeAt(0)}`,
        ['xml.character'],
        put('<samlp:Status>', `<!--${character}--><samlp:Status>`),
      ),
  ),
  ...(
    [
      ['two marks', '\ufeff\ufeff'],
      ['text', 'x'],
      ['a section', '<![CDATA[ ]]>'],
      ['a no-break space', '\u00a0'],
      ['a space before the declaration', ' <?xml version="1.0"?>'],
      ['a comment before the declaration', '<!-- --><?xml version="1.0"?>'],
      ['two declarations', '<?xml version="1.0"?><?xml version="1.0"?>'],
      ['version 1.1', '<?xml version="1.1"?>'],
      ['version 2.0', '<?xml version="2.0"?>'],
      ['no version', '<?xml encoding="UTF-8"?>'],
      ['attributes turned', '<?xml encoding="UTF-8" version="1.0"?>'],
      ['standalone as something', '<?xml version="1.0" standalone="maybe"?>'],
      ['a declaration in capitals', '<?XML version="1.0"?>'],
      ['a reference', '&#32;'],
      ['another root', '<x/>'],
      ['an end tag', '</x>'],
      ['a start tag', '<x>'],
      ['a comment that stays open', '<!-- '],
      ['a comment with --', '<!-- -- -->'],
      ['an instruction that stays open', '<?x '],
      ['an instruction with a colon', '<?a:b?>'],
      ['markup of no kind', '<!x>'],
      ['a lone <', '<'],
      ['a lone >', '>'],
    ] as const
  ).map(([name, text]) =>
    sent(
      `before the root: ${name}`,
      ['xml.malformed', 'xml.encoding', 'xml.character'],
      before(text),
    ),
  ),
  ...[
    'x',
    '&#32;',
    '\u0085',
    '<x/>',
    '<![CDATA[]]>',
    '</samlp:Response>',
    '<!--',
    '<?xml version="1.0"?>',
    '\u0000',
  ].map(text =>
    sent(
      `behind the root: ${JSON.stringify(text)}`,
      ['xml.malformed', 'xml.character'],
      after(text),
    ),
  ),
  ...(
    [
      ['two colons', '<a:b:c/>'],
      ['a colon at the front', '<:a/>'],
      ['a colon at the end', '<a:/>'],
      ['a digit at the front', '<1a/>'],
      ['a name that is none', '<a!/>'],
      ['a blank before the name', '< a/>'],
      ['an attribute without quotes', '<a b=c/>'],
      ['an attribute without value', '<a b/>'],
      ['quotes that do not fit', `<a b="c'/>`],
      ['attributes without blank', '<a b="" c=""d=""/>'],
      ['< in a value', '<a b="<"/>'],
      ['a slash within', '<a / b=""/>'],
      ['the same attribute twice', '<a b="" b=""/>'],
      ['the same attribute by two prefixes', '<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="" q:b=""/>'],
      ['a prefix that is not bound', '<p:a/>'],
      ['a prefix of an attribute that is not bound', '<a p:b=""/>'],
      ['__proto__ as a prefix', '<__proto__:a/>'],
      ['constructor as a prefix', '<a constructor:b=""/>'],
      ['a prefix unbound', '<a xmlns:samlp=""><samlp:b/></a>'],
      ['an empty prefix', '<a xmlns:="urn:x"/>'],
      ['xml bound to another', '<a xmlns:xml="urn:x"/>'],
      ['another bound to xml', '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>'],
      ['xmlns declared', '<a xmlns:xmlns="urn:x"/>'],
      ['xmlns bound', '<a xmlns:p="http://www.w3.org/2000/xmlns/"/>'],
      ['xmlns as a prefix', '<xmlns:a/>'],
      ['a prefix declared twice', '<a xmlns:p="urn:x" xmlns:p="urn:y"/>'],
      ['tags that do not fit', '<a></b>'],
      ['tags that cross', '<a><b></a></b>'],
      ['an end tag by another prefix', '<p:a xmlns:p="urn:x" xmlns:q="urn:x"></q:a>'],
      ['an end tag with an attribute', '<a></a b="">'],
      ['an end tag with junk', '<a></a/>'],
      ['an end tag with a blank in front', '<a></ a>'],
      ['a longer end tag', '<a></ab>'],
      [']]> in text', 'x]]>'],
      ['-- in a comment', '<!-- -- -->'],
      ['a comment that ends in --->', '<!-- --->'],
      ['a section that stays open', '<![CDATA['],
      ['a section in small letters', '<![cdata[]]>'],
      ['a section in a tag', '<a <![CDATA[ ]]>/>'],
      ['a comment in a tag', '<a <!-- --> />'],
      ['a declaration', '<?xml version="1.0"?>'],
      ['an instruction', '<?x y?>'],
      ['an instruction for a style sheet', '<?xml-stylesheet href="http://127.0.0.1:9/"?>'],
    ] as const
  ).map(([name, text]) =>
    sent(
      `in the root: ${name}`,
      ['xml.malformed', 'xml.namespace', 'xml.instruction'],
      put('<samlp:Status>', `<samlp:Extensions>${text}</samlp:Extensions><samlp:Status>`),
    ),
  ),
  edited(
    'an instruction in the name',
    ['xml.instruction'],
    put('>alice@', '>admin@corp.test<?x?>alice@'),
  ),
  ...[1, 2, 20].map(count =>
    sent(`${count} characters cut off at the end`, ['xml.malformed'], text =>
      text.slice(0, -count),
    ),
  ),
  sent('half of it', ['xml.malformed'], text => text.slice(0, text.length / 2)),
  sent('nothing but a declaration', ['xml.malformed'], () => '<?xml version="1.0"?>'),
  sent('nothing but blanks', ['xml.malformed'], () => '   '),
  sent('another root', ['xml.structure'], () => '<x/>'),
]

const filled = (name: string, content: string) =>
  sent(
    name,
    ['xml.limit', 'post.invalid'],
    put('<samlp:Status>', `<samlp:Extensions>${content}</samlp:Extensions><samlp:Status>`),
  )

/** What costs somebody more than it costs the attacker. */
export const costAttacks: readonly Attack[] = [
  filled('5000 elements nested', `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`),
  filled('20 000 elements in a row', '<a/>'.repeat(20_000)),
  filled('20 000 comments', '<!---->'.repeat(20_000)),
  filled(
    '3000 attributes',
    `<a ${Array.from({ length: 3000 }, (_, at) => `a${at}=""`).join(' ')}/>`,
  ),
  filled(
    '500 namespaces on one element',
    `<a ${Array.from({ length: 500 }, (_, at) => `xmlns:n${at}="urn:x"`).join(' ')}/>`,
  ),
  filled('a name of 5000 characters', `<${'a'.repeat(5000)}/>`),
  filled('a value of 200 000 characters', `<a b="${'x'.repeat(200_000)}"/>`),
  filled('a text of 200 000 characters', 'x'.repeat(200_000)),
  filled('a comment of 200 000 characters', `<!--${'x'.repeat(200_000)}-->`),
  filled('a namespace of 5000 characters', `<a xmlns:p="urn:${'x'.repeat(5000)}"/>`),
  filled('2 MiB of text', 'x'.repeat(2 * 1024 * 1024)),
  filled('300 KiB in short texts', '<a>x</a>'.repeat(40_000)),
  filled(
    'namespaces on each of many levels',
    `${Array.from({ length: 60 }, (_, at) => `<a ${Array.from({ length: 40 }, (_, n) => `xmlns:n${at}x${n}="urn:x"`).join(' ')}>`).join('')}${'</a>'.repeat(60)}`,
  ),
]
