import { describe, expect, test } from 'vitest'
import { SamlError, type SamlErrorCode, signXml } from '../src/index.ts'
import { attacker, cut, issue, type Level, type Pieces, verify } from './forge.ts'

interface Forgery {
  readonly name: string
  readonly forge: (pieces: Pieces) => string
  readonly codes: readonly SamlErrorCode[]
}

const structure: readonly SamlErrorCode[] = [
  'signature.structure',
  'signature.position',
  'signature.reference',
  'signature.missing',
  'signature.id',
  'response.assertion',
  'xml.structure',
  'xml.malformed',
]

function inSignature(
  name: string,
  codes: SamlErrorCode[],
  change: (text: string) => string,
): Forgery {
  return {
    name,
    codes,
    forge: p => p.replace(p.original.replace(p.signature, () => change(p.signature))),
  }
}

const close = '</ds:Signature>'
const ds = 'http://www.w3.org/2000/09/xmldsig#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const sameId = (p: Pieces) => p.evil.replace('ID="_evil"', /ID="_\w+"/.exec(p.bare)?.[0] ?? '')

const wrappings: Forgery[] = [
  {
    name: 'the original inside the signature of the evil element (XSW1, XSW6)',
    forge: p =>
      p.replace(
        p.insert(
          p.evil,
          p.signature.replace(close, () => p.bare + close),
        ),
      ),
    codes: structure,
  },
  {
    name: 'the original before the signature in the evil element (XSW2)',
    forge: p => p.replace(p.insert(p.evil, p.bare + p.signature)),
    codes: structure,
  },
  {
    name: 'the evil element before the signed one (XSW3)',
    forge: p => p.replace(p.evil + p.original),
    codes: structure,
  },
  {
    name: 'the evil element after the signed one',
    forge: p => p.replace(p.original + p.evil),
    codes: structure,
  },
  {
    name: 'the evil element before the signed one, same ID',
    forge: p => p.replace(sameId(p) + p.original),
    codes: structure,
  },
  {
    name: 'the signed element inside the evil one (XSW4)',
    forge: p => p.replace(p.append(p.evil, p.original)),
    codes: structure,
  },
  {
    name: 'the signature kept by the evil element, the original at the end (XSW5)',
    forge: p => p.append(p.replace(p.insert(p.evil, p.signature)), p.bare),
    codes: structure,
  },
  {
    name: 'the signature kept by the evil element, nothing else',
    forge: p => p.replace(p.insert(p.evil, p.signature)),
    codes: ['signature.reference'],
  },
  {
    name: 'the signature kept by the evil element under the ID of the original',
    forge: p => p.replace(p.insert(sameId(p), p.signature)),
    codes: ['signature.digest'],
  },
  {
    name: 'the signed element in Extensions (XSW7)',
    forge: p => {
      const hidden = `<samlp:Extensions xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${p.original}</samlp:Extensions>`
      return p.insert(p.replace(p.evil), hidden)
    },
    codes: structure,
  },
  {
    name: 'the original in an Object of the signature of the evil element (XSW8)',
    forge: p =>
      p.replace(
        p.insert(
          p.evil,
          p.signature.replace(close, () => `<ds:Object>${p.bare}</ds:Object>${close}`),
        ),
      ),
    codes: structure,
  },
  {
    name: 'the same with the ID of the original',
    forge: p =>
      p.replace(
        p.insert(
          sameId(p),
          p.signature.replace(close, () => `<ds:Object>${p.bare}</ds:Object>${close}`),
        ),
      ),
    codes: structure,
  },
  {
    name: 'the signature moved to the end of its element',
    forge: p => p.replace(p.append(p.bare, p.signature)),
    codes: ['signature.position', 'xml.structure'],
  },
  {
    name: 'the signature before the Issuer',
    forge: p => p.replace(p.bare.replace('<saml:Issuer', () => `${p.signature}<saml:Issuer`)),
    codes: ['signature.position', 'xml.structure'],
  },
  {
    name: 'two signatures',
    forge: p => p.replace(p.insert(p.original, p.signature)),
    codes: structure,
  },
]

