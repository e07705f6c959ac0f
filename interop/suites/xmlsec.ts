/** Our XML signatures under xmlsec1, and xmlsec1's under ours. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { issueResponse, type SignatureAlgorithm, signXml, verifySignature } from '@rolecall/saml'
import { person } from '../idp/variants.ts'
import { inLifetime } from '../lifetime.ts'
import { type KeyKind, type KeyPair, makeKeyPair } from '../peers/key-pair.ts'
import type { RunCheck, Suite } from './suite.ts'

const samlNames = 'urn:oasis:names:tc:SAML:2.0'
const dsig = 'http://www.w3.org/2000/09/xmldsig#'
const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const idAttributes = [
  ...['--id-attr:ID', `${samlNames}:assertion:Assertion`],
  ...['--id-attr:ID', `${samlNames}:protocol:Response`],
]
const rsa = ['rsa-sha256', 'rsa-sha384', 'rsa-sha512'] as const
const ecdsa = ['ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512'] as const
const keys: readonly (readonly [KeyKind, readonly SignatureAlgorithm[]])[] = [
  ['rsa-2048', rsa],
  ['rsa-3072', rsa],
  ['rsa-4096', rsa],
  ['p-256', ecdsa],
  ['p-384', ecdsa],
  ['p-521', ecdsa],
]
const digests = [`${xenc}sha256`, `${more}sha384`, `${xenc}sha512`]

/** `npm run interop -- xmlsec` */
export const xmlsecSuite: Suite = {
  name: 'xmlsec',
  title: 'XML signatures: ours under xmlsec1, its under ours',
  packages: ['xmlsec1', 'openssl'],
  run: check =>
    inLifetime(async lifetime => {
      const folder = lifetime.folder('xmlsec')
      for (const [kind, algorithms] of keys) {
        const pair = makeKeyPair(folder, kind, kind)
        for (const algorithm of algorithms) {
          await signatures(check, { kind, pair, algorithm, file: join(folder, 'signed.xml') })
        }
      }
    }),
}

interface Signing {
  readonly kind: KeyKind
  readonly pair: KeyPair
  readonly algorithm: SignatureAlgorithm
  /** To write documents to. */
  readonly file: string
}

async function signatures(
  check: RunCheck,
  { kind, pair, algorithm, file }: Signing,
): Promise<void> {
  const { certificate } = pair
  const signing = { key: pair.key, certificate, algorithm }
  const verify = (...args: readonly string[]) =>
    xmlsec1('--verify', '--pubkey-cert-pem', pair.certificateFile, ...idAttributes, ...args, file)
  const name = `${kind} with ${algorithm}`

  await check(`${name}: xmlsec1 verifies our response, signed at both levels`, () => {
    const xml = issueResponse(
      {
        idp: { entityId: 'https://idp.example/metadata' },
        sp: { entityId: 'https://sp.example/metadata', acsUrl: 'https://sp.example/acs' },
        subject: { nameId: person.nameId },
        attributes: person.attributes,
        now: new Date(),
        inResponseTo: '_request',
      },
      { ...signing, sign: 'both' },
    )
    const at = (element: string) => [
      ...['--node-xpath', `//*[local-name()='${element}']/*[local-name()='Signature']`],
    ]
    writeFileSync(file, xml)
    for (const element of ['Response', 'Assertion']) verify(...at(element))
    writeFileSync(file, xml.replace('>staff<', '>admin<'))
    for (const element of ['Response', 'Assertion']) assert.throws(() => verify(...at(element)))
  })
  await check(`${name}: xmlsec1 verifies what signXml signs`, () => {
    const text = `<saml:Assertion xmlns:saml="${samlNames}:assertion" ID="_b"><saml:Issuer>i</saml:Issuer><a:x xmlns:a="urn:a" b="1"/></saml:Assertion>`
    const xml = signXml(text, signing)
    writeFileSync(file, xml)
    verify()
    writeFileSync(file, xml.replace('b="1"', 'b="2"'))
    assert.throws(() => verify())
  })
  await check(
    `${name}: we verify xmlsec1's signature with each digest, and refuse it changed`,
    () => {
      for (const digest of digests) {
        writeFileSync(file, unsigned(algorithm, digest))
        const signed = xmlsec1('--sign', '--privkey-pem', pair.keyFile, ...idAttributes, file)
        assert(signed.includes(digest))
        assert.match(verifySignature(signed, [certificate]), /alice@example\.com/)
        assert.throws(
          () => verifySignature(signed.replace('alice@', 'admin@'), [certificate]),
          /signature\.digest/,
        )
      }
    },
  )
}

/** What xmlsec1 fills in: a digest and a signature. */
function unsigned(algorithm: SignatureAlgorithm, digest: string): string {
  return `<?xml version="1.0"?>
<saml:Assertion xmlns:saml="${samlNames}:assertion" xmlns:unused="urn:unused" ID="_a" Version="2.0">
  <saml:Issuer>https://idp.example</saml:Issuer>
  <Signature xmlns="${dsig}"><SignedInfo>
    <CanonicalizationMethod Algorithm="${exclusive}"/>
    <SignatureMethod Algorithm="${more}${algorithm}"/>
    <Reference URI="#_a"><Transforms>
      <Transform Algorithm="${dsig}enveloped-signature"/><Transform Algorithm="${exclusive}"/>
    </Transforms><DigestMethod Algorithm="${digest}"/><DigestValue/></Reference>
  </SignedInfo><SignatureValue/></Signature>
  <saml:Subject><saml:NameID>alice@example.com</saml:NameID></saml:Subject>
  <!-- a comment --><x:y xmlns:x="urn:x" xmlns="urn:default" z='"&amp;&#9;'><w/></x:y>
</saml:Assertion>`
}

function xmlsec1(...args: readonly string[]): string {
  return execFileSync('xmlsec1', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
