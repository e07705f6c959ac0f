/** Signature wrapping: the signed element is still there, another one stands where facts are read. */
import { signXml } from '@rolecall/saml'
import { honest } from '../forge.ts'
import { type Attack, evilWith, ns, put, signatureEnd, type Target, underSameId } from './attack.ts'

const refusals = [
  'signature.structure',
  'signature.position',
  'signature.reference',
  'signature.missing',
  'signature.id',
  'response.assertion',
  'xml.structure',
] as const

const wrapped = (name: string, forge: Attack['forge'], more: Partial<Attack> = {}): Attack => ({
  name,
  forge,
  codes: refusals,
  ...more,
})

/** Puts something into the Signature of the evil element, before its end. */
const inEvilSignature = (target: Target, evil: string, text: string) =>
  target.replace(target.insert(evil, put(signatureEnd, text + signatureEnd)(target.signature)))

const extensions = (content: string) =>
  `<samlp:Extensions xmlns:samlp="${ns.samlp}">${content}</samlp:Extensions>`
const statusDetail = (content: string) => (document: string) =>
  put(
    '</samlp:Status>',
    `<samlp:StatusDetail>${content}</samlp:StatusDetail></samlp:Status>`,
  )(document)

/** Where an original can be hidden while the evil element stands in its place. */
const hidingPlaces: readonly [string, (document: string, hidden: string) => string][] = [
  [
    'Extensions',
    (text, hidden) => put('<samlp:Status>', `${extensions(hidden)}<samlp:Status>`)(text),
  ],
  ['StatusDetail', (text, hidden) => statusDetail(hidden)(text)],
  [
    'StatusMessage',
    (text, hidden) =>
      put(
        '</samlp:Status>',
        `<samlp:StatusMessage>${hidden}</samlp:StatusMessage></samlp:Status>`,
      )(text),
  ],
  [
    'StatusCode',
    (text, hidden) => put('</samlp:StatusCode>', `${hidden}</samlp:StatusCode>`)(text),
  ],
  [
    'Advice',
    (text, hidden) =>
      put('</saml:Conditions>', `</saml:Conditions><saml:Advice>${hidden}</saml:Advice>`)(text),
  ],
  ['Conditions', (text, hidden) => put('</saml:Conditions>', `${hidden}</saml:Conditions>`)(text)],
  ['Subject', (text, hidden) => put('</saml:Subject>', `${hidden}</saml:Subject>`)(text)],
  [
    'SubjectConfirmationData',
    (text, hidden) =>
      put('</saml:SubjectConfirmationData>', `${hidden}</saml:SubjectConfirmationData>`)(text),
  ],
  ['NameID', (text, hidden) => put('</saml:NameID>', `${hidden}</saml:NameID>`)(text)],
  [
    'AuthnContextDecl',
    (text, hidden) =>
      put(
        '</saml:AuthnContextClassRef>',
        `</saml:AuthnContextClassRef><saml:AuthnContextDecl>${hidden}</saml:AuthnContextDecl>`,
      )(text),
  ],
  [
    'AttributeValue',
    (text, hidden) => put('</saml:AttributeValue>', `${hidden}</saml:AttributeValue>`)(text),
  ],
  ['Issuer', (text, hidden) => put('</saml:Issuer>', `${hidden}</saml:Issuer>`)(text)],
  [
    'an unknown element at the end',
    (text, hidden) => put('</samlp:Response>', `<x>${hidden}</x></samlp:Response>`)(text),
  ],
  [
    'an unknown element at the front',
    (text, hidden) => put(/(?=<saml:Issuer)/, `<x>${hidden}</x>`)(text),
  ],
  ['a foreign wrapper root', (text, hidden) => `<x>${text}${hidden}</x>`],
  ['a second root', (text, hidden) => text + hidden],
  ['a comment', (text, hidden) => put('<samlp:Status>', `<!--${hidden}--><samlp:Status>`)(text)],
  [
    'a CDATA section',
    (text, hidden) =>
      put('<samlp:Status>', `${extensions(`<![CDATA[${hidden}]]>`)}<samlp:Status>`)(text),
  ],
  [
    'an Object of no Signature',
    (text, hidden) =>
      put(
        '<samlp:Status>',
        `<ds:Object xmlns:ds="${ns.ds}">${hidden}</ds:Object><samlp:Status>`,
      )(text),
  ],
  [
    'an empty Signature of the evil element',
    (text, hidden) =>
      put(
        '<samlp:Status>',
        `<ds:Signature xmlns:ds="${ns.ds}"><ds:Object>${hidden}</ds:Object></ds:Signature><samlp:Status>`,
      )(text),
  ],
]

