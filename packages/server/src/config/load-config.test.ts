import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Secret } from '@rolecall/aws'
import { buildMetadata } from '@rolecall/saml'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { rolesOf } from '../../tests/support/grant-rules.ts'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { loadConfig } from './index.ts'
import { loadGatewayConfig } from './load-gateway-config.ts'

const fixtures = join(import.meta.dirname, '..', '..', 'tests', 'fixtures', 'tls')
const tlsFiles = {
  'cert.pem': readFileSync(join(fixtures, 'localhost-cert.pem')),
  'key.pem': readFileSync(join(fixtures, 'localhost-key.pem')),
}

const certificate = tlsFiles['cert.pem'].toString()
const ssoEndpoints = [
  { binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', location: 'https://i.example' },
]
const idp = buildMetadata({
  entityId: 'https://idp.example.com',
  idp: { ssoEndpoints, signingCertificates: [certificate] },
})

async function load(text: string, env = {}, files: Record<string, string | Uint8Array> = {}) {
  const directory = temporaryDirectory({ ...files, 'c.yaml': text })
  return { directory, result: await loadConfig(join(directory, 'c.yaml'), { env }) }
}

const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 's3cret' }

test('the smallest file is complete with its defaults', async () => {
  const { directory, result } = await load('publicUrl: http://localhost:8080/\n', keys)
  expect(result).toEqual({
    ok: true,
    warnings: [],
    config: {
      file: join(directory, 'c.yaml'),
      publicUrl: 'http://localhost:8080',
      title: 'Rolecall',
      listen: { host: '127.0.0.1', port: 8080, tls: undefined, trustedProxies: [] },
      store: { file: join(directory, 'rolecall.db') },
      signIn: {
        saml: [],
        headers: [],
        ldap: [],
        order: [],
        samlKeys: [],
        password: true,
        session: { idleSeconds: 3600, absoluteSeconds: 43_200 },
      },
      commandLine: { enabled: true, lifetimeSeconds: 43_200 },
      aws: {
        region: 'us-east-1',
        credentials: expect.objectContaining({ get: expect.any(Function) }),
        sourceIdentity: true,
        endpoints: { sts: undefined, federation: undefined, console: undefined },
        timeoutMs: 10_000,
        failoverRegion: undefined,
        proxy: undefined,
        noProxy: [],
        ca: undefined,
      },
      accounts: [],
      grants: [],
      targets: { prefix: '/aws', compat: undefined },
      audit: { sinks: [] },
      limits: {
        signInPerAddress: 600,
        passwordsPerAddress: 30,
        passwordsPerUsername: 20,
        deliveryPerPrincipal: 120,
        deliveryPerAddress: 1200,
        apiPerPrincipal: 1200,
        apiPerAddress: 6000,
      },
      federationApi: [],
    },
  })
})

const full = `# comments and anchors are fine
publicUrl: https://aws.example.com
title: Acme
listen:
  host: 0.0.0.0
  port: 8443
  tls: { certificate: cert.pem, key: { file: key.pem } }
  trustedProxies: [10.0.0.0/8, "::1"]
store: { file: ":memory:" }
signIn:
  password: true
  session: { idle: 15m, absolute: 1d }
  saml:
    - id: company
      metadata: { file: idp.xml }
      attributes: { username: uid, displayName: cn, email: mail, groups: memberOf }
      forceAuthn: true
    - id: partner
      title: Partner
      metadata: { url: http://127.0.0.1:9/metadata }
      entityId: https://idp.example.com
      spEntityId: urn:acme:rolecall
      attributes: { groups: [a, b] }
      allowUnsolicited: true
      clockSkew: 2m
aws:
  region: eu-central-1
  credentials:
    source: static
    accessKeyId: AKIAEXAMPLE
    secretAccessKey: { env: KEY }
    sessionToken: { command: [echo, token] }
  sourceIdentity: false
  timeout: 5
  endpoints: { sts: "https://sts.example.com", console: "http://localhost:7" }
  failoverRegion: eu-west-1
  caFile: cert.pem
  proxy:
    url: https://proxy.example.com:3128
    username: gateway
    password: { env: PROXY_PASSWORD }
    noProxy: [10.0.0.0/8, .internal]
accounts:
  prod: { id: "111111111111", name: Production, tags: { stage: live } }
  china: { id: "222222222222", partition: aws-cn }
grants:
  - name: admin
    groups: &admins [admins, root]
    users: [alice]
    sources: [company, local]
    account: prod
    role: team/Admin
    duration: 8h
    path: prod
    destination: https://eu-central-1.console.aws.amazon.com/ec2/home
  - name: reader
    groups: *admins
    sources: [partner]
    role: arn:aws-cn:iam::222222222222:role/Reader
    destination: http://localhost:7/page
targets: { prefix: "", compat: awscons }
`

