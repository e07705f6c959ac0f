/** Assertions that xmlsec1 and xmlseclibs encrypt under ours, and ours under xmlsec1. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canonicalize, issueResponse, parseXml, SamlError, verifyResponse } from '@rolecall/saml'
import { changeCiphertext } from '../change-ciphertext.ts'
import { person } from '../idp/variants.ts'
import { inLifetime } from '../lifetime.ts'
import { type KeyPair, makeKeyPair } from '../peers/key-pair.ts'
import type { RunCheck, Suite } from './suite.ts'

const saml = 'urn:oasis:names:tc:SAML:2.0:assertion'
const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const contents = { 'aes128-gcm': 'aes-128', 'aes256-gcm': 'aes-256' } as const
type Content = keyof typeof contents

/** `npm run interop -- encryption` */
export const encryptionSuite: Suite = {
  name: 'encryption',
  title: 'encrypted assertions: ours under xmlsec1, its and those of xmlseclibs under ours',
  packages: ['xmlsec1', 'simplesamlphp', 'php-cli', 'php-xml', 'openssl'],
  run: check =>
    inLifetime(async lifetime => {
      const folder = lifetime.folder('encryption')
      const keys = {
        signing: makeKeyPair(folder, 'signing'),
        encryption: makeKeyPair(folder, 'encryption'),
        former: makeKeyPair(folder, 'former'),
      }
      for (const content of ['aes128-gcm', 'aes256-gcm'] as const) {
        await ours(check, { content, keys, folder })
        await theirs(check, 'xmlsec1', { content, keys, folder }, xmlsec1)
        await theirs(check, 'xmlseclibs', { content, keys, folder }, xmlseclibs)
      }
    }),
}

interface Setup {
  readonly content: Content
  readonly keys: Readonly<Record<'signing' | 'encryption' | 'former', KeyPair>>
  readonly folder: string
}

const idp = { entityId: 'https://idp.example/metadata' }
const sp = { entityId: 'https://sp.example/metadata', acsUrl: 'https://sp.example/acs' }

function facts() {
  const { nameId, attributes } = person
  return { idp, sp, subject: { nameId }, attributes, now: new Date(), inResponseTo: '_request' }
}

async function ours(check: RunCheck, { content, keys, folder }: Setup): Promise<void> {
  await check(`${content}: xmlsec1 decrypts ours, and verifies what was in it`, () => {
    const key = keys.encryption.certificate
    const xml = issueResponse(facts(), {
      ...{ key: keys.signing.key, certificate: keys.signing.certificate, sign: 'assertion' },
      encrypt: { key, content, oaep: 'sha1' },
    })
    assert(!xml.includes('staff'))
    const [encrypted, decrypted] = [join(folder, 'encrypted.xml'), join(folder, 'decrypted.xml')]
    writeFileSync(encrypted, xml)
    const { keyFile } = keys.encryption
    execFileSync('xmlsec1', [
      '--decrypt',
      '--privkey-pem',
      keyFile,
      '--output',
      decrypted,
      encrypted,
    ])
    execFileSync(
      'xmlsec1',
      [
        ...['--verify', '--pubkey-cert-pem', keys.signing.certificateFile],
        ...['--id-attr:ID', `${saml}:Assertion`, decrypted],
      ],
      { stdio: 'pipe' },
    )
  })
}

/** Encrypts the element in a file: the EncryptedData. */
type Encrypt = (file: string, setup: Setup) => string

async function theirs(
  check: RunCheck,
  name: string,
  setup: Setup,
  encrypt: Encrypt,
): Promise<void> {
  const { content, keys, folder } = setup
  await check(
    `${content}: we decrypt that of ${name}, and refuse it changed or for another`,
    async () => {
      const signing = { key: keys.signing.key, certificate: keys.signing.certificate }
      const plain = issueResponse(facts(), { ...signing, sign: 'assertion' })
      const assertion = parseXml(plain).root.children.find(
        each => each.kind === 'element' && each.local === 'Assertion',
      )
      assert(assertion?.kind === 'element')
      const file = join(folder, 'assertion.xml')
      writeFileSync(file, canonicalize(assertion))
      const sealed = `<saml:EncryptedAssertion xmlns:saml="${saml}">${encrypt(file, setup)}</saml:EncryptedAssertion>`
      const xml = plain.replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, () => sealed)
      const verify = (text: string, ...decryptionKeys: readonly KeyPair[]) =>
        verifyResponse(Buffer.from(text).toString('base64'), {
          idp: { ...idp, signingKeys: [keys.signing.certificate] },
          sp: { ...sp, decryptionKeys: decryptionKeys.map(({ key }) => key) },
          now: new Date(),
          inResponseTo: '_request',
          replay: { seen: () => false },
        })
      const { nameId, attributes } = await verify(xml, keys.former, keys.encryption)
      assert.equal(nameId.value, person.nameId)
      assert.deepEqual(Object.fromEntries(attributes), person.attributes)
      await assert.rejects(verify(changeCiphertext(xml), keys.encryption), SamlError)
      await assert.rejects(verify(xml, keys.former), SamlError)
    },
  )
}

function xmlsec1(file: string, { content, keys, folder }: Setup): string {
  const template = join(folder, 'template.xml')
  writeFileSync(
    template,
    `<xenc:EncryptedData xmlns:xenc="${xenc}" Type="${xenc}Element">
<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#${content}"/>
<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>
<xenc:EncryptionMethod Algorithm="${xenc}rsa-oaep-mgf1p"/>
<xenc:CipherData><xenc:CipherValue/></xenc:CipherData>
</xenc:EncryptedKey></ds:KeyInfo>
<xenc:CipherData><xenc:CipherValue/></xenc:CipherData>
</xenc:EncryptedData>`,
  )
  const output = execFileSync(
    'xmlsec1',
    [
      ...['--encrypt', '--pubkey-cert-pem', keys.encryption.certificateFile],
      ...['--session-key', contents[content], '--xml-data', file, template],
    ],
    { encoding: 'utf8' },
  )
  return output.replace(/^<\?xml[^>]*>\s*/, '')
}

function xmlseclibs(file: string, { content, keys }: Setup): string {
  const script = fileURLToPath(new URL('../peers/php/encrypt.php', import.meta.url))
  const algorithm = `http://www.w3.org/2009/xmlenc11#${content}`
  // 22527: without deprecations, which would stand in the output.
  return execFileSync(
    'php',
    ['-d', 'error_reporting=22527', script, keys.encryption.certificateFile, algorithm],
    { input: readFileSync(file), encoding: 'utf8' },
  )
}
