/** Inside the Signature: its parts, canonicalization, transforms, comments, text and digest. */
import { createHash } from 'node:crypto'
import {
  type Attack,
  edited,
  inSignature,
  inSignedInfo,
  ns,
  put,
  resigned,
  signatureEnd,
  type Target,
  withSignature,
} from './attack.ts'

const element = (local: string) => new RegExp(`<ds:${local}[ >].*?</ds:${local}>`, 's')
const twice = (local: string) => (text: string) => text.replace(element(local), '$&$&')
const without = (local: string) => put(element(local), '')
const structure = ['signature.structure'] as const

/** A Reference to the evil element, with the right digest for it. */
function evilReference(target: Target, uri: string): string {
  const digest = createHash('sha256').update(target.evil).digest('base64')
  return (element('Reference').exec(target.signature)?.[0] ?? '')
    .replace(/URI="[^"]*"/, `URI="${uri}"`)
    .replace(/(<ds:DigestValue>)[^<]*/, (_, tag: string) => tag + digest)
}

const parts: readonly Attack[] = [
  inSignedInfo('no Reference, signed', structure, without('Reference')),
  inSignedInfo('the Reference twice, signed', structure, twice('Reference')),
  ...(
    [
      ['second', (good, evil) => good + evil],
      ['first', (good, evil) => evil + good],
    ] as const satisfies readonly (readonly [string, (good: string, evil: string) => string])[]
  ).map(
    ([name, order]): Attack => ({
      name: `a ${name} Reference, to the evil element beside, signed`,
      codes: [...structure, 'response.assertion', 'xml.malformed', 'xml.structure'],
      forge: target => {
        const signature = resigned(target.signature, info =>
          info.replace(element('Reference'), good => order(good, evilReference(target, '#_evil'))),
        )
        const text = withSignature(target, signature)
        return target.level === 'assertion'
          ? put(
              '<samlp:Status>',
              `<samlp:Extensions>${target.evil}</samlp:Extensions><samlp:Status>`,
            )(text)
          : text
      },
    }),
  ),
  inSignedInfo('500 References, signed', structure, text =>
    text.replace(element('Reference'), found => found.repeat(500)),
  ),
  inSignature('two SignedInfo', structure, twice('SignedInfo')),
  {
    name: 'a SignedInfo about the evil element after the signed one',
    codes: [...structure, 'signature.reference'],
    forge: target => evilSignedInfo(target, (good, evil) => good + evil),
  },
  {
    name: 'a SignedInfo about the evil element before the signed one',
    codes: [...structure, 'signature.reference'],
    forge: target => evilSignedInfo(target, (good, evil) => evil + good),
  },
  inSignature('SignedInfo in a wrapper', structure, text =>
    text.replace(element('SignedInfo'), found => `<ds:Object>${found}</ds:Object>`),
  ),
  inSignature('SignedInfo within SignedInfo', [...structure, 'signature.algorithm'], text =>
    text.replace(
      '<ds:SignedInfo>',
      () => `<ds:SignedInfo>${element('SignedInfo').exec(text)?.[0]}`,
    ),
  ),
  inSignature('SignedInfo in KeyInfo as well', structure, text =>
    put(signatureEnd, `<ds:KeyInfo/><ds:KeyInfo/>${signatureEnd}`)(text),
  ),
  inSignature('no SignedInfo', structure, without('SignedInfo')),
  inSignature('no SignatureValue', structure, without('SignatureValue')),
  inSignature('two SignatureValues', structure, twice('SignatureValue')),
  inSignature('SignatureValue before SignedInfo', structure, text => {
    const value = element('SignatureValue').exec(text)?.[0] ?? ''
    return text.replace(value, '').replace('<ds:SignedInfo>', `${value}<ds:SignedInfo>`)
  }),
  inSignature(
    'an element in SignatureValue',
    ['signature.structure', 'xml.structure'],
    put('</ds:SignatureValue>', '<x/></ds:SignatureValue>'),
  ),
  inSignature('a foreign child', structure, put(signatureEnd, `<x/>${signatureEnd}`)),
  inSignature(
    'text in it',
    ['xml.structure', 'signature.structure'],
    put(signatureEnd, `x${signatureEnd}`),
  ),
  inSignature(
    'an attribute of its own',
    structure,
    put('<ds:Signature ', '<ds:Signature Type="x" '),
  ),
  ...[
    'CanonicalizationMethod',
    'SignatureMethod',
    'DigestMethod',
    'DigestValue',
    'Transforms',
  ].flatMap(local => [
    inSignedInfo(`${local} twice, signed`, structure, twice(local)),
    // What comes first is taken for the canonicalization, and is none.
    inSignedInfo(`no ${local}, signed`, [...structure, 'signature.algorithm'], without(local)),
  ]),
  inSignedInfo(
    'a foreign child of SignedInfo, signed',
    structure,
    put('</ds:SignedInfo>', '<x xmlns=""></x></ds:SignedInfo>'),
  ),
  inSignedInfo(
    'text in SignedInfo, signed',
    ['xml.structure', 'signature.structure'],
    put('</ds:SignedInfo>', 'x</ds:SignedInfo>'),
  ),
  inSignedInfo(
    'a Type on the Reference, signed',
    structure,
    put('<ds:Reference ', '<ds:Reference Type="http://www.w3.org/2000/09/xmldsig#Manifest" '),
  ),
  {
    name: 'the digest of the evil element in the StatusDetail, before the signed one',
    codes: ['signature.digest'],
    forge: target => {
      const digest = `<ds:DigestValue xmlns:ds="${ns.ds}">${createHash('sha256').update(target.evil).digest('base64')}</ds:DigestValue>`
      return put(
        '</samlp:Status>',
        `<samlp:StatusDetail>${digest}</samlp:StatusDetail></samlp:Status>`,
      )(target.replace(put('alice@', 'admin@')(target.original)))
    },
  },
  inSignature('another digest', ['signature.value'], text =>
    text.replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${'A'.repeat(43)}=`),
  ),
  ...(
    [
      ['nothing', createHash('sha256').digest('base64')],
      ['zeros', Buffer.alloc(32).toString('base64')],
      ['one byte', 'AA=='],
      ['33 bytes', Buffer.alloc(33).toString('base64')],
    ] as const
  ).map(([name, digest]) =>
    inSignedInfo(`the digest of ${name}, signed`, ['signature.digest'], text =>
      text.replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${digest}`),
    ),
  ),
]

