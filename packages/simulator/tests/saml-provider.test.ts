import { generateKeyPairSync } from 'node:crypto'
import { bindings, buildMetadata, issueResponse } from '@rolecall/saml'
import { expect, test } from 'vitest'
import { selfSignedCertificate } from '../src/index.ts'
import { caller } from './calls.ts'
import { adminKeys, arnOf, auditorKeys, companyWorld, main, strangerKeys } from './company-world.ts'
import { runSimulator } from './running.ts'

const running = await runSimulator(companyWorld)
const { clock } = running
const { query } = caller(running)
const arn = (name: string, account = main) => `arn:aws:iam::${account}:saml-provider/${name}`
const dates = (key: ReturnType<typeof newKey>) => ({
  commonName: key.name,
  notBefore: new Date(clock.now().getTime() - 86_400_000),
  notAfter: new Date(clock.now().getTime() + 86_400_000),
})

function newKey(name: string, modulusLength = 2048) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return { name, privateKey, publicKey }
}

const idpKey = newKey('idp')
const certificate = selfSignedCertificate(idpKey.privateKey, dates(idpKey))
const entityId = 'https://new-idp.example.com'
const metadataOf = (signingCertificates: readonly string[], at = entityId) =>
  buildMetadata({
    entityId: at,
    idp: {
      ssoEndpoints: [{ binding: bindings.post, location: `${at}/sso` }],
      signingCertificates,
    },
  })
const metadata = metadataOf([certificate])

const create = (name: string, more: Record<string, string> = {}, keys = adminKeys) =>
  query(keys, 'iam', 'CreateSAMLProvider', { Name: name, SAMLMetadataDocument: metadata, ...more })
const update = (name: string, more: Record<string, string>) =>
  query(adminKeys, 'iam', 'UpdateSAMLProvider', { SAMLProviderArn: arn(name), ...more })
const get = (name: string) =>
  query(auditorKeys, 'iam', 'GetSAMLProvider', { SAMLProviderArn: arn(name) })
const remove = (name: string) =>
  query(adminKeys, 'iam', 'DeleteSAMLProvider', { SAMLProviderArn: arn(name) })

const pem = (key: ReturnType<typeof newKey>) =>
  key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

