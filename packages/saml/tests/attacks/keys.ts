/** Which key verifies and by which algorithm: the message has no say in either. */
import {
  createHash,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  sign as signWithKey,
} from 'node:crypto'
import { signXml } from '@rolecall/saml'
import { attacker, honest, idp, sign } from '../forge.ts'
import {
  type Attack,
  inSignature,
  inSignedInfo,
  ns,
  put,
  resigned,
  signatureEnd,
  signHonestly,
  type Target,
  withSignature,
} from './attack.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })

const pinned = (...signingKeys: KeyObject[]) => ({ idp: { ...idp, signingKeys } })

const method = (uri: string) => (text: string) =>
  text.replace(/(<ds:SignatureMethod Algorithm=")[^"]*/, (_, start: string) => start + uri)
const digested = (target: Target, hash: string, uri: string) => (text: string) =>
  text
    .replace(/(<ds:DigestMethod Algorithm=")[^"]*/, (_, start: string) => start + uri)
    .replace(
      /(<ds:DigestValue>)[^<]*/,
      (_, tag: string) => tag + createHash(hash).update(target.bare).digest('base64'),
    )

/** Signed by a pinned RSA key, in full and correctly, by what is too weak or of another kind. */
function weak(
  name: string,
  signing: { method: string; hash: string; key?: KeyObject; digest?: readonly [string, string] },
): Attack {
  const key = signing.key ?? rsa.privateKey
  return {
    name,
    codes: ['signature.algorithm', 'signature.key'],
    options: pinned(rsa.publicKey, honest.publicKey),
    forge: target => {
      const change = (text: string) => {
        const changed = method(signing.method)(text)
        return signing.digest === undefined ? changed : digested(target, ...signing.digest)(changed)
      }
      const signature = resigned(target.signature, change, octets =>
        signWithKey(signing.hash, Buffer.from(octets), key),
      )
      return withSignature(target, signature)
    },
  }
}

export const weakAlgorithms: readonly Attack[] = [
  weak('RSA with SHA-1', { method: `${ns.ds}rsa-sha1`, hash: 'sha1' }),
  weak('RSA and digest with SHA-1', {
    method: `${ns.ds}rsa-sha1`,
    hash: 'sha1',
    digest: ['sha1', `${ns.ds}sha1`],
  }),
  weak('RSA with SHA-256 over a SHA-1 digest', {
    method: `${ns.more}rsa-sha256`,
    hash: 'sha256',
    digest: ['sha1', `${ns.ds}sha1`],
  }),
  weak('RSA with MD5', { method: `${ns.more}rsa-md5`, hash: 'md5' }),
  weak('RSA with SHA-256 over an MD5 digest', {
    method: `${ns.more}rsa-sha256`,
    hash: 'sha256',
    digest: ['md5', `${ns.more}md5`],
  }),
  weak('RSA with RIPEMD-160', { method: `${ns.more}rsa-ripemd160`, hash: 'ripemd160' }),
  weak('RSA with SHA-224', { method: `${ns.more}rsa-sha224`, hash: 'sha224' }),
  {
    ...weak('RSA of 1024 bits', {
      method: `${ns.more}rsa-sha256`,
      hash: 'sha256',
      key: shortRsa.privateKey,
    }),
    options: pinned(shortRsa.publicKey, honest.publicKey),
  },
  {
    ...weak('RSA of 1024 bits beside a good key', {
      method: `${ns.more}rsa-sha256`,
      hash: 'sha256',
      key: shortRsa.privateKey,
    }),
    codes: ['signature.value'],
    options: pinned(rsa.publicKey, shortRsa.publicKey, honest.publicKey),
  },
]

const hmac = (name: string, key: Buffer | string): Attack =>
  inSignedInfo(
    `HMAC keyed with ${name}, signed`,
    ['signature.algorithm'],
    method(`${ns.more}hmac-sha256`),
    octets => createHmac('sha256', key).update(octets).digest(),
  )

const ecdsaSha256 = `${ns.more}ecdsa-sha256`