const env = { KEY: 's3cret', PROXY_PASSWORD: 'pr0xy' }
const lineOf = (text: string) => full.split('\n').indexOf(text) + 1

test('everything that the file says arrives, resolved', async () => {
  const { directory, result } = await load(full, env, { ...tlsFiles, 'idp.xml': idp })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const { config } = result
  expect(result.warnings.map(({ key }) => key)).toEqual(['store.file'])
  expect(config.listen).toEqual({
    host: '0.0.0.0',
    port: 8443,
    tls: { certificate: tlsFiles['cert.pem'].toString(), key: expect.any(Secret) },
    trustedProxies: ['10.0.0.0/8', '::1'],
  })
  expect(config.listen.tls?.key.reveal()).toBe(tlsFiles['key.pem'].toString().trimEnd())
  expect(config.store.file).toBe(':memory:')
  expect(config.signIn).toEqual({
    headers: [],
    ldap: [],
    order: ['saml'],
    samlKeys: [],
    password: true,
    session: { idleSeconds: 900, absoluteSeconds: 86_400 },
    saml: [
      {
        id: 'company',
        title: 'company',
        metadata: { file: join(directory, 'idp.xml'), xml: idp },
        entityId: undefined,
        spEntityId: 'https://aws.example.com/signin/saml/company/metadata',
        acsUrl: 'https://aws.example.com/signin/saml/company/acs',
        sloUrl: 'https://aws.example.com/signin/saml/company/slo',
        attributes: { username: 'uid', displayName: 'cn', email: 'mail', groups: ['memberOf'] },
        allowUnsolicited: false,
        forceAuthn: true,
        clockSkewSeconds: 60,
        logout: 'local',
        signRequests: undefined,
        emailDomains: [],
        authnContexts: [],
        allow: [],
      },
      {
        id: 'partner',
        title: 'Partner',
        metadata: { url: 'http://127.0.0.1:9/metadata' },
        entityId: 'https://idp.example.com',
        spEntityId: 'urn:acme:rolecall',
        acsUrl: 'https://aws.example.com/signin/saml/partner/acs',
        sloUrl: 'https://aws.example.com/signin/saml/partner/slo',
        attributes: {
          username: 'nameId',
          displayName: undefined,
          email: undefined,
          groups: ['a', 'b'],
        },
        allowUnsolicited: true,
        forceAuthn: false,
        clockSkewSeconds: 120,
        logout: 'local',
        signRequests: undefined,
        emailDomains: [],
        authnContexts: [],
        allow: [],
      },
    ],
  })
  expect(await config.aws.credentials.get()).toMatchObject({
    accessKeyId: 'AKIAEXAMPLE',
    secretAccessKey: 's3cret',
    sessionToken: 'token',
  })
  expect(config.aws).toMatchObject({
    region: 'eu-central-1',
    sourceIdentity: false,
    timeoutMs: 5000,
    endpoints: { sts: 'https://sts.example.com', console: 'http://localhost:7' },
    failoverRegion: 'eu-west-1',
    proxy: {
      url: 'https://proxy.example.com:3128',
      username: 'gateway',
      password: expect.any(Secret),
    },
    noProxy: ['10.0.0.0/8', '.internal'],
    ca: tlsFiles['cert.pem'].toString(),
  })
  const [prod] = config.accounts
  expect(prod).toEqual({
    alias: 'prod',
    id: '111111111111',
    partition: 'aws',
    name: 'Production',
    tags: { stage: 'live' },
  })
  expect(config.grants).toMatchObject([
    {
      name: 'admin',
      target: rolesOf('prod', 'team/Admin'),
      groups: ['admins', 'root'],
      users: ['alice'],
      sources: ['company', 'local'],
      durationSeconds: 28_800,
      path: 'prod',
      destination: 'https://eu-central-1.console.aws.amazon.com/ec2/home',
      line: lineOf('  - name: admin'),
    },
    {
      name: 'reader',
      target: {
        kind: 'arns',
        roles: [{ partition: 'aws-cn', accountId: '222222222222', path: '/', name: 'Reader' }],
      },
      groups: ['admins', 'root'],
      users: [],
      sources: ['partner'],
      durationSeconds: 3600,
      path: undefined,
      destination: 'http://localhost:7/page',
      line: lineOf('  - name: reader'),
    },
  ])
  expect(config.targets).toEqual({ prefix: '', compat: 'awscons' })
})

