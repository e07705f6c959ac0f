/** Our XML signatures under xmlsec1, xmlsec1's under ours, our canonical form against xmllint's. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  canonicalize,
  issueResponse,
  parseXml,
  type SignatureAlgorithm,
  signXml,
  verifySignature,
} from '@rolecall/saml'
import { randomDocument, randomFrom } from '../random-xml.ts'
import type { RunCheck, Suite } from './suite.ts'

const samlNames = 'urn:oasis:names:tc:SAML:2.0'
const idAttributes = [
  '--id-attr:ID',
  `${samlNames}:assertion:Assertion`,
  '--id-attr:ID',
  `${samlNames}:protocol:Response`,
]
const documents = 500

const keyKinds: Readonly<Record<string, readonly string[]>> = {
  'RSA-2048': ['rsa:2048'],
  'P-256': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
}
const algorithms: readonly (readonly [SignatureAlgorithm, string, string])[] = [
  ['rsa-sha256', 'RSA-2048', 'rsa-sha256'],
  ['rsa-sha384', 'RSA-2048', 'rsa-sha384'],
  ['rsa-sha512', 'RSA-2048', 'rsa-sha512'],
  ['ecdsa-sha256', 'P-256', 'ecdsa-sha256'],
  ['ecdsa-sha384', 'P-384', 'ecdsa-sha384'],
]

/** `npm run interop -- xmlsec` */
export const xmlsecSuite: Suite = {
  name: 'xmlsec',
  title: 'XML signatures against xmlsec1, canonical form against xmllint',
  packages: ['xmlsec1', 'libxml2-utils', 'openssl'],
  run: async check => {
    const folder = mkdtempSync(join(tmpdir(), 'rolecall-xmlsec-'))
    try {
      await signatures(folder, check)
      await canonicalForms(folder, check)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function signatures(folder: string, check: RunCheck): Promise<void> {
  const keys = new Map(
    Object.entries(keyKinds).map(([name, kind]) => {
      const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
      execFileSync(
        'openssl',
        [
          ...['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=interop', '-newkey', ...kind],
          ...['-keyout', key, '-out', certificate],
        ],
        { stdio: 'ignore' },
      )
      return [name, { key, certificate }] as const
    }),
  )
  for (const [algorithm, kind, uri] of algorithms) {
    const files = keys.get(kind)
    assert(files !== undefined)
    const certificate = readFileSync(files.certificate, 'utf8')
    const signing = { key: readFileSync(files.key, 'utf8'), certificate, algorithm }
    await check(`xmlsec1 verifies our ${algorithm} response, signed at both levels`, () => {
      const xml = issueResponse(
        {
          idp: { entityId: 'https://idp.example/metadata' },
          sp: { entityId: 'https://sp.example/metadata', acsUrl: 'https://sp.example/acs' },
          subject: { nameId: 'ålice & "bob" <c>\t😀' },
          attributes: { memberOf: ['a', 'b'], note: "line 'one'\nline two" },
          now: new Date(),
          inResponseTo: '_request',
        },
        { ...signing, sign: 'both' },
      )
      const file = join(folder, 'ours.xml')
      writeFileSync(file, xml)
      for (const element of ['Response', 'Assertion']) {
        xmlsec1([
          '--verify',
          ...['--pubkey-cert-pem', files.certificate, ...idAttributes],
          ...['--node-xpath', `//*[local-name()='${element}']/*[local-name()='Signature']`, file],
        ])
      }
      writeFileSync(file, xml.replace('memberOf', 'memberof'))
      assert.throws(() =>
        xmlsec1(['--verify', '--pubkey-cert-pem', files.certificate, ...idAttributes, file]),
      )
    })
    await check(`we verify xmlsec1's ${algorithm} signature, and refuse it changed`, () => {
      const template = join(folder, 'template.xml')
      writeFileSync(template, unsigned(uri))
      const signed = xmlsec1(['--sign', ...['--privkey-pem', files.key, ...idAttributes, template]])
      const covered = verifySignature(signed, [certificate])
      assert.match(covered, /alice@example\.com/)
      assert.throws(() => verifySignature(signed.replace('alice@', 'admin@'), [certificate]))
    })
    await check(`xmlsec1 verifies what signXml signs with ${algorithm}`, () => {
      const file = join(folder, 'signed.xml')
      const text = `<saml:Assertion xmlns:saml="${samlNames}:assertion" ID="_b"><saml:Issuer>i</saml:Issuer><a:x xmlns:a="urn:a" b="1"/></saml:Assertion>`
      writeFileSync(file, signXml(text, signing))
      xmlsec1(['--verify', '--pubkey-cert-pem', files.certificate, ...idAttributes, file])
    })
  }
}

function unsigned(algorithm: string): string {
  const dsig = 'http://www.w3.org/2000/09/xmldsig#'
  const more = 'http://www.w3.org/2001/04/xmldsig-more#'
  const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
  return `<?xml version="1.0"?>
<saml:Assertion xmlns:saml="${samlNames}:assertion" xmlns:unused="urn:unused" ID="_a" Version="2.0">
  <saml:Issuer>https://idp.example</saml:Issuer>
  <Signature xmlns="${dsig}"><SignedInfo>
    <CanonicalizationMethod Algorithm="${exclusive}"/>
    <SignatureMethod Algorithm="${more}${algorithm}"/>
    <Reference URI="#_a"><Transforms>
      <Transform Algorithm="${dsig}enveloped-signature"/><Transform Algorithm="${exclusive}"/>
    </Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference>
  </SignedInfo><SignatureValue/></Signature>
  <saml:Subject><saml:NameID>alice@example.com</saml:NameID></saml:Subject>
  <!-- a comment --><x:y xmlns:x="urn:x" xmlns="urn:default" z='"&amp;&#9;'><w/></x:y>
</saml:Assertion>`
}

async function canonicalForms(folder: string, check: RunCheck): Promise<void> {
  const seed = Number(process.env.SEED ?? Math.floor(Date.now() % 2 ** 31))
  await check(
    `${documents} generated documents: canonical form as xmllint's (SEED=${seed})`,
    () => {
      const random = randomFrom(seed)
      const file = join(folder, 'document.xml')
      for (let index = 0; index < documents; index += 1) {
        const text = randomDocument(random)
        writeFileSync(file, text)
        const theirs = execFileSync('xmllint', ['--exc-c14n', file], { encoding: 'utf8' })
        assert.equal(canonicalize(parseXml(text), { withComments: true }), theirs, text)
      }
    },
  )
}

function xmlsec1(args: readonly string[]): string {
  return execFileSync('xmlsec1', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