export const algorithmAttacks: readonly Attack[] = [
  hmac('the public key as PEM', honest.publicKey.export({ type: 'spki', format: 'pem' })),
  hmac('the public key as DER', honest.publicKey.export({ type: 'spki', format: 'der' })),
  hmac('nothing', ''),
  inSignedInfo('HMAC with SHA-1', ['signature.algorithm'], method(`${ns.ds}hmac-sha1`), octets =>
    createHmac('sha1', '').update(octets).digest(),
  ),
  inSignedInfo(
    'HMAC cut to 8 bits',
    ['signature.algorithm', 'signature.structure'],
    text =>
      method(`${ns.more}hmac-sha256`)(text).replace(
        '</ds:SignatureMethod>',
        '<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>',
      ),
    octets => createHmac('sha256', '').update(octets).digest().subarray(0, 1),
  ),
  inSignedInfo(
    'an output length for ECDSA, signed',
    ['signature.structure'],
    put(
      '</ds:SignatureMethod>',
      '<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>',
    ),
  ),
  ...[
    '',
    'none',
    'urn:x',
    `${ecdsaSha256} `,
    ` ${ecdsaSha256}`,
    ecdsaSha256.toUpperCase(),
    `${ecdsaSha256}#`,
    ecdsaSha256.replace('http:', 'https:'),
    `${ns.ds}dsa-sha1`,
    `${ns.more}ecdsa-sha1`,
    `${ns.more}ecdsa-sha224`,
    `${ns.more}rsa-sha256`,
    'http://www.w3.org/2007/05/xmldsig-more#rsa-pss',
    '__proto__',
    'constructor',
  ].map(uri =>
    inSignedInfo(`the signature method "${uri}", signed`, ['signature.algorithm'], method(uri)),
  ),
  inSignedInfo(
    'ECDSA with SHA-512 named, SHA-256 made',
    ['signature.value'],
    method(`${ns.more}ecdsa-sha512`),
  ),
  inSignedInfo(
    'ECDSA as DER',
    ['signature.value'],
    text => text,
    octets => signWithKey('sha256', Buffer.from(octets), honest.privateKey),
  ),
  ...(
    [
      ['zeros', Buffer.alloc(64)],
      ['ones', Buffer.alloc(64, 0xff)],
      ['one and one', Buffer.from(`${'0'.repeat(63)}1`.repeat(2), 'hex')],
      ['one byte', Buffer.alloc(1)],
      ['63 bytes', Buffer.alloc(63, 1)],
      ['65 bytes', Buffer.alloc(65, 1)],
      ['256 bytes', Buffer.alloc(256, 1)],
    ] as const
  ).map(([name, value]) =>
    inSignature(`a value of ${name}`, ['signature.value'], text =>
      text.replace(
        /(<ds:SignatureValue>)[^<]*/,
        (_, tag: string) => tag + value.toString('base64'),
      ),
    ),
  ),
  inSignedInfo(
    'the value with a zero before each half',
    ['signature.value'],
    text => text,
    octets => {
      const value = signHonestly(octets)
      const zero = Buffer.alloc(1)
      return Buffer.concat([zero, value.subarray(0, 32), zero, value.subarray(32)])
    },
  ),
  inSignedInfo(
    'the halves of the value turned',
    ['signature.value'],
    text => text,
    octets => {
      const value = signHonestly(octets)
      return Buffer.concat([value.subarray(32), value.subarray(0, 32)])
    },
  ),
  {
    ...inSignedInfo(
      'a pinned curve that is not taken',
      ['signature.key', 'signature.algorithm'],
      text => text,
      octets =>
        signWithKey('sha256', Buffer.from(octets), {
          key: secp256k1.privateKey,
          dsaEncoding: 'ieee-p1363',
        }),
    ),
    options: pinned(secp256k1.publicKey),
  },
  {
    ...inSignedInfo('a key of another curve pinned', ['signature.value'], text => text),
    options: pinned(p384.publicKey),
  },
  {
    ...inSignedInfo('a key of another kind pinned', ['signature.algorithm'], text => text),
    options: pinned(rsa.publicKey),
  },
  {
    ...inSignedInfo('the private key pinned', ['signature.key'], text => text),
    options: pinned(honest.privateKey),
  },
  {
    // (r, n - s) verifies too: nobody may tell a replay by the SignatureValue.
    ...inSignedInfo(
      'the other root of an ECDSA value',
      [],
      text => text,
      octets => {
        const value = signHonestly(octets)
        const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
        const s = order - BigInt(`0x${value.subarray(32).toString('hex')}`)
        return Buffer.concat([
          value.subarray(0, 32),
          Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
        ])
      },
    ),
    isHarmless: true,
  },
]

