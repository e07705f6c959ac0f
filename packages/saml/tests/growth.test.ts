/**
 * What a hostile text may cost: twice the text takes at most 2.5 times as long, and keeps at most 2.5
 * times the memory. A quadratic step would take four times. The best of several runs counts, and a
 * ratio that is too high is measured anew, so that a busy machine does not fail it.
 */

import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import {
  canonicalize,
  parseXml,
  readAuthnRequest,
  readLogoutRequest,
  readMetadata,
  SamlError,
  signXml,
  verifySignature,
} from '../src/index.ts'
import { cut, honest, idp, issue, issueChanged, now, verify } from './forge.ts'
import { soap } from './logout-messages.ts'

const maxRatio = 2.5

vi.setConfig({ testTimeout: 60_000 })

type Run = () => unknown

/** Milliseconds of the fastest of a few rounds, each of `times` runs. */
async function fastest(run: Run, times: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round += 1) {
    // Each round begins with a young heap that is empty: when it is swept is chance.
    collect()
    const started = performance.now()
    for (let at = 0; at < times; at += 1) await ended(run)
    best = Math.min(best, performance.now() - started)
  }
  return best
}

async function ended(run: Run): Promise<unknown> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    return undefined
  }
}

/** Fails unless twice the size costs less than 2.5 times as much. */
async function expectLinear(of: (size: number) => Run, size: number): Promise<void> {
  const [single, double] = [of(size), of(2 * size)]
  // Compiled, and as often as it takes for the clock to tell.
  for (let at = 0; at < 5; at += 1) {
    await ended(single)
    await ended(double)
  }
  const started = performance.now()
  await ended(single)
  const times = Math.max(1, Math.min(400, Math.ceil(2 / (performance.now() - started))))
  let ratio = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 15 && ratio >= maxRatio; attempt += 1) {
    // A quadratic step is one however often it is asked; a busy machine calms down.
    await setTimeout(attempt * 20)
    const took = await fastest(single, times)
    ratio = Math.min(ratio, (await fastest(double, times)) / took)
  }
  expect(ratio).toBeLessThan(maxRatio)
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that a result keeps alive. */
async function keptBy(run: Run): Promise<number> {
  collect()
  const before = process.memoryUsage()
  const result = await ended(run)
  collect()
  const after = process.memoryUsage()
  // Used once more, so that it is still there.
  return after.heapUsed + after.external - before.heapUsed - before.external + Number(result === 0)
}

const numbered = (count: number, of: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => of(at)).join('')

const size = 60_000
const free = {
  bytes: 16 * size,
  text: 16 * size,
  nodes: 16 * size,
  namespaces: 256,
  depth: 256,
} as const