const edits: Forgery[] = [
  {
    name: 'another name',
    forge: p => p.replace(p.original.replaceAll('alice@', 'admin@')),
    codes: ['signature.digest'],
  },
  {
    name: 'another group',
    forge: p => p.replace(p.original.replace('>staff<', '>admins<')),
    codes: ['signature.digest'],
  },
  {
    name: 'an instruction in the name',
    forge: p => p.replace(p.original.replace('>alice@', '>admin@corp.test<?x?>alice@')),
    codes: ['xml.instruction'],
  },
  {
    name: 'a document type',
    forge: p => `<!DOCTYPE r [<!ENTITY e "x">]>${p.replace(p.original)}`,
    codes: ['xml.doctype'],
  },
  {
    name: 'an empty signature',
    forge: p => p.replace(p.insert(p.bare, `<ds:Signature xmlns:ds="${ds}"></ds:Signature>`)),
    codes: ['signature.structure'],
  },
  {
    name: 'a signature in a look-alike namespace',
    forge: p =>
      p.replace(p.insert(p.evil, p.signature.replaceAll(ds, 'http://www.w3.org/2000/09/xmldsig'))),
    codes: ['xml.structure', 'signature.missing'],
  },
  {
    name: 'signed by the attacker',
    forge: p => p.replace(signXml(declared(p.evil), { key: attacker.privateKey })),
    codes: ['signature.value'],
  },
]