const keyInfo = (content: string) =>
  put(signatureEnd, `<ds:KeyInfo>${content}</ds:KeyInfo>${signatureEnd}`)
const jwk = attacker.publicKey.export({ format: 'jwk' })
const point = Buffer.concat([
  Buffer.of(4),
  Buffer.from(jwk.x ?? '', 'base64url'),
  Buffer.from(jwk.y ?? '', 'base64url'),
]).toString('base64')
const spki = attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const ownSpki = honest.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

/** Ways to name a key in a message; each is harmless where the pinned key verifies. */
const named: readonly (readonly [string, string])[] = [
  [
    'an EC key',
    `<dsig11:ECKeyValue xmlns:dsig11="http://www.w3.org/2009/xmldsig11#"><dsig11:NamedCurve URI="urn:oid:1.2.840.10045.3.1.7"/><dsig11:PublicKey>${point}</dsig11:PublicKey></dsig11:ECKeyValue>`,
  ],
  [
    'a DER key',
    `<dsig11:DEREncodedKeyValue xmlns:dsig11="http://www.w3.org/2009/xmldsig11#">${spki}</dsig11:DEREncodedKeyValue>`,
  ],
  ['a certificate', `<ds:X509Data><ds:X509Certificate>${spki}</ds:X509Certificate></ds:X509Data>`],
  [
    'the honest key, then the attacker',
    `<ds:X509Data><ds:X509Certificate>${ownSpki}</ds:X509Certificate><ds:X509Certificate>${spki}</ds:X509Certificate></ds:X509Data>`,
  ],
  ['a name', '<ds:KeyName>attacker</ds:KeyName>'],
  ['a RetrievalMethod', '<ds:RetrievalMethod URI="http://127.0.0.1:9/key"/>'],
  ['a RetrievalMethod to itself', '<ds:RetrievalMethod URI="#_assertion"/>'],
  [
    'a KeyInfoReference',
    '<dsig11:KeyInfoReference xmlns:dsig11="http://www.w3.org/2009/xmldsig11#" URI="http://127.0.0.1:9/key"/>',
  ],
  [
    'an RSA key',
    '<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQ==</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>',
  ],
  [
    'an agreement',
    '<xenc:AgreementMethod xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Algorithm="urn:x"/>',
  ],
]

export const keyInfoAttacks: readonly Attack[] = [
  ...named.map(
    ([name, content]): Attack => ({
      name: `signed by the attacker, whose key stands in KeyInfo as ${name}`,
      codes: ['signature.value'],
      forge: target => {
        const signed = signXml(target.bare, { key: attacker.privateKey })
        return target.replace(keyInfo(content)(put('alice@', 'admin@')(signed)))
      },
    }),
  ),
  ...named.map(
    ([name, content]): Attack => ({
      ...inSignature(
        `KeyInfo with ${name} in an honest Signature`,
        ['signature.structure'],
        keyInfo(content),
      ),
      isHarmless: true,
    }),
  ),
  {
    name: 'signed by the attacker in full',
    codes: ['signature.value'],
    forge: target => target.replace(signXml(target.evil, { key: attacker.privateKey })),
  },
  {
    name: 'signed by the attacker under the same ID',
    codes: ['signature.value'],
    forge: target =>
      target.replace(signXml(put('alice@', 'admin@')(target.bare), { key: attacker.privateKey })),
  },
  {
    name: 'the Response signed by the attacker around an assertion signed by the identity provider',
    codes: ['signature.value'],
    level: 'assertion',
    forge: target => signXml(sign(target.unsigned, 'assertion'), { key: attacker.privateKey }),
  },
]