/** Texts by their length; each made some parser quadratic. */
const texts: readonly (readonly [string, (length: number) => string])[] = [
  ['unclosed elements', n => '<a>'.repeat(n / 3)],
  ['unclosed comments', n => `<a>${'<!--'.repeat(n / 4)}`],
  ['unclosed sections', n => `<a>${'<![CDATA['.repeat(n / 9)}`],
  ['unclosed instructions', n => '<?a '.repeat(n / 4)],
  ['unclosed tag', n => `<a ${' '.repeat(n)}`],
  ['unclosed value', n => `<a b="${'x'.repeat(n)}`],
  ['unclosed values in many tags', n => `<a>${'<a b="x'.repeat(n / 7)}`],
  ['unclosed declaration', n => `<?xml version="1.0"${' '.repeat(n)}`],
  ['blanks before the root', n => `${' \n'.repeat(n / 2)}<a/>`],
  ['carriage returns', n => `<a>${'\r'.repeat(n)}</a>`],
  ['references in a text', n => `<a>${'&amp;'.repeat(n / 5)}</a>`],
  ['references in a value', n => `<a b="${'&#65;'.repeat(n / 5)}"/>`],
  ['references in many values', n => `<a>${'<b c="&lt;"/>'.repeat(n / 13)}</a>`],
  ['ampersands without end', n => `<a>${'&'.repeat(n)}</a>`],
  ['a reference at the end of short texts', n => `<a>${'<b/>x'.repeat(n / 5)}&amp;</a>`],
  ['brackets', n => `<a>${']]'.repeat(n / 2)}</a>`],
  ['short texts', n => `<a>${'<b/>x'.repeat(n / 5)}</a>`],
  ['empty sections', n => `<a>${'<![CDATA[]]>'.repeat(n / 12)}</a>`],
  ['comments', n => `<a>${'<!---->'.repeat(n / 7)}</a>`],
  ['comments around the root', n => `${'<!---->'.repeat(n / 14)}<a/>${'<!---->'.repeat(n / 14)}`],
  ['hyphens in a comment', n => `<a><!--${'- '.repeat(n / 2)}--></a>`],
  ['end tags', n => `<a>${'</b>'.repeat(n / 4)}`],
  ['long names', n => `<a>${`<${'b'.repeat(200)}/>`.repeat(n / 203)}</a>`],
  ['names beyond ASCII', n => `<a>${'<\u00e9\u0300/>'.repeat(n / 5)}</a>`],
  [
    'depth at its limit',
    n => `<r>${`${'<a>'.repeat(250)}${'</a>'.repeat(250)}`.repeat(n / 1750)}</r>`,
  ],
  [
    'attributes at their limit',
    n => `<r>${`<a${numbered(64, at => ` a${at}=""`)}/>`.repeat(n / 450)}</r>`,
  ],
  [
    'attributes with prefixes at their limit',
    n => `<r xmlns:p="urn:x">${`<a${numbered(64, at => ` p:a${at}=""`)}/>`.repeat(n / 580)}</r>`,
  ],
  [
    'attributes out of order',
    n => `<r>${`<a${numbered(64, at => ` a${64 - at}=""`)}/>`.repeat(n / 450)}</r>`,
  ],
  [
    'namespaces at their limit',
    n => `<r>${`<a${numbered(32, at => ` xmlns:p${at}="urn:x"`)}/>`.repeat(n / 550)}</r>`,
  ],
  [
    'namespaces on each of many levels',
    n =>
      `${numbered(200, at => `<a xmlns:p${at}="urn:x">`)}${'<b/>'.repeat(n / 4)}${'</a>'.repeat(200)}`,
  ],
  [
    'namespaces that are used in turn',
    n => `<r xmlns:p="urn:x">${'<p:a/><b/>'.repeat(n / 10)}</r>`,
  ],
  ['the default namespace in turn', n => `<r>${'<a xmlns="urn:x"/><a/>'.repeat(n / 22)}</r>`],
  ['long namespaces', n => `<r>${`<a xmlns:p="urn:${'x'.repeat(900)}"/>`.repeat(n / 920)}</r>`],
  [
    'long namespaces, wrong at the end',
    n => `<a xmlns:p="urn:${'%20?'.repeat(Math.min(250, n / 800))} "/>`,
  ],
  ['a text of what canonical form escapes', n => `<a>${'>"\t'.repeat(n / 3)}</a>`],
  ['marks', n => '\ufeff'.repeat(n / 3)],
]

describe('parse and canonicalize', () => {
  test.each(texts)('%s', async (_, of) => {
    await expectLinear(length => {
      const text = of(length)
      expect(text.length).toBeLessThanOrEqual(length * 1.2 + 6000)
      return () => canonicalize(parseXml(text, { ...free, instructions: 'keep' }))
    }, size)
  })

  test.each(texts)('%s: memory', async (_, of) => {
    const [text, twice] = [of(size), of(2 * size)]
    const single = await keptBy(() => parseXml(text, free))
    // What is refused keeps next to nothing.
    const allowed = Math.max(single * maxRatio, 512 * 1024)
    let double = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < 4 && double >= allowed; attempt += 1) {
      double = await keptBy(() => parseXml(twice, free))
    }
    expect(double).toBeLessThan(allowed)
  })
})

const prefixes = Array.from({ length: 16 }, (_, at) => `q${at}`)
const declaring = `<a${numbered(32, at => ` xmlns:n${at}="a:b"`)}>`

/** Elements that declare something, under 50 ancestors that declare much. */
const bomb = (bytes: number) =>
  `${declaring.repeat(50)}${'<a xmlns:z="a:b"/>'.repeat(bytes / 18)}${'</a>'.repeat(50)}`

