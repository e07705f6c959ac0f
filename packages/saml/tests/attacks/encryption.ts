/** Encryption is no signature: what is encrypted wrongly, or beside what is signed, gains nothing. */
import { cut, issue, type Signed, sign } from '../forge.ts'
import { type Attack, ns, put } from './attack.ts'
import { decryptionCodes, type Encryption, encrypt } from './encrypt.ts'

/** A response whose assertion was replaced; signed before that, or by an odd provider after it. */
function replaced(level: Signed, replace: (assertion: string) => string): string {
  if (level === 'assertion') {
    const pieces = cut(issue('assertion'), 'assertion')
    return pieces.replace(replace(pieces.original))
  }
  const pieces = cut(issue('response'), 'response')
  const change = (text: string) => text.replace(/<saml:Assertion .*<\/saml:Assertion>/s, replace)
  return sign(pieces.replace(change(pieces.bare)), 'response')
}

function refused(
  name: string,
  replace: (assertion: string) => string,
  more: Partial<Attack> = {},
): Attack {
  return {
    name,
    codes: [...decryptionCodes, 'base64.invalid', 'response.assertion'],
    forge: ({ level }) => replaced(level, replace),
    ...more,
  }
}

const made = (name: string, how: Encryption): Attack =>
  refused(name, assertion => encrypt(assertion, how))
const plaintext = (name: string, change: (assertion: string) => string): Attack =>
  refused(`the plaintext is ${name}`, assertion => encrypt(change(assertion)))

const flip = (at: (length: number) => number) => (bytes: Buffer) => {
  const index = at(bytes.length)
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return bytes
}
const key = /<xenc:EncryptedKey .*<\/xenc:EncryptedKey>/s
const contentMethod = /(<xenc:EncryptedData [^>]*><xenc:EncryptionMethod Algorithm=")[^"]*/
const keyMethod = /(<xenc:EncryptedKey [^>]*><xenc:EncryptionMethod Algorithm=")[^"]*/
const method = (where: RegExp, uri: string) => (xml: string) =>
  xml.replace(where, (_, start: string) => start + uri)

