/** Our service provider with SimpleSAMLphp's identity provider (xmlseclibs), at the level of the library. */
import assert from 'node:assert/strict'
import {
  bindings,
  buildAuthnRequest,
  buildMetadata,
  nameIdFormats,
  type ReplayStore,
  readMetadata,
  SamlError,
  type SamlErrorCode,
  verifyResponse,
  type WeakAlgorithm,
} from '@rolecall/saml'
import { createVisitor, type Form, type Page, readForm, type Visitor } from '@rolecall/simulator'
import { changeCiphertext } from '../change-ciphertext.ts'
import { person } from '../idp/variants.ts'
import { inLifetime } from '../lifetime.ts'
import { type KeyPair, makeKeyPair } from '../peers/key-pair.ts'
import { type RemoteSp, type SimpleSamlPhp, startSimpleSamlPhp } from '../peers/simplesamlphp.ts'
import type { RunCheck, Suite } from './suite.ts'

const more = 'http://www.w3.org/2001/04/xmldsig-more#'

/** A way to answer of SimpleSAMLphp. */
interface Variant {
  readonly title: string
  readonly settings: NonNullable<RemoteSp['settings']>
  /** Without these we refuse it. */
  readonly allow?: readonly WeakAlgorithm[]
}

// It encrypts by AES-CBC alone, for which R14 wants a signature around.
const cbc: readonly WeakAlgorithm[] = ['aes128-cbc']

