/** Accounts whose roles are taken by SAML, or through another role. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { StsClient } from '@rolecall/aws'
import { demoWorld, selfSignedCertificate, type World } from '@rolecall/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { catalogOf } from '../src/accounts/index.ts'
import { createCore } from '../src/core.ts'
import type { AccountVia, RoleOffer, RoleSession, SamlKeyPair } from '../src/index.ts'
import { idpMetadata } from '../src/sessions/index.ts'
import { account, grant, personOf, startGateway, type TestGateway } from './gateway.ts'

const [home, hub] = ['200000000003', '200000000004']
const providerArn = `arn:aws:iam::${home}:saml-provider/rolecall`
const hubArn = `arn:aws:iam::${hub}:role/Hub`
const publicUrl = 'https://rolecall.example.com'

function keyPair(): SamlKeyPair {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const dates = { notBefore: new Date('2020-01-01'), notAfter: new Date('2099-01-01') }
  return { key, certificate: selfSignedCertificate(key, { commonName: 'Rolecall', ...dates }) }
}

function allow(Principal: object, ...actions: string[]) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: actions }] }
}

const samlKeys = [keyPair()]
const metadata = (of: Parameters<typeof idpMetadata>[0]) => {
  const xml = idpMetadata(of)
  if (xml === undefined) throw new Error('no metadata')
  return xml
}

function worldWith(xml: string): World {
  return {
    ...demoWorld,
    accounts: [
      ...demoWorld.accounts,
      {
        id: home,
        samlProviders: [{ name: 'rolecall', metadata: xml }],
        roles: [
          {
            name: 'BySaml',
            maxSessionDuration: 14_400,
            trust: allow(
              { Federated: providerArn },
              'sts:AssumeRoleWithSAML',
              'sts:TagSession',
              'sts:SetSourceIdentity',
            ),
          },
        ],
      },
      {
        id: hub,
        roles: [
          {
            name: 'Hub',
            trust: allow({ AWS: 'arn:aws:iam::100000000001:user/rolecall' }, 'sts:AssumeRole'),
            mayAssume: [`arn:aws:iam::${hub}:role/*`],
          },
          {
            name: 'ThroughHub',
            maxSessionDuration: 14_400,
            trust: allow({ AWS: hubArn }, 'sts:AssumeRole', 'sts:SetSourceIdentity'),
          },
        ],
      },
    ],
  }
}

let at: TestGateway
let core: ReturnType<typeof createCore>
beforeAll(async () => {
  const bySaml = via('by-saml', { kind: 'saml', providerArn })
  const byHub = via('by-hub', { kind: 'role', roleArn: hubArn })
  const people = { groups: ['developers'], durationSeconds: 14_400 }
  // A gateway at another address: the simulator knows its metadata from the start.
  const other = { publicUrl, signIn: { samlKeys } }
  at = await startGateway(undefined, worldWith(metadata(other)))
  const config = {
    ...at.config,
    publicUrl,
    signIn: { ...at.config.signIn, samlKeys },
    accounts: [bySaml, byHub],
    grants: [grant(bySaml, 'BySaml', people), grant(byHub, 'ThroughHub', people)],
  }
  core = createCore({
    config: () => config,
    catalog: () => catalogOf(config.accounts),
    audit: at.gateway.audit,
    now: () => at.clock.now,
    random: randomBytes,
    http: undefined,
    warn: () => undefined,
  })
})
afterAll(() => at.close())

const via = (alias: string, way: AccountVia) => ({
  ...account(alias, way.kind === 'role' ? hub : home),
  via: way,
})

async function take(roleName: string, over: Partial<RoleOffer> = {}) {
  const principal = personOf('Zoë', ['developers'])
  const offer = core.offers(principal, principal.address).find(one => one.roleName === roleName)
  if (offer === undefined) throw new Error(`no offer of ${roleName}`)
  return (await core.roles.take(principal, { ...offer, ...over })).session
}

async function whoIs({ credentials }: RoleSession): Promise<string> {
  const sts = new StsClient({
    region: 'us-east-1',
    endpoint: at.simulator.stsEndpoint,
    credentials,
    now: () => at.clock.now,
  })
  return (await sts.getCallerIdentity()).arn
}

test('by SAML: the gateway signs an assertion, and no key of AWS takes part', async () => {
  const session = await take('BySaml')
  expect(await whoIs(session)).toBe(`arn:aws:sts::${home}:assumed-role/BySaml/Zo=C3=AB`)
  expect(session).toMatchObject({
    durationSeconds: 14_400,
    sourceIdentity: 'Zo=C3=AB',
    isChained: false,
  })
  expect(at.simulator.calls()[1]).toMatchObject({ operation: 'AssumeRoleWithSAML' })
})

test('by SAML: tags and policies go with it', async () => {
  const session = await take('BySaml', {
    tags: [{ key: 'team', value: 'blue' }],
    transitiveTagKeys: ['team'],
    policy: '{"Version":"2012-10-17","Statement":[]}',
    policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  })
  expect(await whoIs(session)).toContain('BySaml')
})

test('by SAML: an assertion that is not taken is the gateway’s fault, not the role’s', async () => {
  const way: AccountVia = { kind: 'saml', providerArn: `${providerArn}-other` }
  await expect(take('BySaml', { account: via('by-saml', way) })).rejects.toMatchObject({
    code: 'gateway-credentials',
  })
})

test('through another role: an hour at most, and the note says why', async () => {
  const session = await take('ThroughHub')
  expect(await whoIs(session)).toBe(`arn:aws:sts::${hub}:assumed-role/ThroughHub/Zo=C3=AB`)
  expect(session).toMatchObject({ durationSeconds: 3600, isChained: true })
  expect(session.notes.join()).toContain('role chaining')
})

test('through another role that does not let us in: the credentials of the gateway are at fault', async () => {
  const way: AccountVia = { kind: 'role', roleArn: `${hubArn}Not` }
  await expect(take('ThroughHub', { account: via('by-hub', way) })).rejects.toMatchObject({
    code: 'gateway-credentials',
  })
})

test('the metadata for IAM is served, and without a key it is not there', async () => {
  const get = () => at.gateway.app.inject({ url: '/saml/idp/metadata' })
  expect((await get()).statusCode).toBe(404)
  const config = { ...at.config, signIn: { ...at.config.signIn, samlKeys } }
  await at.gateway.reload(config)
  const answer = await get()
  expect(answer.headers['content-type']).toContain('application/samlmetadata+xml')
  expect(answer.body).toBe(metadata(config))
})