const hidden: readonly Attack[] = hidingPlaces.map(([place, hide]) =>
  wrapped(
    `the original hidden in ${place}, the evil element in its place`,
    target => hide(target.replace(target.evil), target.original),
    { codes: [...refusals, 'xml.malformed', 'response.status', 'assertion.subject'] },
  ),
)

const hiddenUnderSameId: readonly Attack[] = hidingPlaces.map(([place, hide]) =>
  wrapped(
    `the original hidden in ${place}, the evil element in its place under the same ID`,
    target => hide(target.replace(underSameId(target)), target.original),
    { codes: [...refusals, 'xml.malformed', 'response.status', 'assertion.subject'] },
  ),
)

/** The good element stays where it was; the evil one stands where a search might find it first. */
const besides: readonly Attack[] = hidingPlaces.slice(0, 5).map(([place, hide]) =>
  wrapped(
    `the evil element in ${place}, the original in its place`,
    target => hide(target.replace(target.original), target.evil),
    {
      codes: [...refusals, 'signature.digest', 'response.status', 'xml.malformed'],
      isHarmless: true,
    },
  ),
)

/** The eight permutations of Somorovsky et al. 2012 and their relatives. */
export const wrappings: readonly Attack[] = [
  wrapped('XSW1, XSW6: the original inside the Signature of the evil element', target =>
    inEvilSignature(target, target.evil, target.bare),
  ),
  wrapped('XSW1 with the signed original inside a copy of its Signature', target =>
    inEvilSignature(target, target.evil, target.original),
  ),
  wrapped('XSW2: the original before the detached Signature in the evil element', target =>
    evilWith(target, target.bare + target.signature),
  ),
  wrapped('XSW2 turned: the Signature before the original in the evil element', target =>
    evilWith(target, target.signature + target.bare),
  ),
  wrapped(
    'XSW3: the evil element before the signed one',
    target => target.replace(target.evil + target.original),
    { codes: [...refusals, 'xml.malformed'] },
  ),
  wrapped(
    'XSW3 turned: the evil element after the signed one',
    target => target.replace(target.original + target.evil),
    { codes: [...refusals, 'xml.malformed'] },
  ),
  wrapped(
    'XSW3 under the same ID',
    target => target.replace(underSameId(target) + target.original),
    {
      codes: [...refusals, 'xml.malformed'],
    },
  ),
  wrapped(
    'XSW3 turned, under the same ID',
    target => target.replace(target.original + underSameId(target)),
    { codes: [...refusals, 'xml.malformed'] },
  ),
  wrapped('XSW4: the signed element inside the evil one', target =>
    target.replace(target.append(target.evil, target.original)),
  ),
  wrapped('XSW4 at the front of the evil one', target => evilWith(target, target.original)),
  wrapped('XSW5: the evil element keeps the Signature, the original moved to the end', target =>
    target.append(evilWith(target, target.signature), target.bare),
  ),
  wrapped('XSW5 under the same ID', target =>
    target.append(
      target.replace(target.insert(underSameId(target), target.signature)),
      target.bare,
    ),
  ),
  wrapped('XSW7: the signed element in Extensions, the evil one under the same ID', target =>
    target.insert(target.replace(underSameId(target)), extensions(target.original)),
  ),
  wrapped(
    'XSW7 turned: the evil element in Extensions under the same ID',
    target => target.insert(target.replace(target.original), extensions(underSameId(target))),
    { codes: [...refusals, 'signature.digest'] },
  ),
  wrapped('XSW8: the original in an Object of the Signature of the evil element', target =>
    inEvilSignature(target, target.evil, `<ds:Object>${target.bare}</ds:Object>`),
  ),
  wrapped('XSW8 under the same ID', target =>
    inEvilSignature(target, underSameId(target), `<ds:Object>${target.bare}</ds:Object>`),
  ),
  wrapped('XSW8 with a Manifest', target =>
    inEvilSignature(
      target,
      target.evil,
      `<ds:Object><ds:Manifest>${target.bare}</ds:Manifest></ds:Object>`,
    ),
  ),
  wrapped('XSW8 with a KeyInfo', target =>
    inEvilSignature(target, target.evil, `<ds:KeyInfo>${target.bare}</ds:KeyInfo>`),
  ),
  wrapped('an Object in the Signature of the original', target =>
    inEvilSignature(target, target.bare, `<ds:Object>${target.evil}</ds:Object>`),
  ),
  wrapped(
    'the Signature kept by the evil element and nothing else',
    target => evilWith(target, target.signature),
    { codes: ['signature.reference'] },
  ),
  wrapped(
    'the Signature kept by the evil element under the ID of the original',
    target => target.replace(target.insert(underSameId(target), target.signature)),
    { codes: ['signature.digest'] },
  ),
  wrapped(
    'a Signature of the Response that refers to the assertion in it',
    target => {
      const document = target.replace(target.evil)
      return put('</saml:Issuer>', `</saml:Issuer>${target.signature}`)(document)
    },
    { level: 'assertion' },
  ),
  wrapped(
    'a Signature of the Response that refers to the honest assertion in it',
    target => {
      const document = target.replace(target.bare)
      return put('</saml:Issuer>', `</saml:Issuer>${target.signature}`)(document)
    },
    { level: 'assertion' },
  ),
  wrapped(
    'a Signature in the assertion that refers to the Response around it',
    target => {
      const evil = put('alice@', 'admin@')(target.bare)
      return put(/(?<=<saml:Assertion .*?<\/saml:Issuer>)/s, target.signature)(evil)
    },
    { level: 'response', isHarmlessOutside: true },
  ),
  wrapped(
    'a signed Response inside the evil one',
    target => target.append(target.evil, target.original),
    { level: 'response' },
  ),
  wrapped(
    'a signed Response inside the evil assertion',
    target => put('</saml:Assertion>', `${target.original}</saml:Assertion>`)(target.evil),
    { level: 'response' },
  ),
  wrapped(
    'two assertions, each signed by the identity provider',
    target => {
      const second = put('alice@', 'bob@')(target.bare).replace('ID="_assertion"', 'ID="_second"')
      return target.replace(target.original + signXml(second, { key: honest.privateKey }))
    },
    { level: 'assertion', codes: ['response.assertion'] },
  ),
  wrapped(
    'an unsigned assertion beside a signed one in a signed Response',
    target => {
      const second = put(
        'ID="_assertion"',
        'ID="_second"',
      )(/<saml:Assertion .*<\/saml:Assertion>/s.exec(target.unsigned)?.[0] ?? '')
      return target.sign(target.append(target.unsigned, second))
    },
    { level: 'response', codes: ['response.assertion', 'response.encrypted'] },
  ),
  ...hidden,
  ...hiddenUnderSameId,
  ...besides,
]

