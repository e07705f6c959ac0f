/** Whatever comes in: a result or a `SamlError`, soon, and nothing is kept. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  buildAuthnRequest,
  buildMetadata,
  canonicalize,
  parseXml,
  readAuthnRequest,
  readMetadata,
  SamlError,
  signXml,
  verifyResponse,
  verifySignature,
} from '../src/index.ts'
import { decryptingSp } from './attacks/encrypt.ts'
import { encryptedWith } from './attacks/encryption.ts'
import { honest, idp, issue, now, sp, verify } from './forge.ts'
import { editTree, randomFrom, read } from './tree-edits.ts'

const signingKeys = [honest.publicKey]
const maxMilliseconds = 1000

const posted = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const requestOptions = { keys: signingKeys, requireSignature: true, now }

/** Everything that takes what others send; the text as it is, or as the form field that carries it. */
const readers: Record<string, (bytes: Uint8Array) => unknown> = {
  parseXml: bytes => canonicalize(parseXml(bytes, { instructions: 'keep' })),
  verifyResponse: bytes => verify(bytes, { sp: decryptingSp }),
  verifySignature: bytes => verifySignature(bytes, signingKeys),
  readAuthnRequest: bytes =>
    readAuthnRequest({ binding: 'post', samlRequest: posted(bytes) }, requestOptions),
  'readAuthnRequest, unsigned': bytes =>
    readAuthnRequest({ binding: 'post', samlRequest: posted(bytes) }),
  readMetadata: bytes => readMetadata(bytes, { now }),
  'readMetadata, signed': bytes => readMetadata(bytes, { signingKeys }),
  signXml: bytes => signXml(Buffer.from(bytes).toString(), { key: honest.privateKey }),
}

/** The same for what is no XML yet. */
const fieldReaders: Record<string, (text: string) => unknown> = {
  'the form field of a response': text =>
    verifyResponse(text, {
      idp: { ...idp, signingKeys },
      sp,
      now,
      inResponseTo: null,
      replay: { seen: () => false },
    }),
  'the form field of a request': samlRequest => readAuthnRequest({ binding: 'post', samlRequest }),
  'a query': query => readAuthnRequest({ binding: 'redirect', query }),
  'the message of a query': message =>
    readAuthnRequest({ binding: 'redirect', query: `SAMLRequest=${encodeURIComponent(message)}` }),
  'a RelayState': relayState =>
    readAuthnRequest({
      binding: 'post',
      samlRequest: posted(Buffer.from(documents[3] ?? '')),
      relayState,
    }),
}

async function endsWell(run: () => unknown): Promise<void> {
  let best = Number.POSITIVE_INFINITY
  // A machine that is busy may hold up one run, not three.
  for (let attempt = 0; attempt < 3 && best >= maxMilliseconds; attempt += 1) {
    const started = performance.now()
    try {
      await run()
    } catch (error) {
      if (!(error instanceof SamlError)) throw error
    }
    best = Math.min(best, performance.now() - started)
  }
  expect(best).toBeLessThan(maxMilliseconds)
}

const request = buildAuthnRequest({
  sp,
  idp: { ssoUrl: 'https://idp.example.test/sso' },
  binding: 'post',
  now,
  sign: { key: honest.privateKey },
}).xml
const metadata = signXml(
  buildMetadata({
    entityId: idp.entityId,
    idp: {
      ssoEndpoints: [{ binding: 'urn:x:y', location: 'https://idp.example.test/sso' }],
      signingCertificates: [],
    },
  }).replace(' entityID=', ' ID="_m" entityID='),
  { key: honest.privateKey },
)
const documents = [issue('both'), encryptedWith('response', {}), metadata, request]