/** Each is a service provider of its own to it. */
const variants: readonly Variant[] = [
  { title: 'the response signed', settings: { 'saml20.sign.assertion': false } },
  { title: 'the assertion signed', settings: { 'saml20.sign.response': false } },
  { title: 'both signed', settings: {} },
  { title: 'both signed, RSA-SHA384', settings: { 'signature.algorithm': `${more}rsa-sha384` } },
  { title: 'both signed, RSA-SHA512', settings: { 'signature.algorithm': `${more}rsa-sha512` } },
  {
    title: 'both signed, RSA-SHA1',
    settings: { 'signature.algorithm': 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' },
    allow: ['rsa-sha1', 'sha1'],
  },
  {
    title: 'the response signed, the assertion encrypted',
    settings: { 'assertion.encryption': true, 'saml20.sign.assertion': false },
    allow: cbc,
  },
  {
    title: 'both signed, the assertion encrypted',
    settings: { 'assertion.encryption': true },
    allow: cbc,
  },
  { title: 'both signed, the name encrypted', settings: { 'nameid.encryption': true }, allow: cbc },
]

/** `npm run interop -- simplesamlphp` */
export const simpleSamlPhpSuite: Suite = {
  name: 'simplesamlphp',
  title: 'our SP takes what SimpleSAMLphp says, and it takes our requests',
  packages: ['simplesamlphp', 'php-cli', 'php-xml', 'php-mbstring', 'php-curl', 'openssl'],
  run: check =>
    inLifetime(async lifetime => {
      const folder = lifetime.folder('sp')
      const pair = makeKeyPair(folder, 'sp')
      const sps = variants.map((variant, index) => ({ ...variant, ...spOf(`variant-${index}`) }))
      const described = spOf('described')
      const peer = await startSimpleSamlPhp(lifetime, {
        serviceProviders: sps.map(({ settings, entityId, acsUrl }) => ({
          ...{ entityId, acsUrl },
          settings: { ...settings, 'validate.authnrequest': true, certData: bare(pair) },
        })),
        spMetadata: buildMetadata({
          entityId: described.entityId,
          sp: {
            acsEndpoints: [
              { binding: bindings.post, location: described.acsUrl, index: 0, isDefault: true },
            ],
            signingCertificates: [pair.certificate],
            encryptionCertificates: [pair.certificate],
            nameIdFormats: [nameIdFormats.persistent],
            authnRequestsSigned: true,
            wantAssertionsSigned: true,
          },
        }),
        people: { alice: { ...person.attributes, uid: [person.nameId] } },
      })
      await checkIdentityProvider(check, {
        ...{ peer, pair, described, variants: sps },
        stranger: makeKeyPair(folder, 'stranger'),
      })
    }),
}

interface Setup {
  readonly peer: SimpleSamlPhp
  readonly pair: KeyPair
  /** Not in any metadata. */
  readonly stranger: KeyPair
  readonly variants: readonly (Sp & Variant)[]
  /** The service provider that it knows from our metadata document alone. */
  readonly described: Sp
}

type Sp = Pick<RemoteSp, 'entityId' | 'acsUrl'> & Pick<Variant, 'allow'>

async function checkIdentityProvider(
  check: RunCheck,
  { peer, pair, stranger, variants: sps, described }: Setup,
): Promise<void> {
  const { entityId, idp } = await readIdp(peer.metadataUrl)
  const seen = new Set<string>()
  const replay: ReplayStore = {
    seen: id => seen.size === seen.add(id).size,
  }
  const verify = (sp: Sp, form: Form, inResponseTo: string | null, changed?: string) =>
    verifyResponse(changed ?? form.fields.SAMLResponse ?? '', {
      idp: { entityId, signingKeys: idp.signingCertificates, allow: sp.allow ?? [] },
      sp: { ...sp, decryptionKeys: [pair.key] },
      now: new Date(),
      inResponseTo,
      replay,
    })
  const isPerson = async (answer: ReturnType<typeof verify>) => {
    const { nameId, attributes } = await answer
    assert.equal(nameId.value, person.nameId)
    assert.deepEqual(Object.fromEntries(attributes), {
      ...person.attributes,
      uid: [person.nameId],
    })
  }

  /** A signed request, and the form that comes back after the person has typed a password. */
  async function signIn(sp: Sp, binding: 'redirect' | 'post' = 'redirect', signer = pair) {
    const ssoUrl = idp.ssoEndpoints.find(each => each.binding === bindings[binding])?.location
    assert(ssoUrl !== undefined, `no endpoint for ${binding}`)
    const request = buildAuthnRequest({
      ...{ sp, idp: { ssoUrl }, binding, now: new Date(), relayState: 'state' },
      sign: { key: signer.key, certificate: signer.certificate },
    })
    const visitor = createVisitor()
    const page = await (request.form === undefined
      ? visitor.get(request.url)
      : visitor.post(request.url, { ...request.form }))
    return { id: request.id, page, answer: () => answerOf(page, visitor) }
  }

  for (const sp of sps) {
    await check(`${sp.title}: we take it once, and each value arrives unchanged`, async () => {
      const { id, answer } = await signIn(sp)
      const form = await answer()
      assert.equal(form.action, sp.acsUrl)
      assert.equal(form.fields.RelayState, 'state')
      if (sp.allow !== undefined) {
        await assert.rejects(verify({ ...sp, allow: [] }, form, id), SamlError)
      }
      await isPerson(verify(sp, form, id))
      await assert.rejects(verify(sp, form, id), code('assertion.replayed'))
    })
    await check(`${sp.title}: we refuse it with a changed value`, async () => {
      const { id, answer } = await signIn(sp)
      const form = await answer()
      const xml = Buffer.from(form.fields.SAMLResponse ?? '', 'base64').toString()
      const isHidden = sp.settings['assertion.encryption'] === true
      const other = isHidden ? changeCiphertext(xml) : xml.replace('>staff<', '>admin<')
      const changed = Buffer.from(other).toString('base64')
      await assert.rejects(verify(sp, form, id, changed), code('signature.digest'))
    })
  }
  const [sp = described] = sps
  await check('it takes our request by POST', async () => {
    const { id, answer } = await signIn(sp, 'post')
    await isPerson(verify(sp, await answer(), id))
  })
  await check('it refuses a request signed by another key, by Redirect and by POST', async () => {
    for (const binding of ['redirect', 'post'] as const) {
      const { page } = await signIn(sp, binding, stranger)
      assert.match(page.body, /Unable to validate signature/i)
    }
  })
  await check('it reads the metadata that buildMetadata writes', async () => {
    const { id, answer } = await signIn(described)
    const form = await answer()
    assert.equal(form.action, described.acsUrl)
    await isPerson(verify(described, form, id))
  })
  await check('unsolicited: we take it only where we asked nothing', async () => {
    const visitor = createVisitor()
    const query = new URLSearchParams({ spentityid: sp.entityId })
    const form = await answerOf(await visitor.get(`${peer.unsolicitedUrl}?${query}`), visitor)
    await assert.rejects(verify(sp, form, '_request'), code('response.in-response-to'))
    await isPerson(verify(sp, form, null))
  })
  await check('we refuse the answer to a request where none was expected', async () => {
    const { answer } = await signIn(sp)
    await assert.rejects(verify(sp, await answer(), null), code('response.in-response-to'))
  })
}

async function readIdp(url: string) {
  const entity = readMetadata(await (await fetch(url)).text(), { now: new Date() }).entities[0]
  assert(entity?.idp !== undefined, 'no identity provider in the metadata')
  const { entityId, idp } = entity
  return { entityId, idp }
}

/** Types the password; the form with the response. */
async function answerOf(page: Page, visitor: Visitor): Promise<Form> {
  const question = readForm(page, 'password')
  const typed = { ...question.fields, username: 'alice', password: 'alice' }
  return readForm(await visitor.post(question.action, typed), 'SAMLResponse')
}

function code(expected: SamlErrorCode) {
  return (error: unknown) => {
    assert(error instanceof SamlError)
    assert.equal(error.code, expected)
    return true
  }
}

function spOf(name: string): Sp {
  return { entityId: `https://${name}.example/sp`, acsUrl: `https://${name}.example/acs` }
}

/** The base64 of a certificate, without the lines around it. */
function bare({ certificate }: KeyPair): string {
  return certificate.replace(/-----[^-]+-----|\s/g, '')
}
