/** A gateway on a simulated AWS and identity provider, on real sockets, with a clock of its own. */
import { createServer as createSocket } from 'node:net'
import { staticCredentials } from '@rolecall/aws'
import { issueResponse, readAuthnRequest } from '@rolecall/saml'
import {
  createVisitor,
  demoWorld,
  type Page,
  readForm,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type Visitor,
  type World,
} from '@rolecall/simulator'
import {
  type Account,
  type Config,
  createServer,
  type GatewayServer,
  type GrantRule,
  openStore,
  type Principal,
  type SamlProviderConfig,
  type Store,
} from '../src/index.ts'
import { grantRule, rolesOf } from './support/grant-rules.ts'

/** A running gateway with all that a test looks at or turns. */
export interface TestGateway {
  readonly url: string
  readonly config: Config
  readonly gateway: GatewayServer
  readonly simulator: Simulator
  readonly store: Store
  readonly clock: { now: Date; advance(seconds: number): void }
  close(): Promise<void>
}

const prod = account('prod', '100000000002')
const sandbox = account('sandbox', '100000000004')

/** An account of the partition `aws`. */
export function account(alias: string, id: string): Account {
  return { alias, id, partition: 'aws', name: alias, tags: {} }
}

/** A grant of one hour to everyone, changed by `over`. */
export function grant(home: Account, name: string, over: Partial<GrantRule>): GrantRule {
  return grantRule({ name: `${home.alias}-${name}`, target: rolesOf(home.alias, name), ...over })
}

/** What the test gateway grants unless a test says otherwise. */
export const grants: readonly GrantRule[] = [
  grant(prod, 'Administrator', { groups: ['platform'], durationSeconds: 28_800, path: 'prod' }),
  grant(prod, 'ReadOnly', { groups: ['developers'] }),
  grant(sandbox, 'Developer', { groups: ['developers'], path: 'sandbox' }),
  grant(sandbox, 'NotThere', { groups: ['developers'], path: 'broken' }),
]

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket()
    socket.once('error', reject)
    socket.listen(0, '127.0.0.1', () => {
      const address = socket.address()
      socket.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      )
    })
  })
}

/** Starts it; `change` may alter the configuration first. The demo's users and keys are in any world. */
export async function startGateway(
  change: (config: Config) => Config = config => config,
  world: World = demoWorld,
  file = ':memory:',
  idp: SimulatorOptions['idp'] = {},
): Promise<TestGateway> {
  const clock = {
    now: new Date(),
    advance(seconds: number) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000)
    },
  }
  const now = () => clock.now
  const simulator = await startSimulator({ world, now, idp })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const user = demoWorld.accounts[0]?.users?.[0]?.accessKeys?.[0]
  if (user === undefined) throw new Error('the demo world has no gateway user')
  const config = change({
    file: 'test.yaml',
    publicUrl: url,
    title: 'Test',
    listen: { host: '127.0.0.1', port, tls: undefined, trustedProxies: [] },
    store: { file },
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
    signIn: {
      saml: [
        {
          id: 'company',
          title: 'Company',
          metadata: { url: simulator.idp.metadataUrl },
          entityId: undefined,
          spEntityId: `${url}/signin/saml/company/metadata`,
          acsUrl: `${url}/signin/saml/company/acs`,
          sloUrl: `${url}/signin/saml/company/slo`,
          attributes: {
            username: 'uid',
            displayName: 'displayName',
            email: 'mail',
            groups: ['memberOf'],
          },
          allowUnsolicited: false,
          forceAuthn: false,
          clockSkewSeconds: 60,
          logout: 'local',
          signRequests: undefined,
          authnContexts: [],
          allow: [],
          emailDomains: [],
        },
      ],
      headers: [],
      ldap: [],
      order: [],
      samlKeys: [],
      password: true,
      machines: undefined,
      session: { idleSeconds: 3600, absoluteSeconds: 43_200 },
    },
    commandLine: { enabled: true, lifetimeSeconds: 43_200 },
    aws: {
      region: 'us-east-1',
      credentials: staticCredentials({ accessKeyId: user.id, secretAccessKey: user.secret }),
      sourceIdentity: true,
      endpoints: {
        sts: simulator.stsEndpoint,
        federation: simulator.federationEndpoint,
        console: simulator.consoleUrl,
        iam: simulator.url,
        organizations: simulator.url,
      },
      timeoutMs: 5000,
      failoverRegion: undefined,
      proxy: undefined,
      noProxy: [],
      ca: undefined,
    },
    accounts: [prod, sandbox],
    discovery: undefined,
    grants,
    targets: { prefix: '/aws', compat: undefined },
    federationApi: [],
    signingGateway: undefined,
  })
  const store = await openStore(file)
  const gateway = await createServer({ config, store, now })
  await gateway.listen()
  simulator.trustServiceProvider(await (await fetch(`${url}/signin/saml/company/metadata`)).text())
  return {
    url,
    config,
    gateway,
    simulator,
    store,
    clock,
    async close() {
      await gateway.close()
      await store.close()
      await simulator.close()
    },
  }
}