function assertion(
  provider: string,
  options: {
    readonly key?: ReturnType<typeof newKey>
    readonly acsUrl?: string
    readonly encryptTo?: string
  } = {},
): string {
  const { key = idpKey, acsUrl = 'https://signin.aws.amazon.com/saml', encryptTo } = options
  const prefix = 'https://aws.amazon.com/SAML/Attributes/'
  const xml = issueResponse(
    {
      idp: { entityId },
      sp: { entityId: 'urn:amazon:webservices', acsUrl },
      subject: { nameId: 'ann-1', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
      attributes: [
        [`${prefix}Role`, `${arnOf('Uploaded')},${provider}`],
        [`${prefix}RoleSessionName`, 'ann'],
      ],
      now: clock.now(),
    },
    {
      key: key.privateKey,
      sign: 'assertion',
      ...(encryptTo !== undefined && { encrypt: { key: encryptTo } }),
    },
  )
  return Buffer.from(xml).toString('base64')
}

const assume = (provider: string, SAMLAssertion: string) =>
  query(undefined, 'sts', 'AssumeRoleWithSAML', {
    RoleArn: arnOf('Uploaded'),
    PrincipalArn: provider,
    SAMLAssertion,
  })

test('a provider is made, told of, listed, changed and deleted', async () => {
  const tags = { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'core' }
  const made = await create('life', tags)
  expect([made.status, made.field('SAMLProviderArn')]).toEqual([200, arn('life')])
  const told = await get('life')
  expect(told.field('SAMLMetadataDocument')).toBe(metadata)
  expect(told.field('SAMLProviderUUID')).toMatch(/^SAMLSP[A-Z0-9]{16}$/)
  expect(told.field('Key')).toBe('Team')
  expect(told.field('AssertionEncryptionMode')).toBeUndefined()
  expect(told.field('PrivateKeyList')).toBeUndefined()
  const until = new Date(told.field('ValidUntil') ?? '').getUTCFullYear()
  expect(until - new Date(told.field('CreateDate') ?? '').getUTCFullYear()).toBe(100)
  const listed = await query(auditorKeys, 'iam', 'ListSAMLProviders')
  expect(listed.all('Arn')).toEqual([arn('company'), arn('life')])
  const second = newKey('second')
  const other = metadataOf([selfSignedCertificate(second.privateKey, dates(second))])
  expect((await update('life', { SAMLMetadataDocument: other })).status).toBe(200)
  expect((await get('life')).field('SAMLMetadataDocument')).toBe(other)
  const gone = await remove('life')
  expect([gone.status, gone.field('DeleteSAMLProviderResult')]).toEqual([200, undefined])
  expect(await get('life')).toMatchObject({ status: 404, code: 'NoSuchEntity' })
  expect(await remove('life')).toMatchObject({ status: 404, code: 'NoSuchEntity' })
})

test('a provider works in AssumeRoleWithSAML from its making to its end', async () => {
  const provider = arn('company')
  // The role trusts the provider of that name: the world's own is taken away and made anew.
  expect((await remove('company')).status).toBe(200)
  expect(await assume(provider, assertion(provider))).toMatchObject({
    code: 'InvalidIdentityToken',
    message: "Specified provider doesn't exist",
  })
  await create('company')
  const answer = await assume(provider, assertion(provider))
  expect(answer.field('Arn')).toBe(`arn:aws:sts::${main}:assumed-role/Uploaded/ann`)
  const forged = assertion(provider, { key: newKey('forger') })
  expect((await assume(provider, forged)).message).toBe('Response signature invalid')
  const second = newKey('second')
  const rolled = metadataOf([certificate, selfSignedCertificate(second.privateKey, dates(second))])
  await update('company', { SAMLMetadataDocument: rolled })
  expect((await assume(provider, assertion(provider, { key: second }))).status).toBe(200)
})

test('encrypted assertions are decrypted with the uploaded key, and required when it says so', async () => {
  const provider = arn('company')
  await remove('company')
  const spKey = newKey('sp')
  const spCertificate = selfSignedCertificate(spKey.privateKey, dates(spKey))
  await create('company', { AssertionEncryptionMode: 'Allowed', AddPrivateKey: pem(spKey) })
  const encrypted = assertion(provider, { encryptTo: spCertificate })
  expect(Buffer.from(encrypted, 'base64').toString()).toContain('EncryptedAssertion')
  expect((await assume(provider, encrypted)).status).toBe(200)
  expect((await assume(provider, assertion(provider))).status).toBe(200)
  await update('company', { AssertionEncryptionMode: 'Required' })
  expect(await assume(provider, assertion(provider))).toMatchObject({
    code: 'InvalidIdentityToken',
    message: expect.stringContaining('must be encrypted'),
  })
  const uuid = (await get('company')).field('SAMLProviderUUID')
  const acsUrl = `https://signin.aws.amazon.com/saml/acs/${uuid}`
  const again = assertion(provider, { encryptTo: spCertificate, acsUrl })
  expect((await assume(provider, again)).status).toBe(200)
  const stranger = newKey('stranger')
  const wrong = selfSignedCertificate(stranger.privateKey, dates(stranger))
  expect((await assume(provider, assertion(provider, { encryptTo: wrong }))).code).toBe(
    'InvalidIdentityToken',
  )
})

test('private keys: two at most, newest first, never in an answer', async () => {
  const [first, second, third] = [newKey('a'), newKey('b'), newKey('c')]
  await create('keys', { AddPrivateKey: pem(first) })
  await update('keys', { AddPrivateKey: pem(second) })
  const told = await get('keys')
  const ids = told.all('KeyId')
  expect(ids).toHaveLength(2)
  for (const id of ids) expect(id).toMatch(/^[A-Z0-9]{22,64}$/)
  expect(told.body).not.toContain('PRIVATE')
  for (const key of [first, second]) {
    expect(told.body).not.toContain(pem(key).split('\n')[1])
  }
  expect(await update('keys', { AddPrivateKey: pem(third) })).toMatchObject({
    status: 409,
    code: 'LimitExceeded',
  })
  const [newest = '', oldest = ''] = ids
  const both = { AddPrivateKey: pem(third), RemovePrivateKey: newest }
  expect((await update('keys', both)).code).toBe('InvalidInput')
  expect((await update('keys', { RemovePrivateKey: 'A'.repeat(24) })).code).toBe('InvalidInput')
  await update('keys', { RemovePrivateKey: newest })
  expect((await get('keys')).all('KeyId')).toEqual([oldest])
  await update('keys', { AssertionEncryptionMode: 'Required' })
  const last = await update('keys', { RemovePrivateKey: oldest })
  expect([last.code, last.message]).toEqual(['InvalidInput', expect.stringContaining('Required')])
})

const short = newKey('short', 1024)
const tiny = newKey('tiny', 512)
test.each<[string, Record<string, string>, number, string]>([
  ['a short document', { SAMLMetadataDocument: '<x/>' }, 400, 'ValidationError'],
  ['no document', { SAMLMetadataDocument: 'x'.repeat(1000) }, 400, 'InvalidInput'],
  ['a BOM', { SAMLMetadataDocument: `\u{FEFF}${metadata}` }, 400, 'InvalidInput'],
  ['a wrong name', { Name: 'a b' }, 400, 'ValidationError'],
  ['a long name', { Name: 'a'.repeat(129) }, 400, 'ValidationError'],
  ['a taken name, whatever its case', { Name: 'COMPANY' }, 409, 'EntityAlreadyExists'],
  ['an unknown mode', { AssertionEncryptionMode: 'Maybe' }, 400, 'ValidationError'],
  ['Required without a key', { AssertionEncryptionMode: 'Required' }, 400, 'InvalidInput'],
  ['a key that is none', { AddPrivateKey: 'hush-hush' }, 400, 'InvalidInput'],
  ['a short key', { AddPrivateKey: pem(short) }, 400, 'InvalidInput'],
  [
    'a signing key of 512 bits',
    {
      SAMLMetadataDocument: metadataOf([
        selfSignedCertificate(tiny.privateKey, dates(tiny)),
      ]).padEnd(1000),
    },
    400,
    'InvalidInput',
  ],
  [
    'metadata of a service provider',
    {
      SAMLMetadataDocument: buildMetadata({
        entityId,
        sp: { acsEndpoints: [{ binding: bindings.post, location: `${entityId}/acs`, index: 0 }] },
      }).padEnd(1000),
    },
    400,
    'InvalidInput',
  ],
])('%s is refused', async (_, parameters, status, code) => {
  const answer = await create('refused', parameters)
  expect([answer.status, answer.code]).toEqual([status, code])
  expect(answer.body).not.toContain('hush-hush')
})

test('each operation needs its permission, and an ARN of the account', async () => {
  expect((await create('mine', {}, auditorKeys)).code).toBe('AccessDenied')
  const SAMLProviderArn = arn('company')
  for (const operation of ['UpdateSAMLProvider', 'DeleteSAMLProvider']) {
    expect((await query(auditorKeys, 'iam', operation, { SAMLProviderArn })).code).toBe(
      'AccessDenied',
    )
  }
  expect(await query(strangerKeys, 'iam', 'GetSAMLProvider', { SAMLProviderArn })).toMatchObject({
    status: 404,
    code: 'NoSuchEntity',
  })
  const odd = { SAMLProviderArn: arnOf('company') }
  expect((await query(adminKeys, 'iam', 'GetSAMLProvider', odd)).code).toBe('InvalidInput')
  expect((await update('company', {})).code).toBe('InvalidInput')
})

test('an account has a hundred providers at most', async () => {
  const running = await runSimulator({
    accounts: [
      {
        ...companyWorld.accounts[0],
        samlProviders: Array.from({ length: 100 }, (_, index) => ({
          name: index === 0 ? 'company' : `p${index}`,
          metadata: 'idp',
        })),
      },
    ],
  })
  const answer = await caller(running).query(adminKeys, 'iam', 'CreateSAMLProvider', {
    Name: 'more',
    SAMLMetadataDocument: metadata,
  })
  expect(answer).toMatchObject({ status: 409, code: 'LimitExceeded' })
})