const ofSignature: Forgery[] = [
  ...[
    'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256 ',
    'none',
    '',
  ].map(uri =>
    inSignature(`the signature method ${uri}`, ['signature.algorithm'], text =>
      text.replace(/(SignatureMethod Algorithm=")[^"]*/, `$1${uri}`),
    ),
  ),
  inSignature('the digest method SHA-1', ['signature.algorithm'], text =>
    text.replace(/(DigestMethod Algorithm=")[^"]*/, '$1http://www.w3.org/2000/09/xmldsig#sha1'),
  ),
  inSignature('inclusive canonicalization', ['signature.algorithm'], text =>
    text.replace(
      `CanonicalizationMethod Algorithm="${exclusive}"`,
      'CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"',
    ),
  ),
  inSignature('an output length', ['signature.structure'], text =>
    text.replace(
      '</ds:SignatureMethod>',
      '<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>',
    ),
  ),
  ...[
    '<ds:XPath>x</ds:XPath>',
    '<ds:InclusiveNamespaces PrefixList="p"/>',
    `<p:InclusiveNamespaces xmlns:p="${exclusive}"/>`.repeat(2),
    `<p:InclusiveNamespaces xmlns:p="${exclusive}" PrefixList="p:q"/>`,
    `<p:InclusiveNamespaces xmlns:p="${exclusive}" PrefixList="${'p '.repeat(17)}"/>`,
  ].map(parameter =>
    inSignature(`the parameter ${parameter.slice(0, 90)}`, ['signature.structure'], text =>
      text.replace('</ds:Transform></ds:Transforms>', `${parameter}$&`),
    ),
  ),
  inSignature('no enveloped transform', ['signature.transform'], text =>
    text.replace(/<ds:Transform Algorithm="[^"]*enveloped-signature"><\/ds:Transform>/, ''),
  ),
  inSignature('an XPath transform', ['signature.transform'], text =>
    text.replace(
      '</ds:Transforms>',
      '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"></ds:Transform></ds:Transforms>',
    ),
  ),
  inSignature('no transforms', ['signature.structure'], text =>
    text.replace(/<ds:Transforms>.*<\/ds:Transforms>/, ''),
  ),
  ...['', '#', '#_other', '#xpointer(/)', "#xpointer(id('_assertion'))", 'http://127.0.0.1:9/'].map(
    uri =>
      inSignature(`the reference "${uri}"`, ['signature.reference'], text =>
        text.replace(/URI="[^"]*"/, `URI="${uri}"`),
      ),
  ),
  inSignature('no reference', ['signature.structure'], text =>
    text.replace(/<ds:Reference.*<\/ds:Reference>/, ''),
  ),
  inSignature('two references', ['signature.structure'], text =>
    text.replace(/<ds:Reference.*<\/ds:Reference>/, '$&$&'),
  ),
  inSignature('two SignedInfo', ['signature.structure'], text =>
    text.replace(/<ds:SignedInfo.*<\/ds:SignedInfo>/, '$&$&'),
  ),
  inSignature('two digest values', ['signature.structure'], text =>
    text.replace(/<ds:DigestValue>.*<\/ds:DigestValue>/, '$&$&'),
  ),
  inSignature('a comment in the digest value', ['signature.structure'], text =>
    text.replace('<ds:DigestValue>', '<ds:DigestValue><!--x-->'),
  ),
  inSignature('a comment in KeyInfo', ['signature.structure'], text =>
    text.replace(close, `<ds:KeyInfo><!--x--></ds:KeyInfo>${close}`),
  ),
  inSignature('an unknown attribute', ['signature.structure'], text =>
    text.replace('<ds:Reference ', '<ds:Reference Type="x" '),
  ),
  inSignature('another digest', ['signature.value'], text =>
    text.replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${'A'.repeat(43)}=`),
  ),
  inSignature('a signature of zeros', ['signature.value'], text =>
    text.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${'A'.repeat(86)}==`),
  ),
  inSignature('an empty signature value', ['base64.invalid', 'signature.structure'], text =>
    text.replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>'),
  ),
  inSignature('a DER-like longer signature value', ['signature.value'], text =>
    text.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${'MEUC'.repeat(18)}`),
  ),
]

/** An element that stands alone must declare what it took from around it. */
function declared(element: string): string {
  return element.includes('xmlns:saml=') || element.includes('xmlns:samlp=')
    ? element
    : element.replace('>', ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">')
}

describe.each<Level>(['assertion', 'response', 'both'])('%s signed', level => {
  const honest = issue(level)
  const levels = level === 'both' ? (['assertion', 'response'] as const) : [level]

  test('is accepted as it was issued', async () => {
    expect((await verify(honest)).nameId.value).toBe('alice@corp.test')
  })

  for (const at of levels) {
    const pieces = cut(honest, at)
    test.each([...wrappings, ...edits, ...ofSignature])(`${at}: refuses $name`, async forgery => {
      const forged = forgery.forge(pieces)
      expect(forged).not.toBe(honest)
      const refusal = await verify(forged).then(
        ({ nameId }) => expect.unreachable(nameId.value),
        (error: unknown) => error,
      )
      expect(refusal).toBeInstanceOf(SamlError)
      const also: SamlErrorCode[] = level === 'both' ? ['signature.digest'] : []
      expect([...forgery.codes, ...also]).toContain((refusal as SamlError).code)
    })
  }

  test('no signature at all', async () => {
    const bare = honest.replace(/<ds:Signature .*?<\/ds:Signature>/g, '')
    await expect(verify(bare)).rejects.toMatchObject({ code: 'signature.missing' })
  })

  test('a comment in the name does not cut it off', async () => {
    const commented = honest.replace('>alice@corp', '>alice@<!-- x -->corp')
    expect((await verify(commented)).nameId.value).toBe('alice@corp.test')
  })
})

test('a second element with the ID of the signed assertion refuses', async () => {
  const pieces = cut(issue('assertion'), 'assertion')
  for (const attribute of ['ID', 'Id', 'id', 'xml:id', 'AssertionID']) {
    const twin = `<samlp:Extensions><x ${attribute}="_assertion"/></samlp:Extensions>`
    const forged = pieces.insert(pieces.replace(pieces.original), twin)
    await expect(verify(forged)).rejects.toMatchObject({ code: 'signature.id' })
  }
})

test('one signature that holds does not make up for one that does not', async () => {
  const both = issue('both')
  const assertion = cut(both, 'assertion')
  const wrong = assertion.signature.replace(/<ds:SignatureValue>..../, '<ds:SignatureValue>AAAA')
  const response = cut(
    both.replace(assertion.signature, () => wrong),
    'response',
  )
  const resigned = signXml(response.bare, { key: attacker.privateKey })
  await expect(verify(resigned)).rejects.toMatchObject({ code: 'signature.value' })
})