const envelope: readonly Attack[] = [
  ...[0, 4, 8, 12, 13, 14, 15].map(tagBytes => made(`a tag of ${tagBytes} bytes`, { tagBytes })),
  made('a byte of the IV changed', { bytes: flip(() => 0) }),
  made('a byte of the ciphertext changed', { bytes: flip(length => length >> 1) }),
  made('a byte of the tag changed', { bytes: flip(length => length - 1) }),
  made('the IV cut off', { bytes: bytes => bytes.subarray(12) }),
  made('the IV cut by a byte', { bytes: bytes => bytes.subarray(1) }),
  made('an IV of 16 bytes', { bytes: bytes => Buffer.concat([Buffer.alloc(4), bytes]) }),
  made('a byte more', { bytes: bytes => Buffer.concat([bytes, Buffer.alloc(1)]) }),
  made('nothing but an IV', { bytes: bytes => bytes.subarray(0, 12) }),
  made('nothing but an IV and a tag', { bytes: bytes => bytes.subarray(0, 28) }),
  made('RSA 1.5 for the key', { transport: 'pkcs1' }),
  made('RSA 1.5 named, OAEP made', { text: method(keyMethod, `${ns.enc}rsa-1_5`) }),
  made('no known key transport', { text: method(keyMethod, 'urn:x') }),
  made('a key wrapped by AES', { text: method(keyMethod, `${ns.enc}kw-aes256`) }),
  made('CBC named, GCM made', { text: method(contentMethod, `${ns.enc}aes256-cbc`) }),
  made('another key length named', { text: xml => xml.replace('aes256-gcm', 'aes128-gcm') }),
  made('Triple DES named', { text: method(contentMethod, `${ns.enc}tripledes-cbc`) }),
  made('no known cipher', { text: method(contentMethod, 'urn:x') }),
  made('no cipher', { text: method(contentMethod, '') }),
  made('no EncryptionMethod', {
    text: put(/<xenc:EncryptionMethod Algorithm="[^"]*gcm"><\/xenc:EncryptionMethod>/, ''),
  }),
  made('no key', { text: put(key, '') }),
  made('a hundred keys', { text: xml => xml.replace(key, found => found.repeat(100)) }),
  made('a key in a key', {
    text: xml => xml.replace('</xenc:EncryptedKey>', `${key.exec(xml)?.[0]}</xenc:EncryptedKey>`),
  }),
  made('a key by reference to the network', {
    text: put(key, '<ds:RetrievalMethod URI="http://127.0.0.1:9/"/>'),
  }),
  made('a key by reference to itself', {
    text: put(
      key,
      '<ds:RetrievalMethod URI="#_k" Type="http://www.w3.org/2001/04/xmlenc#EncryptedKey"/>',
    ),
  }),
  made('the key in no base64', {
    text: xml => xml.replace(/(<xenc:EncryptedKey .*?<xenc:CipherValue>)[^<]*/s, '$1!!'),
  }),
  made('the key of another recipient', {
    text: xml => xml.replace(/(<xenc:EncryptedKey .*?<xenc:CipherValue>)..../s, '$1AAAA'),
  }),
  made('a CipherReference to the network', {
    text: put(
      /<xenc:CipherValue>[^<]*<\/xenc:CipherValue>(?=<\/xenc:CipherData><\/xenc:EncryptedData>)/,
      '<xenc:CipherReference URI="http://127.0.0.1:9/x"/>',
    ),
  }),
  made('a CipherReference with a transform', {
    text: put(
      /<xenc:CipherValue>[^<]*<\/xenc:CipherValue>(?=<\/xenc:CipherData><\/xenc:EncryptedData>)/,
      '<xenc:CipherReference URI=""><xenc:Transforms><ds:Transform xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/></xenc:Transforms></xenc:CipherReference>',
    ),
  }),
  made('two EncryptedData', {
    text: xml => xml.replace(/<xenc:EncryptedData .*<\/xenc:EncryptedData>/s, '$&$&'),
  }),
  made('no EncryptedData', { text: put(/<xenc:EncryptedData .*<\/xenc:EncryptedData>/s, '') }),
  made('the Type of content', { text: xml => xml.replace(`${ns.enc}Element`, `${ns.enc}Content`) }),
  made('another Type', { text: xml => xml.replace(`${ns.enc}Element`, 'urn:x') }),
  // Canonical form has no comments: where the Response is signed, this one is gone before it is read.
  refused(
    'a comment in CipherValue',
    assertion =>
      encrypt(assertion, {
        text: xml => xml.replace(/<xenc:CipherValue>..../, '$&<!-- -->'),
      }),
    { level: 'assertion' },
  ),
  made('an element in CipherValue', {
    text: xml => xml.replace(/<xenc:CipherValue>..../, '$&<x/>'),
  }),
  made('junk in CipherValue', { text: xml => xml.replace(/<xenc:CipherValue>..../g, '$&!') }),
  made('the assertion in the clear beside its ciphertext, in one element', {
    text: xml =>
      put('</saml:EncryptedAssertion>', `<saml:Assertion/></saml:EncryptedAssertion>`)(xml),
  }),
]

const evil = (assertion: string) =>
  assertion
    .replaceAll('alice@', 'admin@')
    .replace('"_assertion"', '"_evil"')
    .replace(/<ds:Signature .*<\/ds:Signature>/s, '')
const also: Attack['codes'] = [
  ...decryptionCodes,
  'response.assertion',
  'signature.missing',
  'signature.digest',
  'signature.id',
  'xml.structure',
]