test('nothing of a loaded configuration can be changed, and printing it shows no secret', async () => {
  const { result } = await load(full, env, { ...tlsFiles, 'idp.xml': idp })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const everyObject = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Secret) return
    expect(Object.isFrozen(value)).toBe(true)
    for (const inner of Object.values(value)) everyObject(inner)
  }
  everyObject(result)
  const key = tlsFiles['key.pem'].toString().split('\n')[1] ?? ''
  for (const text of [inspect(result, { depth: 20 }), JSON.stringify(result)]) {
    expect(text).not.toContain('s3cret')
    expect(text).not.toContain(key)
  }
})

const withIdp = (more = '') =>
  `publicUrl: http://localhost\nsignIn:\n  saml:\n    - id: a\n      metadata: { file: idp.xml }\n${more}`
const other = idp.replaceAll('idp.example.com', 'other.example.com')
const group = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${idp}${other}</EntitiesDescriptor>`
const sp = buildMetadata({
  entityId: 'https://sp.example.com',
  sp: {
    acsEndpoints: [
      {
        binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
        location: 'https://sp.example.com/acs',
        index: 0,
      },
    ],
  },
})

test.each([
  ['no XML', '-----BEGIN S3CRET', '', 'metadata.file', 5, 'this is not SAML metadata: '],
  ['other XML', '<html/>', '', 'metadata.file', 5, 'this is not SAML metadata: '],
  ['a service provider', sp, '', 'metadata.file', 5, 'describes no identity provider'],
  [
    'another provider',
    idp,
    '      entityId: x\n',
    'entityId',
    6,
    'no identity provider of this name',
  ],
  ['two providers', group, '', 'entityId', 4, 'describes 2 identity providers'],
  [
    'a provider whose certificate is broken',
    idp.replace('<ds:X509Certificate>', '<ds:X509Certificate>S3CRET'),
    '',
    'metadata.file',
    5,
    'no signing certificate of use',
  ],
  [
    'a provider whose address is none',
    idp.replace('https://i.example', '/sso'),
    '',
    'metadata.file',
    5,
    'no https address for sign-in',
  ],
  [
    'a provider at a plain address',
    idp.replace('https://i.example', 'http://i.example'),
    '',
    'metadata.file',
    5,
    'no https address for sign-in',
  ],
])('metadata of %s is refused', async (_title, xml, more, key, line, message) => {
  const { result } = await load(withIdp(more), {}, { 'idp.xml': xml })
  expect(result).toMatchObject({
    ok: false,
    problems: [{ line, key: `signIn.saml[0].${key}`, message: expect.stringContaining(message) }],
  })
  expect(JSON.stringify(result)).not.toContain('S3CRET')
})

test('of metadata with two providers the named one is taken', async () => {
  const more = '      entityId: https://other.example.com\n'
  const { result } = await load(withIdp(more), {}, { 'idp.xml': group })
  expect(result).toMatchObject({ ok: true })
})

test('a secret written out is a warning, placed and redacted; an access key id is not', async () => {
  const { result } = await load(`publicUrl: http://localhost
aws:
  credentials: { source: static, accessKeyId: AKIAEXAMPLE, secretAccessKey: hunter2 }
