/** Puts the steps of the path together behind one HTTP server. */
import { randomBytes } from 'node:crypto'
import { Server as TlsServer } from 'node:tls'
import type { HttpSend } from '@rolecall/aws'
import type { FastifyInstance } from 'fastify'
import type { Discovery } from './accounts/index.ts'
import type { Audit } from './audit/index.ts'
import type { Config } from './config/config.ts'
import { signInSources } from './config/index.ts'
import { createFederationApi, createSigningMounts, mountSigningGateway } from './delivery/index.ts'
import { createDirectory } from './directory/index.ts'
import { ServerError } from './errors.ts'
import {
  addressOfRequest,
  createApp,
  createRecentPasswords,
  secureContext,
  trustedProxies,
} from './http/index.ts'
import { createLiveCore } from './live-core.ts'
import { openAuditLog } from './ops/audit-log.ts'
import { foldEvents } from './ops/fold-events.ts'
import { checkHealth } from './ops/health.ts'
import { guardedSend } from './outgoing/index.ts'
import { runningConfig } from './running-config.ts'
import { idpMetadata } from './sessions/index.ts'
import {
  type BrowserSession,
  countedSources,
  createBrowserSessions,
  createCommandSignIn,
  createIdentify,
  createLocalSource,
  createMachineSignIn,
  createOauthRecords,
  createPeopleSources,
  createRequestSignIn,
  createSamlLogout,
  createSamlProviders,
  createSamlSignIn,
  createSignIn,
  createSignOut,
  createSystemGroups,
  currentSession,
  metadataHosts,
  readOauthKeys,
} from './signin/index.ts'
import type { Store } from './store/index.ts'

/**
 * What a gateway is made of. Clock, randomness and HTTP default to the platform's; a given `http` sends
 * everything, and the configured proxy and authorities do not count.
 */
export interface GatewayOptions {
  readonly config: Config
  readonly store: Store
  readonly now?: () => Date
  readonly random?: (bytes: number) => Uint8Array
  readonly http?: HttpSend
  /** The built web page; without it the gateway serves its API only. */
  readonly portal?: { readonly directory: string }
  /** One JSON line per request on standard output; default false. */
  readonly log?: boolean
}

/** A gateway: its Fastify app for `inject`, and its life. */
export interface GatewayServer {
  readonly app: FastifyInstance
  readonly audit: Audit
  readonly discovery: Pick<Discovery, 'catalog' | 'report'>
  /** Listens where the configuration says; resolves with the address. Throws `listen-failed`. */
  listen(): Promise<string>
  /**
   * Takes a new configuration for the requests that come from now on, and a new certificate for the
   * connections, and ends the sessions whose source no longer counts. `publicUrl` and the addresses
   * made from it, where to listen, `store` and `targets.prefix` stay as they were until the gateway
   * starts again, and new prefixes of `federationApi` wait for that too; answers with the names of
   * those that differ. Throws `audit-unavailable`, with the old configuration in force.
   */
  reload(config: Config): Promise<readonly string[]>
  /** Lets running requests finish, then stops. The store stays open: its opener closes it. */
  close(): Promise<void>
}