const plaintexts: readonly Attack[] = [
  plaintext('nothing', () => ''),
  plaintext('text', () => 'x'),
  plaintext('two roots', text => text + text),
  plaintext('an assertion and an evil one', text => text + evil(text)),
  plaintext('an evil assertion and an assertion', text => evil(text) + text),
  plaintext(
    'a Response',
    text => `<samlp:Response xmlns:samlp="${ns.samlp}">${text}</samlp:Response>`,
  ),
  plaintext('an assertion in an assertion', text =>
    text.replace('</saml:Conditions>', `$&<saml:Advice>${encrypt(text)}</saml:Advice>`),
  ),
  plaintext('an assertion encrypted again', text => encrypt(text)),
  plaintext('an assertion with a DOCTYPE', text => `<!DOCTYPE x>${text}`),
  plaintext('an assertion with an entity', text => text.replace('alice@', '&e;@')),
  plaintext('an assertion with junk before it', text => `x${text}`),
  plaintext('an assertion with junk behind it', text => `${text}x`),
  plaintext('an assertion with a null behind it', text => `${text}\u0000`),
  plaintext('an assertion that leaves its prefix to the outside', text =>
    text.replace(/ xmlns:saml="[^"]*"/, ''),
  ),
  plaintext('a closing tag first', text => `</saml:EncryptedAssertion>${text}`),
  plaintext('a NameID', () => `<saml:NameID xmlns:saml="${ns.saml}">admin@corp.test</saml:NameID>`),
  plaintext('an assertion of another namespace', text => text.replace(ns.saml, 'urn:x')),
  plaintext('an assertion too deep', text =>
    text.replace(
      '</saml:Conditions>',
      `$&<saml:Advice>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</saml:Advice>`,
    ),
  ),
].map(attack => ({ ...attack, codes: also }))

const besides: readonly Attack[] = [
  ...(
    [
      [
        'a signed assertion and an evil encrypted one behind it',
        text => text + encrypt(evil(text)),
      ],
      ['a signed assertion behind an evil encrypted one', text => encrypt(evil(text)) + text],
      ['two encrypted ones, the evil one first', text => encrypt(evil(text)) + encrypt(text)],
      ['two encrypted ones, the evil one last', text => encrypt(text) + encrypt(evil(text))],
      ['an encrypted one twice', text => encrypt(text).repeat(2)],
      ['an encrypted one and an evil plain one', text => encrypt(text) + evil(text)],
      ['an encrypted one in a wrapper', text => `<x>${encrypt(text)}</x>`],
      [
        'EncryptedData in place of EncryptedAssertion',
        text => encrypt(text).replace(/<\/?saml:EncryptedAssertion[^>]*>/g, ''),
      ],
      [
        'an EncryptedID in place of the assertion',
        text => encrypt(text).replaceAll('EncryptedAssertion', 'EncryptedID'),
      ],
      [
        'an ID equal to that of the Response',
        text => encrypt(text.replaceAll('_assertion', '_response')),
      ],
    ] as const satisfies readonly (readonly [string, (text: string) => string])[]
  ).map(([name, replace]) => refused(name, replace, { codes: also })),
  refused('an evil assertion that nobody signed', text => encrypt(evil(text)), {
    codes: also,
    level: 'assertion',
  }),
  refused('CBC without a signature around it', text => encrypt(text, { content: 'aes256-cbc' }), {
    level: 'assertion',
  }),
  {
    name: 'the encrypted original in Extensions, an evil assertion in its place',
    codes: also,
    level: 'assertion',
    forge: () => {
      const pieces = cut(issue('assertion'), 'assertion')
      return put(
        '<samlp:Status>',
        `<samlp:Extensions>${encrypt(pieces.original)}</samlp:Extensions><samlp:Status>`,
      )(pieces.replace(pieces.evil))
    },
  },
  {
    name: 'the ciphertext of another sign-in in a signed Response',
    codes: [...also, 'signature.digest'],
    level: 'response',
    forge: () => {
      const text = replaced('response', assertion => encrypt(assertion))
      const other = replaced('response', assertion => encrypt(evil(assertion)))
      const value = /<saml:EncryptedAssertion .*<\/saml:EncryptedAssertion>/s
      return text.replace(value, () => value.exec(other)?.[0] ?? '')
    },
  },
]

export const encryptionAttacks: readonly Attack[] = [...envelope, ...plaintexts, ...besides]

/** What must be taken once encryption is offered. */
export const encryptionVariants: readonly (readonly [string, Encryption])[] = [
  ['AES-256 in GCM', {}],
  ['AES-128 in GCM', { content: 'aes128-gcm' }],
  ['the EncryptedKey beside the EncryptedData', { isKeyBeside: true }],
  ['the EncryptedKey twice', { text: xml => xml.replace(key, '$&$&') }],
]

export const encryptedWith = (level: Signed, how: Encryption): string =>
  replaced(level, assertion => encrypt(assertion, how))
