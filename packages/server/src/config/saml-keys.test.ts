/** The gateway's own SAML keys in the file: what is taken, and what is said about each that is not. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { bindings, buildMetadata } from '@rolecall/saml'
import { selfSignedCertificate } from '@rolecall/simulator'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { loadConfig } from './index.ts'

const now = new Date('2026-06-01T00:00:00Z')
const dates = { notBefore: new Date('2026-01-01'), notAfter: new Date('2027-01-01') }

function rsa(bits = 2048, over = dates) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return { key: pem(privateKey), certificate: certificateOf(privateKey, over) }
}
const pem = (key: KeyObject) => String(key.export({ type: 'pkcs8', format: 'pem' }))
const certificateOf = (key: KeyObject, over = dates) =>
  selfSignedCertificate(key, { commonName: 'Gateway', ...over })

const fixtures = join(import.meta.dirname, '..', '..', 'tests', 'fixtures', 'tls')
const ec = {
  certificate: readFileSync(join(fixtures, 'localhost-cert.pem'), 'utf8'),
  key: readFileSync(join(fixtures, 'localhost-key.pem'), 'utf8'),
}
const [current, next] = [rsa(), rsa()]

const pair = (name: string) => `{certificate: ${name}.pem, key: {file: ${name}.key}}`

async function load(pairs: string[], files: Record<string, string>, saml = '[]', at = now) {
  const yaml = `publicUrl: https://aws.example.com
signIn:
  samlKeys: [${pairs.join(', ')}]
  saml: ${saml}
`
  const directory = temporaryDirectory({ ...files, 'c.yaml': yaml })
  const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 's3cret', KEY: next.key }
  return loadConfig(join(directory, 'c.yaml'), { env, now: at })
}

const lines = (found: readonly { key: string; value: string; message: string }[]) =>
  found.map(({ key, value, message }) => `${key} (${value}): ${message}`)

test('keys arrive in their order, from wherever secrets come', async () => {
  const result = await load([pair('a'), '{certificate: b.pem, key: {env: KEY}}'], {
    'a.pem': current.certificate,
    'a.key': current.key,
    'b.pem': next.certificate,
  })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  expect(result.warnings).toEqual([])
  const { samlKeys } = result.config.signIn
  expect(samlKeys.map(({ certificate }) => certificate)).toEqual([
    current.certificate,
    next.certificate,
  ])
  expect(samlKeys.map(({ key }) => key.type)).toEqual(['private', 'private'])
  const shown = inspect(result.config, { depth: 9 }) + JSON.stringify(result.config)
  expect(shown).not.toContain(current.key.split('\n')[1])
})

const files = { 'a.pem': current.certificate, 'a.key': current.key }
test.each<[string, string[], Record<string, string>, string[]]>([
  [
    'a certificate of another key',
    [pair('a')],
    { ...files, 'a.pem': next.certificate },
    ['signIn.samlKeys[0].certificate ("a.pem"): it does not belong to its key'],
  ],
  [
    'no certificate',
    [pair('a')],
    { ...files, 'a.pem': 'hello' },
    ['signIn.samlKeys[0].certificate ("a.pem"): this is no PEM certificate'],
  ],
  [
    'no key',
    [pair('a')],
    { ...files, 'a.key': current.certificate },
    ['signIn.samlKeys[0].key ([redacted]): this is no PEM private key that can be read'],
  ],
  [
    'a short key',
    [pair('a')],
    (({ key, certificate }) => ({ 'a.key': key, 'a.pem': certificate }))(rsa(1024)),
    ['signIn.samlKeys[0].key ([redacted]): the key is none that may sign'],
  ],
  [
    'a missing file, and a variable that is not set',
    [pair('b'), '{certificate: a.pem, key: {env: NONE}}'],
    files,
    [
      'signIn.samlKeys[0].certificate ("b.pem"): the file cannot be used: there is no such file',
      expect.stringContaining('signIn.samlKeys[0].key ([redacted]): the file '),
      'signIn.samlKeys[1].key ([redacted]): the environment variable NONE is not set',
    ],
  ],
  [
    'five pairs',
    Array(5).fill(pair('a')),
    files,
    ['signIn.samlKeys ([redacted]): too big: at most 4 entries'],
  ],
])('refuses %s', async (_, pairs, found, expected) => {
  const result = await load(pairs, found)
  expect(result.ok ? [] : lines(result.problems)).toEqual(expected)
})

test.each<[string, Date, string[]]>([
  [
    'before it begins',
    new Date('2025-06-01'),
    ['it begins on 2026-01-01: some providers refuse it'],
  ],
  ['while it is good', now, []],
  ['after its end', new Date('2027-06-01'), ['it ended on 2027-01-01: some providers refuse it']],
])('a certificate %s', async (_, at, expected) => {
  const result = await load([pair('a')], files, '[]', at)
  expect(result.ok).toBe(true)
  expect(result.warnings.map(({ message }) => message)).toEqual(expected)
})

test('an EC key alone cannot decrypt, which is said; beside an RSA key it is well', async () => {
  const ecFiles = { 'e.pem': ec.certificate, 'e.key': ec.key }
  const at = new Date('2027-01-02')
  const alone = await load([pair('e')], ecFiles, '[]', at)
  expect(alone.ok).toBe(true)
  expect(lines(alone.warnings)).toEqual([
    'signIn.samlKeys ([redacted]): EC keys sign, and cannot decrypt',
  ])
  const fresh = rsa(2048, { ...dates, notAfter: new Date('2028-01-01') })
  const both = { ...ecFiles, 'r.pem': fresh.certificate, 'r.key': fresh.key }
  expect((await load([pair('e'), pair('r')], both, '[]', at)).warnings).toEqual([])
})

test('a key in the file itself is warned about and not repeated', async () => {
  const inline = JSON.stringify(current.key)
  const result = await load([`{certificate: a.pem, key: ${inline}}`], files)
  expect(lines(result.warnings)).toEqual([
    'signIn.samlKeys[0].key ([redacted]): a secret stands in the file',
  ])
})

test('single logout without a key is a problem, and without an address of the provider a warning', async () => {
  const idp = buildMetadata({
    entityId: 'https://idp.example.com',
    idp: {
      ssoEndpoints: [{ binding: bindings.redirect, location: 'https://idp.example.com/sso' }],
      signingCertificates: [current.certificate],
    },
  })
  const saml = '[{id: company, metadata: {file: idp.xml}, logout: single}]'
  const without = await load([], { 'idp.xml': idp }, saml)
  expect(without.ok ? [] : lines(without.problems)).toEqual([
    'signIn.saml[0].logout ("single"): there is no key to sign with',
  ])
  const result = await load([pair('a')], { ...files, 'idp.xml': idp }, saml)
  expect(result.ok).toBe(true)
  expect(lines(result.warnings)).toEqual([
    'signIn.saml[0].logout ("single"): the identity provider has no https address for single logout',
  ])
})

test.each<[string, string, string[], string[]]>([
  [
    'wanted by the metadata',
    '',
    [
      'signIn.saml[0].metadata.file ("idp.xml"): the identity provider wants signed requests, and there is no key to sign with',
    ],
    [],
  ],
  [
    'asked for here',
    ', signRequests: true',
    ['signIn.saml[0].signRequests (true): there is no key to sign with'],
    [],
  ],
  [
    'switched off here',
    ', signRequests: false',
    [],
    [
      'signIn.saml[0].signRequests (false): the identity provider wants signed requests (WantAuthnRequestsSigned)',
    ],
  ],
])('signed requests without a key: %s', async (_, more, problems, warnings) => {
  const idp = buildMetadata({
    entityId: 'https://idp.example.com',
    idp: {
      ssoEndpoints: [{ binding: bindings.redirect, location: 'https://idp.example.com/sso' }],
      signingCertificates: [current.certificate],
      wantAuthnRequestsSigned: true,
    },
  })
  const yaml = `publicUrl: https://aws.example.com
signIn: {saml: [{id: company, metadata: {file: idp.xml}${more}}]}
`
  const directory = temporaryDirectory({ 'idp.xml': idp, 'c.yaml': yaml })
  const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 's3cret' }
  const result = await loadConfig(join(directory, 'c.yaml'), { env, now })
  expect(result.ok ? [] : lines(result.problems)).toEqual(problems)
  expect(lines(result.warnings)).toEqual(warnings)
})