/** Builds a gateway on an open store; nothing listens yet. */
export async function createServer(options: GatewayOptions): Promise<GatewayServer> {
  const now = options.now ?? (() => new Date())
  const random = options.random ?? randomBytes
  const { store } = options
  let current = options.config
  const config = () => current

  const early: string[] = []
  let report = (message: string): void => void early.push(message)
  const warn = (message: string): void => report(message)
  const log = openAuditLog({ store, now, random, warn })
  const { audit } = log
  const directory = createDirectory(store, { now })
  const sessions = createBrowserSessions({
    store,
    now,
    random,
    limits: () => ({
      ...current.signIn.session,
      commandSeconds: current.commandLine.enabled ? current.commandLine.lifetimeSeconds : 0,
    }),
    // Whoever signs out, or is signed out, has no keys waiting here.
    onChange: principals => roles.forget(principals),
  })
  const providers = createSamlProviders(current.signIn.saml, {
    http: guardedSend(options.http, () => ({ fileHosts: metadataHosts(current.signIn.saml) })),
    now,
    onProblem: warn,
    canSign: () => current.signIn.samlKeys.length > 0,
  })
  const provider = (id: string) => providers.get(id)
  const people = createPeopleSources({
    config,
    local: createLocalSource(directory),
    now,
    system: createSystemGroups({ now, warn }),
  })
  /** A session that nobody uses until its source counts again must not come back with it. */
  const endUncounted = async (): Promise<void> =>
    sessions.endAllBut(await countedSources(current.signIn, provider, people.passwords()))
  await endUncounted()
  let isTrustedProxy = trustedProxies(current.listen.trustedProxies)
  const keys = () => current.signIn.samlKeys
  const { aws, roles, delivery, offers, grants, discovery } = await createLiveCore({
    config,
    store,
    audit,
    now,
    random,
    http: options.http,
    warn,
  })
  const signIn = createSignIn({
    config,
    audit,
    passwords: people.passwords,
    sessions,
    saml: createSamlSignIn({
      store,
      now,
      random,
      keys,
      ours: config,
      warn,
    }),
    provider,
    now,
  })

  const signOut = createSignOut({
    config,
    audit,
    forget: roles.forget,
    sessions,
    logout: createSamlLogout({ store, now, random, keys }),
    provider,
  })

  const recordOfNetwork = foldEvents(audit, now)
  const record = { ofPerson: foldEvents(audit, now), ofNetwork: recordOfNetwork }
  // No stranger can cause these, so each person of a day with many has an event.
  const ofSignIns = foldEvents(audit, now, 20_000)
  const requests = createRequestSignIn({
    config,
    ...people,
    record: { ofPerson: ofSignIns, ofNetwork: recordOfNetwork },
    now,
  })
  const counts = (session: BrowserSession | undefined) =>
    currentSession(session, { sessions, passwords: people.passwords, provider })
  const sessionOf = async (token: string | undefined) => counts(await sessions.find(token))
  const records = createOauthRecords(store, now)
  const commands = createCommandSignIn({
    audit,
    sessions,
    records,
    current: counts,
    fold: foldEvents(audit, now, 20_000, 3_600_000),
    isEnabled: () => current.commandLine.enabled,
    now,
    random,
  })
  const identify = createIdentify({
    audit,
    requests,
    sessions,
    current: sessionOf,
    command: commands.find,
  })
  const signing = createSigningMounts(
    next =>
      mountSigningGateway(next, {
        audit,
        recordRefusal: recordOfNetwork,
        http: aws.http,
        agents: aws.agents(),
        now,
        addressOf: request => addressOfRequest(request, isTrustedProxy),
        warn,
      }),
    current,
  )

  const health = () =>
    checkHealth(
      store,
      current.audit.sinks.map(({ id }) => id),
    )
  const app = await createApp({
    gateway: {
      config,
      signIn,
      signOut,
      random,
      identify,
      sessionOf,
      commands,
      oauth: { records, keys: () => readOauthKeys(store, random, now) },
      now,
      requests,
      recentPasswords: createRecentPasswords(now, random),
      offers,
      explain: (principal, asked, address) =>
        grants().explain(principal, asked, { now: now(), address }),
      noteFor: roles.noteFor,
      delivery,
      discovery: () => discovery.report(),
      federationApi: createFederationApi({
        offers,
        delivery,
        async checkHealth() {
          await health()
        },
        now,
      }),
      liveSessions: roles.liveSessions,
      idpMetadata: () => idpMetadata(current),
      recordRefusal: record,
      machines: createMachineSignIn({
        config,
        isProxy: address => isTrustedProxy(address),
        record,
        now,
        random,
      }),
      waysIn: async () => {
        const ways = signInSources(current.signIn)
        const hasLocal = await directory.hasUsers()
        return ways.filter(({ kind }) => kind !== 'local' || hasLocal)
      },
      checkHealth: health,
      isTrustedProxy: address => isTrustedProxy(address),
      signing: signing.current,
    },
    portal: options.portal,
    log: options.log ?? false,
  })
  report = message => app.log.warn(message)
  early.forEach(report)
  discovery.start()
  await log.sendTo(current.audit.sinks)

  return Object.freeze({
    app,
    audit,
    discovery,
    async listen() {
      const { host, port, tls } = options.config.listen
      try {
        const url = await app.listen({ host, port })
        // Fastify does not look at the server that it was given.
        return tls === undefined ? url : url.replace(/^http:/, 'https:')
      } catch (cause) {
        throw new ServerError('listen-failed', { cause, detail: `${host}:${port}` })
      }
    },
    async reload(next: Config) {
      const { config: running, needsRestart } = runningConfig(current, next)
      const isTrusted = trustedProxies(running.listen.trustedProxies)
      // Recorded first: a configuration that the audit log does not know of never counts.
      await audit.record({
        type: 'config.reloaded',
        result: 'success',
        ...(needsRestart.length === 0
          ? {}
          : { reason: `needs a restart: ${needsRestart.join(', ')}` }),
      })
      current = running
      isTrustedProxy = isTrusted
      renewCertificate(app, next)
      await discovery.reload()
      grants()
      providers.replace(running.signIn.saml)
      signing.replace(running)
      await endUncounted()
      await log.sendTo(running.audit.sinks)
      return needsRestart
    },
    async close() {
      providers.close()
      await discovery.close()
      await app.close()
      await signing.close()
      aws.close()
      await log.close()
    },
  })
}

/** A new certificate serves new connections at once. */
function renewCertificate(app: FastifyInstance, next: Config): void {
  const { tls } = next.listen
  const server: unknown = app.server
  if (tls === undefined || !(server instanceof TlsServer)) return
  server.setSecureContext(secureContext(next, tls))
}