`)
  expect(result).toMatchObject({
    ok: true,
    warnings: [
      { line: 3, column: 77, key: 'aws.credentials.secretAccessKey', value: '[redacted]' },
    ],
  })
  expect(JSON.stringify(result)).not.toContain('hunter2')
})

test.each([
  ['environment', '{ source: environment }', 'AWS_ACCESS_KEY_ID'],
  ['profile', '{ source: profile, profile: gone, credentialsFile: none }', 'gone'],
])('credentials that are not there yet are a warning: %s', async (_title, credentials, named) => {
  const { result } = await load(
    `publicUrl: http://localhost\naws:\n  credentials: ${credentials}\n`,
  )
  const message = expect.stringMatching(`^the AWS credentials cannot be had now: .*${named}`)
  expect(result).toMatchObject({
    ok: true,
    warnings: [{ line: 3, key: 'aws.credentials', message }],
  })
})

test('a store in a directory that is not there is a warning', async () => {
  const { directory, result } = await load(
    `publicUrl: http://localhost\nstore: { file: no/a.db }\n`,
    keys,
  )
  const message = `the directory ${join(directory, 'no')} is not there, or this user may not write to it`
  expect(result).toMatchObject({ ok: true, warnings: [{ line: 2, key: 'store.file', message }] })
})

test('a reload sees the new file and changes nothing of the old configuration', async () => {
  const { directory, result: before } = await load('publicUrl: http://localhost:1\n')
  const file = join(directory, 'c.yaml')
  writeFileSync(file, 'publicUrl: 7\n')
  const bad = await loadConfig(file, { env: {} })
  writeFileSync(file, 'publicUrl: http://localhost:2\n')
  const after = await loadConfig(file, { env: {} })
  expect(before).toMatchObject({ ok: true, config: { publicUrl: 'http://localhost:1' } })
  expect(bad).toMatchObject({ ok: false })
  expect(after).toMatchObject({ ok: true, config: { publicUrl: 'http://localhost:2' } })
})

test('keys of a prototype in a map of names do no harm', async () => {
  const { result } = await load(`publicUrl: http://localhost
accounts:
  constructor: { id: "111111111111", tags: { __proto__: x, toString: y } }
grants:
  - { name: a, account: constructor, role: Admin }
  - { name: b, account: tostring, role: Admin }
`)
  expect(result).toMatchObject({ ok: false, problems: [{ line: 6, key: 'grants[1].account' }] })
})

const marker = 'S3CRETMARKER'
const hidden: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(marker, ` ${marker}`, `*${marker}`, `!${marker} x`, `${marker}: ${marker}`),
  fc.constantFrom(
    [marker],
    { env: marker, file: [marker] },
    { command: marker },
    { value: marker },
  ),
  fc.constantFrom({ env: { name: marker } }, { command: ['false', marker] }),
)

test.each([
  ['a blank in the secret', '{ accessKeyId: AKIAEXAMPLE, secretAccessKey: "s3cret " }', 'a blank'],
  [
    'a token of two lines',
    '{ accessKeyId: AKIAEXAMPLE, secretAccessKey: x, sessionToken: "s3cret s3cret" }',
    'a blank',
  ],
  ['the two swapped', '{ accessKeyId: s3cret/s3cret, secretAccessKey: AKIAEXAMPLE }', 'swapped'],
])('keys that can be none are a problem: %s', async (_title, keysText, message) => {
  const credentials = keysText.replace('{', '{ source: static,')
  const { result } = await load(
    `publicUrl: http://localhost\naws:\n  credentials: ${credentials}\n`,
  )
  expect(result).toMatchObject({
    ok: false,
    problems: [{ line: 3, key: 'aws.credentials', message: expect.stringContaining(message) }],
  })
  expect(JSON.stringify(result)).not.toContain('s3cret')
})