function evilSignedInfo(target: Target, order: (good: string, evil: string) => string): string {
  const good = element('SignedInfo').exec(target.signature)?.[0] ?? ''
  const evil = good.replace(element('Reference'), () => evilReference(target, '#_evil'))
  const signature = target.signature.replace(good, () => order(good, evil))
  return target.replace(target.insert(target.evil, signature))
}

/** Comments and instructions, where a reader that takes the first text node is cut off. */
const leaves = ['DigestValue', 'SignatureValue']
const comments: readonly Attack[] = [
  ...leaves.flatMap(local => [
    inSignature(
      `a comment at the front of ${local}`,
      structure,
      put(`<ds:${local}>`, `<ds:${local}><!--x-->`),
    ),
    inSignature(
      `a comment at the end of ${local}`,
      structure,
      put(`</ds:${local}>`, `<!--x--></ds:${local}>`),
    ),
    inSignature(`a comment within ${local}`, structure, text =>
      text.replace(new RegExp(`(<ds:${local}>....)`), '$1<!--x-->'),
    ),
    inSignature(`a section within ${local}`, structure, text =>
      text.replace(new RegExp(`(<ds:${local}>....)`), '$1<![CDATA[]]>'),
    ),
    inSignature(
      `the digest in a comment of ${local}`,
      structure,
      put(`<ds:${local}>`, `<ds:${local}><!--AAAA-->`),
    ),
    inSignature(
      `an instruction within ${local}`,
      ['xml.instruction'],
      put(`<ds:${local}>`, `<ds:${local}><?x?>`),
    ),
  ]),
  ...['SignedInfo', 'Transforms', 'Signature'].map(local =>
    inSignature(`a comment in ${local}`, structure, text =>
      text.replace(new RegExp(`</ds:${local}>`), '<!--x-->$&'),
    ),
  ),
  inSignature(
    'a comment in KeyInfo',
    structure,
    put(signatureEnd, `<ds:KeyInfo><!--x--></ds:KeyInfo>${signatureEnd}`),
  ),
]