describe('canonicalize with a PrefixList', () => {
  test.each<[string, readonly string[]]>([
    ['that nobody declares', prefixes],
    ['that each element declares', ['z', '#default']],
    ['that the ancestors declare', ['n0', 'n31']],
  ])('%s', async (_, prefixList) => {
    await expectLinear(length => {
      const { root } = parseXml(bomb(length), free)
      return () => canonicalize(root, { prefixList })
    }, 3 * size)
  })

  test('an element far below its declarations costs no more for more of them', async () => {
    await expectLinear(length => {
      const { root } = parseXml(bomb(length), free)
      let deepest = root
      for (let at = root.children[0]; at?.kind === 'element'; at = at.children[0]) deepest = at
      return () => {
        for (let at = 0; at < length / 20; at += 1) canonicalize(deepest, { prefixList: prefixes })
      }
    }, 4000)
  })

  test('a long namespace that every child declares anew stops at the bound', () => {
    const uri = `urn:${'x'.repeat(1000)}`
    const { root } = parseXml(`<a xmlns:p="${uri}">${'<p:b/>'.repeat(10_000)}</a>`)
    expect(() => canonicalize(root, { maxLength: 1_000_000 })).toThrow(SamlError)
  })
})

const inExtensions = (content: string) => (xml: string) =>
  xml.replace('<samlp:Status>', `<samlp:Extensions>${content}</samlp:Extensions><samlp:Status>`)
const values = (count: number) => '<saml:AttributeValue>x</saml:AttributeValue>'.repeat(count)
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