/** Pieces of markup: put together at random they come near to XML, and to SAML, again and again. */
const markup = fc.constantFrom(
  ...[
    '<',
    '>',
    '</',
    '/>',
    '<a>',
    '</a>',
    '<a ',
    '="',
    '"',
    "'",
    '=',
    ' ',
    '\n',
    '\r',
    '&',
    ';',
    '&amp;',
  ],
  ...[
    '&#',
    '&#x41;',
    '&lt',
    '<!--',
    '-->',
    '--',
    '<![CDATA[',
    ']]>',
    ']]',
    '<?',
    '?>',
    '<?xml ',
    'version="1.0"',
  ],
  ...[
    'encoding="UTF-8"',
    '<!DOCTYPE ',
    '<!ENTITY',
    '[',
    ']',
    'xmlns',
    'xmlns:p="urn:x"',
    'xmlns=""',
    'p:',
    ':',
  ],
  ...[
    'xml:',
    'ID="_a"',
    '__proto__',
    'constructor',
    '\u0000',
    '\ufeff',
    '\u00e9',
    '\ud800',
    '\u{10ffff}',
    '\ufffe',
  ],
  ...[
    'x',
    '1',
    '-',
    '.',
    'samlp:Response',
    'saml:Assertion',
    'ds:Signature',
    'saml:Issuer',
    'md:EntityDescriptor',
  ],
  ...[
    ' xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"',
    ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"',
  ],
)
const markupText = fc.array(markup, { maxLength: 60 }).map(pieces => pieces.join(''))

/** A valid document with pieces of markup put over parts of it, or its tree edited. */
const nearly = fc
  .record({
    document: fc.constantFrom(...documents),
    seed: fc.nat(),
    edits: fc.array(fc.record({ at: fc.nat(), length: fc.nat({ max: 40 }), text: markupText }), {
      maxLength: 3,
    }),
    isTreeEdited: fc.boolean(),
  })
  .map(({ document, seed, edits, isTreeEdited }) => {
    let text = isTreeEdited ? editTree(read(document), randomFrom(seed)) : document
    for (const { at, length, text: put } of edits) {
      const from = at % (text.length + 1)
      text = text.slice(0, from) + put + text.slice(from + length)
    }
    return text
  })

const runs = { numRuns: 1500 }

test.each(Object.entries(readers))('%s takes any bytes', async (_, reader) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), bytes => endsWell(() => reader(bytes))),
    runs,
  )
})

test.each(Object.entries(readers))('%s takes anything like XML', async (_, reader) => {
  const text = fc.oneof(
    markupText,
    markupText.map(content => `<a xmlns:p="urn:x" xmlns:ds="urn:y">${content}</a>`),
  )
  await fc.assert(
    fc.asyncProperty(text, each => endsWell(() => reader(Buffer.from(each)))),
    runs,
  )
})

test.each(Object.entries(readers))('%s takes anything like a document', async (_, reader) => {
  await fc.assert(
    fc.asyncProperty(nearly, each => endsWell(() => reader(Buffer.from(each)))),
    runs,
  )
})

test.each(Object.entries(fieldReaders))('%s may be any text', async (_, reader) => {
  const encoded = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2000 }),
    fc.base64String({ maxLength: 2000 }),
    nearly.map(text => Buffer.from(text).toString('base64')),
    fc.webQueryParameters(),
    fc
      .array(
        fc.constantFrom(
          'SAMLRequest',
          'SAMLResponse',
          'RelayState',
          'SigAlg',
          'Signature',
          '=',
          '&',
          '%',
          '%3D',
          '+',
          'x',
          '%ff',
          '%u',
        ),
        { maxLength: 20 },
      )
      .map(pieces => pieces.join('')),
  )
  await fc.assert(
    fc.asyncProperty(encoded, text => endsWell(() => reader(text))),
    runs,
  )
})

test('nothing of it is kept', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const random = randomFrom(1)
  const all = documents.map(read)
  const round = async () => {
    for (let run = 0; run < 250; run += 1) {
      const mutant = Buffer.from(editTree(all[run % all.length] ?? read('<x/>'), random))
      for (const reader of Object.values(readers)) await endsWell(() => reader(mutant))
    }
  }
  await round()
  const before = used()
  await round()
  await round()
  expect(used() - before).toBeLessThan(2 * 1024 * 1024)
})