const algorithm = (local: string, uri: string) => (text: string) =>
  text.replace(new RegExp(`(<ds:${local} Algorithm=")[^"]*`), (_, start: string) => start + uri)

const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
const transform = (uri: string, content = '') =>
  `<ds:Transform Algorithm="${uri}">${content}</ds:Transform>`
const enveloped = transform(`${ns.ds}enveloped-signature`)
const canonical = transform(ns.exclusive)
const transforms = (...list: readonly string[]) =>
  put(element('Transforms'), `<ds:Transforms>${list.join('')}</ds:Transforms>`)
const inclusive = (prefixes: string) =>
  `<ec:InclusiveNamespaces xmlns:ec="${ns.exclusive}" PrefixList="${prefixes}"></ec:InclusiveNamespaces>`

export const transformAttacks: readonly Attack[] = [
  ...(
    [
      ['none', []],
      ['only enveloped-signature', [enveloped]],
      ['only canonicalization', [canonical]],
      ['the two turned', [canonical, enveloped]],
      ['enveloped-signature twice', [enveloped, enveloped, canonical]],
      ['canonicalization twice', [enveloped, canonical, canonical]],
      ['2000 of them', [enveloped, canonical.repeat(2000)]],
      ['an XPath', [enveloped, transform(xpath, '<ds:XPath>1</ds:XPath>'), canonical]],
      [
        'an XPath in place of enveloped-signature',
        [transform(xpath, '<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>'), canonical],
      ],
      [
        'an XPath filter',
        [enveloped, transform('http://www.w3.org/2002/06/xmldsig-filter2'), canonical],
      ],
      [
        'an XSLT',
        [
          enveloped,
          transform(
            'http://www.w3.org/TR/1999/REC-xslt-19991116',
            '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform"></xsl:stylesheet>',
          ),
          canonical,
        ],
      ],
      ['base64', [transform(`${ns.ds}base64`)]],
      ['decryption', [enveloped, transform('http://www.w3.org/2002/07/decrypt#XML'), canonical]],
      [
        'inclusive canonicalization',
        [enveloped, transform('http://www.w3.org/TR/2001/REC-xml-c14n-20010315')],
      ],
      ['canonicalization 1.1', [enveloped, transform('http://www.w3.org/2006/12/xml-c14n11')]],
      ['an unknown one', [enveloped, transform('urn:x'), canonical]],
      ['a blank in a name', [enveloped, transform(`${ns.exclusive} `)]],
      ['a name in other case', [enveloped, transform(ns.exclusive.toUpperCase())]],
    ] as const
  ).map(([name, list]) =>
    inSignedInfo(`the transforms: ${name}, signed`, ['signature.transform'], transforms(...list)),
  ),
  inSignedInfo('no Transforms, signed', structure, without('Transforms')),
  ...(
    [
      [
        'a parameter of enveloped-signature',
        transform(`${ns.ds}enveloped-signature`, '<ds:XPath>1</ds:XPath>'),
        canonical,
      ],
      [
        'an XPath as parameter of canonicalization',
        enveloped,
        transform(ns.exclusive, '<ds:XPath>1</ds:XPath>'),
      ],
      [
        'a list in another namespace',
        enveloped,
        transform(ns.exclusive, '<ds:InclusiveNamespaces PrefixList="p"></ds:InclusiveNamespaces>'),
      ],
      ['two lists', enveloped, transform(ns.exclusive, inclusive('p').repeat(2))],
      ['a list with a colon', enveloped, transform(ns.exclusive, inclusive('p:q'))],
      ['a list of 17', enveloped, transform(ns.exclusive, inclusive('p '.repeat(17)))],
      [
        'a list with an attribute more',
        enveloped,
        transform(ns.exclusive, inclusive('p').replace(' PrefixList', ' x="" PrefixList')),
      ],
    ] as const
  ).map(([name, ...list]) =>
    inSignedInfo(`the transforms: ${name}, signed`, structure, transforms(...list)),
  ),
  {
    name: 'an XPath that leaves the Subject out, signed by the identity provider',
    codes: ['signature.transform'],
    forge: target => {
      const subject = /<saml:Subject>.*<\/saml:Subject>/s
      const digest = createHash('sha256').update(target.bare.replace(subject, '')).digest('base64')
      const leaveOut = transform(xpath, '<ds:XPath>not(ancestor-or-self::saml:Subject)</ds:XPath>')
      const signature = resigned(target.signature, info =>
        transforms(
          enveloped,
          leaveOut,
          canonical,
        )(info).replace(/(<ds:DigestValue>)[^<]*/, (_, tag: string) => tag + digest),
      )
      const evil = put('alice@', 'admin@')(target.bare)
      return target.replace(target.insert(evil, signature))
    },
  },
]