/** What a reader finds that looks at local names, or at a namespace that looks right. */
export const namespaceConfusions: readonly Attack[] = [
  ...(
    [
      ['no namespace', ''],
      ['a look-alike with a slash', `${ns.saml}/`],
      ['a look-alike in capitals', ns.saml.toUpperCase()],
      ['a look-alike with an escape', ns.saml.replace('assertion', '%61ssertion')],
      ['SAML 1.1', 'urn:oasis:names:tc:SAML:1.0:assertion'],
    ] as const
  ).map(([name, uri]) =>
    wrapped(
      `the evil assertion in ${name} before the signed one`,
      target => {
        const evil = target.evil
          .replace(/<(\/?)saml:/g, '<$1')
          .replace(/ xmlns:saml="[^"]*"/, ` xmlns="${uri}"`)
        return target.replace(evil + target.original)
      },
      { level: 'assertion' },
    ),
  ),
  wrapped(
    'the evil assertion under another prefix before the signed one',
    target => {
      const evil = target.evil.replaceAll('saml:', 'a:').replace('xmlns:saml', 'xmlns:a')
      return target.replace(evil + target.original)
    },
    { level: 'assertion' },
  ),
  wrapped('the Signature in a look-alike namespace', target =>
    evilWith(target, target.signature.replaceAll(ns.ds, ns.ds.slice(0, -1))),
  ),
  wrapped('the Signature in no namespace', target =>
    evilWith(
      target,
      target.signature.replace(/<(\/?)ds:/g, '<$1').replace(/ xmlns:ds="[^"]*"/, ''),
    ),
  ),
  wrapped('SignedInfo in a look-alike namespace', target =>
    target.replace(
      target.insert(
        target.bare,
        put('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="urn:x">')(target.signature),
      ),
    ),
  ),
  wrapped(
    'the prefix of the assertion bound anew below it',
    target =>
      target.replace(put('<saml:Subject>', '<saml:Subject xmlns:saml="urn:x">')(target.original)),
    { codes: ['xml.structure', 'signature.digest', 'assertion.subject'] },
  ),
]