describe('verify a response', () => {
  const { bare, insert, signature } = cut(issue('response'), 'response')
  const list = `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="${prefixes.join(' ')}"/>`
  const withList = signature.replace(
    /(<ds:CanonicalizationMethod [^>]*)><\/ds:CanonicalizationMethod>/,
    `$1>${list}</ds:CanonicalizationMethod>`,
  )

  test('the list alone is taken for what it is', () => {
    expect(withList).toContain(list)
    expect(() => verifySignature(insert(bare, withList), honest.publicKey)).toThrow(
      expect.objectContaining({ code: 'signature.value' }),
    )
  })

  const signed: readonly (readonly [string, (n: number) => string])[] = [
    ['elements', n => issueChanged('response', inExtensions('<a>xx</a>'.repeat(n / 18)))],
    [
      'attributes',
      n =>
        issueChanged(
          'response',
          inExtensions(`<a${numbered(60, at => ` a${at}=""`)}/>`.repeat(n / 450)),
        ),
    ],
    ['namespaces', n => issueChanged('response', inExtensions(bomb(n / 2)))],
    [
      'identifiers',
      n => issueChanged('response', inExtensions(numbered(n / 20, at => `<a Id="_${at}"/>`))),
    ],
    [
      'a text',
      n => issueChanged('response', inExtensions(`${'x'.repeat(n / 2)}<a/>${'x'.repeat(n / 2)}`)),
    ],
    [
      'values',
      n =>
        issueChanged('assertion', xml =>
          xml.replace('</saml:Attribute>', `${values(n / 60)}</saml:Attribute>`),
        ),
    ],
    [
      'attributes of the person',
      n =>
        issueChanged('assertion', xml =>
          xml.replace(
            '</saml:AttributeStatement>',
            `${numbered(n / 90, at => `<saml:Attribute Name="a${at}">${values(1)}</saml:Attribute>`)}</saml:AttributeStatement>`,
          ),
        ),
    ],
    [
      'confirmations',
      n =>
        issueChanged('assertion', xml =>
          xml.replace(
            '<saml:SubjectConfirmation ',
            `${'<saml:SubjectConfirmation Method="urn:x"/>'.repeat(n / 50)}<saml:SubjectConfirmation `,
          ),
        ),
    ],
    [
      'audiences',
      n =>
        issueChanged('assertion', xml =>
          xml.replace(
            '<saml:Audience>',
            `${'<saml:Audience>x</saml:Audience>'.repeat(n / 50)}<saml:Audience>`,
          ),
        ),
    ],
    [
      'base64 with blanks',
      n =>
        insert(
          bare,
          signature.replace(/<ds:SignatureValue>/, `<ds:SignatureValue>${'\n'.repeat(n)}`),
        ),
    ],
  ]
  const hostile: readonly (readonly [string, (n: number) => string])[] = [
    ...[
      'SignedInfo',
      'CanonicalizationMethod',
      'Reference',
      'Transforms',
      'DigestMethod',
      'Signature',
    ].map(
      local =>
        [
          `a payload in ${local}`,
          (n: number) =>
            insert(
              bare,
              withList.replace(`</ds:${local}>`, () => `${bomb(n)}</ds:${local}>`),
            ),
        ] as const,
    ),
    [
      'a payload in KeyInfo',
      n =>
        insert(
          bare,
          withList.replace(
            '</ds:Signature>',
            () => `<ds:KeyInfo>${bomb(n)}</ds:KeyInfo></ds:Signature>`,
          ),
        ),
    ],
    [
      'References',
      n =>
        insert(
          bare,
          signature.replace(/<ds:Reference.*<\/ds:Reference>/s, found => found.repeat(n / 800)),
        ),
    ],
    [
      'Transforms',
      n =>
        insert(
          bare,
          signature.replace(
            '</ds:Transforms>',
            `${'<ds:Transform Algorithm="x"/>'.repeat(n / 40)}</ds:Transforms>`,
          ),
        ),
    ],
    ['Signatures', n => insert(bare, signature.repeat(n / 1600))],
    [
      'stray Signatures',
      n =>
        inExtensions(
          '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'.repeat(n / 80),
        )(issue('assertion')),
    ],
    [
      'assertions',
      n => {
        const { original, replace } = cut(issue('assertion'), 'assertion')
        return replace(original.repeat(n / 3500))
      },
    ],
    [
      'a PrefixList',
      n =>
        insert(
          bare,
          signature.replace(
            '</ds:Transform></ds:Transforms>',
            `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="${'p '.repeat(n / 2)}"/></ds:Transform></ds:Transforms>`,
          ),
        ),
    ],
  ]

  test.each(signed)('that holds much: %s', async (_, of) => {
    await expect(verify(of(50_000))).resolves.toBeTruthy()
    await expectLinear(n => {
      const xml = of(n)
      return () => verify(xml)
    }, 50_000)
  })

  test.each(hostile)('that is hostile: %s', async (_, of) => {
    for (const run of [
      (xml: string) => () => verify(xml),
      (xml: string) => () => verifySignature(xml, honest.publicKey),
      (xml: string) => {
        const request = xml.replaceAll('samlp:Response', 'samlp:AuthnRequest')
        const samlRequest = Buffer.from(request).toString('base64')
        return () =>
          readAuthnRequest({ binding: 'post', samlRequest }, { keys: [honest.publicKey] })
      },
      (xml: string) => {
        const envelope = soap(xml.replaceAll('samlp:Response', 'samlp:LogoutRequest'))
        const peer = { ...idp, signingKeys: [honest.publicKey] }
        const destination = 'https://sp.example.test/slo'
        const replay = { seen: () => expect.unreachable() }
        return () =>
          readLogoutRequest({ binding: 'soap', envelope }, { peer, destination, replay, now })
      },
    ]) {
      await expectLinear(n => run(of(n)), 60_000)
      await expect((async () => run(of(60_000))())()).rejects.toBeInstanceOf(SamlError)
    }
  })

  test('a message beyond the bound refuses before it is decoded', async () => {
    const long = 'x'.repeat(8 * 1024 * 1024)
    const started = performance.now()
    await expect(verify(long)).rejects.toBeInstanceOf(SamlError)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

const md = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
const role = (content: string) =>
  `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${content}</md:IDPSSODescriptor>`
const entity = (at: number, content: string) =>
  `<md:EntityDescriptor entityID="urn:e:${at}">${content}</md:EntityDescriptor>`
const federation = (content: string) =>
  `<md:EntitiesDescriptor ${md} ID="_m">${content}</md:EntitiesDescriptor>`
const endpoint = '<md:SingleSignOnService Binding="urn:b" Location="https://x.test/"/>'
const keyDescriptor = (certificate: string) =>
  `<md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`

describe('read metadata', () => {
  test.each<[string, (n: number) => string]>([
    ['entities', n => federation(numbered(n / 300, at => entity(at, role(endpoint))))],
    ['endpoints', n => federation(entity(0, role(endpoint.repeat(n / 70))))],
    [
      'certificates that are none',
      n => federation(entity(0, role(numbered(n / 250, () => keyDescriptor('AAAA')) + endpoint))),
    ],
    [
      'groups in a row',
      n =>
        federation(
          numbered(
            n / 130,
            at => `<md:EntitiesDescriptor>${entity(at, '')}</md:EntitiesDescriptor>`,
          ),
        ),
    ],
    [
      'groups in groups',
      n =>
        federation(
          `${'<md:EntitiesDescriptor>'.repeat(50)}${numbered(n / 60, at => entity(at, ''))}${'</md:EntitiesDescriptor>'.repeat(50)}`,
        ),
    ],
    [
      'roles of other protocols',
      n =>
        federation(
          entity(0, '<md:IDPSSODescriptor protocolSupportEnumeration="x"/>'.repeat(n / 55)),
        ),
    ],
    [
      'protocols of a role',
      n =>
        federation(
          entity(0, role('').replace('Enumeration="', `Enumeration="${'x '.repeat(n / 2)}`)),
        ),
    ],
    [
      'blanks around a name',
      n =>
        federation(
          entity(
            0,
            role(
              `<md:NameIDFormat>${' '.repeat(n)}x${' '.repeat(n)}y</md:NameIDFormat>${endpoint}`,
            ),
          ),
        ),
    ],
    [
      'the same ID twice at the end',
      n => federation(numbered(n / 60, at => entity(at, '')) + entity(0, '')),
    ],
  ])('%s', async (_, of) => {
    await expectLinear(n => {
      const text = of(n)
      return () => readMetadata(text)
    }, size)
  })

  test('signed', async () => {
    const sized = (n: number) => federation(numbered(n / 300, at => entity(at, role(endpoint))))
    await expectLinear(n => {
      const text = signXml(sized(n), {
        key: honest.privateKey,
        limits: { ...free, bytes: 8 * size },
      })
      expect(
        readMetadata(text, { signingKeys: [honest.publicKey] }).entities.length,
      ).toBeGreaterThan(100)
      return () => readMetadata(text, { signingKeys: [honest.publicKey] })
    }, size)
  })
})

describe('decode', () => {
  const query = (text: string) =>
    `SAMLRequest=${encodeURIComponent(deflateRawSync(text).toString('base64'))}`
  test.each<[string, number, (n: number) => string]>([
    ['a message of blanks, compressed', 40_000, n => query(`<a>${' '.repeat(n)}</a>`)],
    [
      'a message of numbers, compressed',
      100_000,
      n => query(`<a>${numbered(n / 6, at => String(at * 7919))}</a>`),
    ],
    ['a bomb', 4 * 1024 * 1024, n => query('x'.repeat(n))],
    ['parameters', size, n => 'a=b&'.repeat(n / 4)],
    ['signs without parameters', size, n => '&='.repeat(n / 2)],
    ['percent codes', size, n => `SAMLRequest=${'%41'.repeat(n / 3)}`],
    ['half percent codes', size, n => `SAMLRequest=${'%'.repeat(n)}`],
    ['the same parameter', size, n => 'SAMLRequest=x&'.repeat(n / 14)],
  ])('a query: %s', async (_, n, of) => {
    await expectLinear(length => {
      const text = of(length)
      return () => readAuthnRequest({ binding: 'redirect', query: text })
    }, n)
  })

  test.each<[string, (n: number) => string]>([
    ['base64', n => 'QUFB'.repeat(n / 4)],
    ['base64 in short lines', n => 'QUFB\r\n'.repeat(n / 6)],
    ['blanks', n => ' '.repeat(n)],
    ['padding', n => '='.repeat(n)],
    ['junk', n => '!'.repeat(n)],
  ])('a form field: %s', async (_, of) => {
    await expectLinear(length => {
      const samlRequest = of(length)
      return () => readAuthnRequest({ binding: 'post', samlRequest })
    }, size)
  })
})