test('whatever is wrong around secrets, no problem or warning repeats them', async () => {
  const directory = temporaryDirectory()
  const file = join(directory, 'c.yaml')
  const shape = fc.record({
    secretAccessKey: hidden,
    sessionToken: fc.option(hidden),
    tls: fc.option(fc.record({ certificate: fc.constant('c.yaml'), key: hidden })),
    source: fc.constantFrom('static', 'profile', 'none', undefined),
    url: fc.constantFrom('http://localhost', `https://a:${marker}@host`, 7),
    raw: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(shape, async ({ secretAccessKey, sessionToken, tls, source, url, raw }) => {
      const credentials = { source, accessKeyId: 'AKIA', secretAccessKey, sessionToken }
      const listen = tls === null ? {} : { tls }
      const text = stringify({ publicUrl: url, listen, aws: { credentials } })
      // Without its quotes a secret may be anything to YAML: an alias, a tag, a map.
      writeFileSync(file, raw ? text.replaceAll(/["']/g, '') : text)
      const result = await loadConfig(file, { env: {} })
      const said = [...result.warnings, ...(result.ok ? [] : result.problems)]
      const texts = said.map(({ value, message, remedy }) => [value, message, remedy])
      // The name of a variable or of a file is no secret: `{env: NAME}` is told by its name.
      const named = /environment variable S3CRETMARKER|set S3CRETMARKER for/
      for (const one of texts.flat()) if (!named.test(one)) expect(one).not.toContain(marker)
    }),
    { numRuns: 150 },
  )
})

test('the file of a signing gateway has no secret of another part read', async () => {
  const left = {
    signIn: {
      ldap: [
        {
          id: 'corp',
          url: 'ldaps://dc.example.com',
          bind: { dn: 'cn=reader', password: { command: ['/bin/sh', '-c', 'touch ran; echo x'] } },
          users: { base: 'dc=example', attribute: 'uid' },
        },
      ],
    },
    audit: {
      sinks: [
        {
          id: 'siem',
          webhook: { url: 'https://siem.example.com', headers: { A: { env: 'NOT_SET' } } },
        },
      ],
    },
    grants: [{ name: 'a', account: 'b', role: 'c', policy: { file: 'not-there.json' } }],
  }
  const directory = temporaryDirectory({ 'c.yaml': stringify(left) })
  const result = await loadGatewayConfig(join(directory, 'c.yaml'), { env: keys })
  const problems = result.ok ? [] : result.problems
  expect(problems.map(({ key }) => key)).toEqual(['signIn', 'audit', 'grants'])
  expect(existsSync(join(directory, 'ran'))).toBe(false)
})

test('authorities are whole certificates, wherever a file with them is named', async () => {
  const sources = {
    signIn: {
      headers: [
        {
          ...{ id: 'proxy', from: ['10.0.0.1'], username: 'x-remote-user' },
          clientCertificate: { caFile: 'ca.pem', subject: 'proxy' },
        },
      ],
      ldap: [
        {
          ...{ id: 'corp', url: 'ldaps://dc.example.com', caFile: 'ca.pem' },
          users: { base: 'dc=example', attribute: 'uid' },
        },
      ],
    },
    audit: {
      sinks: [{ id: 'siem', webhook: { url: 'https://siem.example.com', caFile: 'ca.pem' } }],
    },
  }
  const text = stringify({ publicUrl: 'https://aws.example.com', ...sources })
  const problems = async (pem: string) => {
    const { result } = await load(text, keys, { 'ca.pem': pem })
    const found = result.ok ? [] : result.problems
    return found
      .filter(({ key }) => key.endsWith('caFile'))
      .map(({ key, message }) => `${key}: ${message}`)
  }
  const places = [
    'signIn.headers[0].clientCertificate.caFile: these are no certificates',
    'signIn.ldap[0].caFile: these are no certificates',
    'audit.sinks[0].webhook.caFile: these are no certificates',
  ]
  expect(await problems(certificate)).toEqual([])
  for (const pem of ['', 'x', `${certificate}\n${certificate.slice(0, 200)}`]) {
    expect(await problems(pem)).toEqual(places)
  }
})

test('a syslog receiver whose name only begins like this machine is warned about', async () => {
  const warnings = async (address: string) => {
    const sinks = [{ id: 'log', syslog: { address } }]
    const text = stringify({ publicUrl: 'https://aws.example.com', audit: { sinks } })
    return (await load(text, keys)).result.warnings.map(({ message }) => message)
  }
  const clear = [expect.stringContaining('in the clear')]
  expect(await warnings('tcp://127.example.com:601')).toEqual(clear)
  expect(await warnings('tcp://[::1]:601')).toEqual([])
  expect(await warnings('tcp://127.0.0.1:601')).toEqual([])
})