export const canonicalizationAttacks: readonly Attack[] = [
  ...[
    '',
    'urn:x',
    'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
    'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
    'http://www.w3.org/2006/12/xml-c14n11',
    'http://www.w3.org/2010/xml-c14n2',
    `${ns.exclusive} `,
    `${ns.exclusive}withcomments`,
  ].map(uri =>
    inSignedInfo(
      `the canonicalization "${uri}", signed`,
      ['signature.algorithm'],
      algorithm('CanonicalizationMethod', uri),
    ),
  ),
  ...(
    [
      ['relative', 'foo'],
      ['relative with dots', '../x'],
      ['one with a space', 'urn:a b'],
      ['one that is not ASCII', 'urn:ä'],
      ['one with an ampersand', 'urn:a&amp;b'],
      ['one with a quote', "urn:a'b"],
      ['one with a control character', 'urn:a&#9;b'],
      ['one with a backslash', 'urn:a\\b'],
      ['one with a bad escape', 'urn:a%zz'],
      ['one with a bad port', 'http://a:b/'],
      ['one of nothing but a scheme', 'urn:'],
    ] as const
  ).flatMap(([name, uri]): Attack[] => [
    // Void canonicalization: libxml2 gives up on such a document and answers nothing.
    {
      name: `a namespace that makes canonicalizers fail (${name}), and the digest of nothing, signed`,
      codes: ['xml.namespace'],
      forge: target => {
        const digest = createHash('sha256').digest('base64')
        const signature = resigned(target.signature, info =>
          info.replace(/(<ds:DigestValue>)[^<]*/, (_, tag: string) => tag + digest),
        )
        const evil = put('<saml:Subject>', `<saml:Subject xmlns:x="${uri}">`)(underSame(target))
        return target.replace(target.insert(evil, signature))
      },
    },
    {
      name: `a namespace nobody uses (${name}) in a signed message`,
      codes: ['xml.namespace'],
      forge: target =>
        put('<samlp:Status>', `<samlp:Status xmlns:x="${uri}">`)(target.replace(target.original)),
    },
  ]),
]

function underSame(target: Target): string {
  return put('alice@', 'admin@')(target.bare)
}

export const signedInfoAttacks: readonly Attack[] = [
  ...parts,
  ...comments,
  ...[
    '',
    `${ns.ds}sha1`,
    `${ns.more}md5`,
    `${ns.more}sha224`,
    `${ns.enc}ripemd160`,
    `${ns.enc}sha256 `,
    `${ns.enc}SHA256`,
    'none',
  ].map(uri =>
    inSignedInfo(
      `the digest method "${uri}", signed`,
      ['signature.algorithm'],
      algorithm('DigestMethod', uri),
    ),
  ),
  inSignedInfo(
    'a parameter of the digest method, signed',
    structure,
    put('</ds:DigestMethod>', '<ds:X></ds:X></ds:DigestMethod>'),
  ),
  edited('the name changed', ['signature.digest'], put('alice@', 'admin@')),
  edited('a group changed', ['signature.digest'], put('>staff<', '>admins<')),
  edited(
    'an attribute added',
    ['signature.digest'],
    put(
      '</saml:AttributeStatement>',
      '<saml:Attribute Name="x"><saml:AttributeValue>y</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>',
    ),
  ),
  edited(
    'an audience added',
    ['signature.digest'],
    put('<saml:Audience>', '<saml:Audience>urn:x</saml:Audience><saml:Audience>'),
  ),
  edited(
    'a condition removed',
    ['signature.digest'],
    put(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/s, ''),
  ),
]