/** A browser that shows each answer of the gateway: it does not follow redirects. */
export const createBrowser = (): Visitor => createVisitor({ follow: false })

/** What the identity provider knows of the sign-in that a browser was sent to it with. */
export interface StartedSignIn {
  readonly requestId: string
  readonly relayState: string
}

/** Starts a SAML sign-in and reads the request as the identity provider does. */
export async function startSaml(
  at: TestGateway,
  browser: Visitor,
  next?: string,
): Promise<StartedSignIn> {
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  const answer = await browser.get(`${at.url}/signin/saml/company${query}`)
  if (answer.location === undefined) throw new Error(`no redirect: ${answer.status} ${answer.body}`)
  const request = await readAuthnRequest({
    binding: 'redirect',
    // Who signed it is looked at elsewhere: `readAuthnRequest` takes no signature that nobody checks.
    query: new URL(answer.location).search.slice(1).replace(/&SigAlg=.*$/, ''),
  })
  return { requestId: request.id, relayState: request.relayState ?? '' }
}

type IssueOptions = Parameters<typeof issueResponse>[0]

/** A response for that request, signed with the identity provider's own key; `over` forges it. */
export function answerSaml(
  at: TestGateway,
  started: Pick<StartedSignIn, 'requestId'>,
  over: Partial<Extract<IssueOptions, { subject: unknown }>> = {},
  sign: 'both' | 'assertion' = 'both',
): string {
  const [provider] = at.config.signIn.saml
  if (provider === undefined) throw new Error('no provider')
  const { idp } = at.simulator
  return issueResponse(
    {
      idp: { entityId: idp.entityId },
      sp: { entityId: provider.spEntityId, acsUrl: provider.acsUrl },
      subject: { nameId: 'alice' },
      attributes: {
        uid: 'alice',
        displayName: 'Alice Moreau',
        memberOf: ['staff', 'developers', 'platform'],
      },
      now: at.clock.now,
      inResponseTo: started.requestId,
      ...over,
    },
    { key: idp.signingKey, certificate: idp.certificate, sign },
  )
}

/** Posts a response to the assertion consumer service, as the identity provider's page makes the browser do. */
export function postSaml(
  at: TestGateway,
  browser: Visitor,
  xml: string,
  relayState: string,
): Promise<Page> {
  const fields = {
    SAMLResponse: Buffer.from(xml, 'utf8').toString('base64'),
    RelayState: relayState,
  }
  const origin = 'https://idp.example'
  return browser.post(`${at.url}/signin/saml/company/acs`, fields, { origin })
}

/** Signs in at the simulated identity provider itself, as a person does; answers the gateway's last page. */
export async function signInAtIdp(
  at: TestGateway,
  browser: Visitor,
  username: string,
): Promise<Page> {
  const toIdp = await browser.get(`${at.url}/signin/saml/company?next=/roles`)
  const page = await browser.get(toIdp.location ?? '')
  const form = readForm(page)
  const origin = at.simulator.idp.url
  const person = { username, password: username }
  const answer = readForm(
    await browser.post(form.action, { ...form.fields, ...person }, { origin }),
    'SAMLResponse',
  )
  return browser.post(answer.action, answer.fields, { origin })
}

/** A browser that is signed in; by default as alice with all her groups. */
export async function signedIn(
  at: TestGateway,
  who: { username?: string; groups?: readonly string[] } = {},
): Promise<Visitor> {
  const browser = createBrowser()
  const started = await startSaml(at, browser)
  const username = who.username ?? 'alice'
  const groups = who.groups ?? ['staff', 'developers', 'platform']
  const xml = answerSaml(at, started, {
    subject: { nameId: username },
    attributes: { uid: username, memberOf: [...groups] },
  })
  const answer = await postSaml(at, browser, xml, started.relayState)
  if (answer.status !== 303) throw new Error(`sign-in failed: ${answer.status}\n${answer.body}`)
  return browser
}

/** A person of the gateway's one provider, as the steps behind the sign-in know them. */
export function personOf(username: string, groups: readonly string[]): Principal {
  return {
    kind: 'person',
    id: `company:${username}`,
    source: 'company',
    username,
    displayName: username,
    email: undefined,
    groups,
    attributes: {},
    amr: [],
    authenticatedAt: new Date(),
    address: '192.0.2.7',
    notAfter: undefined,
  }
}

/** Whether the gateway knows who this browser is. */
export async function isSignedIn(at: TestGateway, browser: Visitor): Promise<boolean> {
  return (await browser.get(`${at.url}/api/v1/me`)).status === 200
}

/** The gateway's configuration with its one provider changed. */
export function withProvider(at: TestGateway, over: Partial<SamlProviderConfig>): Config {
  const [provider] = at.config.signIn.saml
  if (provider === undefined) throw new Error('no provider')
  return { ...at.config, signIn: { ...at.config.signIn, saml: [{ ...provider, ...over }] } }
}
