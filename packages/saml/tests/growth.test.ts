import { describe, expect, test } from 'vitest'
import {
  canonicalize,
  parseXml,
  readAuthnRequest,
  readLogoutRequest,
  readMetadata,
  SamlError,
  verifySignature,
} from '../src/index.ts'
import { cut, honest, idp, issue, now, verify } from './forge.ts'
import { soap } from './logout-messages.ts'

const size = 200_000
const free = { bytes: 2 * size, text: 2 * size, nodes: size, attributes: size, namespaces: 256 }

// Each of these made some parser quadratic. At this size a quadratic one needs minutes.
test.each<[string, string]>([
  ['unclosed elements', '<a>'.repeat(size / 3)],
  ['unclosed comments', `<a>${'<!--'.repeat(size / 4)}`],
  ['unclosed sections', `<a>${'<![CDATA['.repeat(size / 9)}`],
  ['unclosed instructions', '<?a '.repeat(size / 4)],
  ['unclosed tag', `<a ${' '.repeat(size)}`],
  ['unclosed value', `<a b="${'x'.repeat(size)}`],
  ['unclosed declaration', `<?xml version="1.0"${' '.repeat(size)}`],
  ['references', `<a>${'&amp;'.repeat(size / 5)}</a>`],
  ['ampersands without end', `<a>${'&'.repeat(size)}</a>`],
  ['brackets', `<a>${']]'.repeat(size / 2)}</a>`],
  ['short texts', `<a>${'<b/>x'.repeat(size / 5)}</a>`],
  ['comments', `<a>${'<!---->'.repeat(size / 7)}</a>`],
  ['attributes', `<a ${Array.from({ length: 2000 }, (_, at) => `a${at}="" `).join('')}/>`],
  ['end tags', `<a>${'</b>'.repeat(size / 4)}`],
  [
    'namespaces at each level',
    `${Array.from({ length: 200 }, (_, at) => `<a xmlns:p${at}="urn:x">`).join('')}${'<b/>'.repeat(
      1000,
    )}${'</a>'.repeat(200)}`,
  ],
])('%s: time grows with the text', (_, text) => {
  const started = performance.now()
  try {
    canonicalize(parseXml(text, { ...free, depth: 256 }))
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
  }
  expect(performance.now() - started).toBeLessThan(1500)
})

const prefixes = Array.from({ length: 16 }, (_, at) => `q${at}`)
const deep = '<a>'.replace(
  '>',
  `${Array.from({ length: 32 }, (_, at) => ` xmlns:n${at}="a:b"`).join('')}>`,
)
/** Elements that declare something, under 50 ancestors that declare much. */
const bomb = (bytes: number) =>
  `${deep.repeat(50)}${'<a xmlns:z="a:b"/>'.repeat(bytes / 18)}${'</a>'.repeat(50)}`

test.each<[string, readonly string[]]>([
  ['that nobody declares', prefixes],
  ['that each element declares', ['z', '#default']],
])('a PrefixList %s does not make the depth count', (_, prefixList) => {
  const { root } = parseXml(bomb(200_000), free)
  const started = performance.now()
  canonicalize(root, { prefixList })
  expect(performance.now() - started).toBeLessThan(400)
})

describe('a signature that nobody made is refused before it costs anything', () => {
  const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
  const { bare, insert, signature } = cut(issue('response'), 'response')
  const list = `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="${prefixes.join(' ')}"/>`
  const withList = signature.replace(
    /(<ds:CanonicalizationMethod [^>]*)><\/ds:CanonicalizationMethod>/,
    `$1>${list}</ds:CanonicalizationMethod>`,
  )
  const payload = bomb(190_000)
  const into = (end: string) => withList.replace(end, () => payload + end)
  const shapes: [string, string][] = [
    ['in SignedInfo', into('</ds:SignedInfo>')],
    ['in CanonicalizationMethod', into('</ds:CanonicalizationMethod>')],
    ['in Reference', into('</ds:Reference>')],
    ['in Transforms', into('</ds:Transforms>')],
    ['in DigestMethod', into('</ds:DigestMethod>')],
    ['in KeyInfo', into('</ds:Signature>').replace(payload, `<ds:KeyInfo>${payload}</ds:KeyInfo>`)],
  ]

  test('a list alone is taken for what it is', () => {
    expect(withList).toContain(list)
    expect(() => verifySignature(insert(bare, withList), honest.publicKey)).toThrow(
      expect.objectContaining({ code: 'signature.value' }),
    )
  })

  test.each(shapes)('a payload %s', async (_, hostile) => {
    const response = insert(bare, hostile)
    expect(Buffer.byteLength(response)).toBeGreaterThan(190_000)
    const request = response.replaceAll('samlp:Response', 'samlp:AuthnRequest')
    const samlRequest = Buffer.from(request).toString('base64')
    const metadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_m" entityID="x:y">${hostile}</md:EntityDescriptor>`
    const keys = [honest.publicKey]
    const logout = {
      peer: { ...idp, signingKeys: keys },
      destination: 'https://sp.example.test/slo',
      replay: { seen: () => expect.unreachable() },
      now,
    }
    const envelope = soap(response.replaceAll('samlp:Response', 'samlp:LogoutRequest'))
    for (const run of [
      () => verify(response),
      () => verifySignature(response, keys),
      () => readAuthnRequest({ binding: 'post', samlRequest }, { keys }),
      () => readLogoutRequest({ binding: 'soap', envelope }, logout),
      () => readMetadata(metadata, { signingKeys: keys }),
    ]) {
      const started = performance.now()
      await expect((async () => run())()).rejects.toBeInstanceOf(SamlError)
      expect(performance.now() - started).toBeLessThan(400)
    }
  })
})

test('a long namespace that every child declares anew stops at the bound', () => {
  const uri = `urn:${'x'.repeat(1000)}`
  const { root } = parseXml(`<a xmlns:p="${uri}">${'<p:b/>'.repeat(10_000)}</a>`)
  expect(() => canonicalize(root, { maxLength: 1_000_000 })).toThrow(SamlError)
})

test('a message beyond the bound refuses before it is decoded', async () => {
  const started = performance.now()
  await expect(verify('x'.repeat(8 * 1024 * 1024))).rejects.toBeInstanceOf(SamlError)
  expect(performance.now() - started).toBeLessThan(500)
})
