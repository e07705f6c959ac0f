import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Config } from '../../config/config.ts'
import type { RoleOffer, RoleSession } from '../../nouns.ts'
import { type AccountView, type CredentialsView, credentialsView, rolesView } from '../api.ts'
import { askerOf } from '../asker.ts'
import { clientAddress } from '../client-address.ts'
import type { Gateway } from '../gateway.ts'
import { requirePerson } from '../require-person.ts'
import type { Steps } from '../steps.ts'
import { emptyBody, failures, roleParams } from './schemas.ts'

/** The API of roles: which there are, and the keys of one. */
export function roleApiRoutes(plain: FastifyInstance, steps: Steps): void {
  const { gateway, limits } = steps
  const app = plain.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/api/v1/roles',
    {
      schema: { summary: 'The roles that you may take', response: { 200: rolesView, ...failures } },
    },
    async request => {
      const { principal } = await requirePerson(steps, request)
      const accounts = viewAccounts(gateway.offers(principal, clientAddress(request)), gateway)
      const { state, progress } = gateway.discovery()
      if (state !== 'loading') return { accounts }
      return { accounts, reading: { of: progress.of, read: progress.tried } }
    },
  )

  app.post(
    '/api/v1/roles/:account/:role/credentials',
    {
      schema: {
        summary: 'Take a role and get its temporary keys',
        params: roleParams,
        body: emptyBody,
        response: { 200: credentialsView, ...failures },
      },
    },
    async (request, reply) => {
      const { principal } = await requirePerson(steps, request)
      limits.delivery(clientAddress(request), principal.id)
      const session = await gateway.delivery.credentials(
        askerOf(principal, request, steps),
        request.params,
      )
      // It names every key, and a test holds it to the schema: not each answer anew.
      reply.serializer(JSON.stringify)
      return viewCredentials(session, gateway.config())
    },
  )
}

function viewAccounts(offers: readonly RoleOffer[], gateway: Gateway): AccountView[] {
  const accounts = new Map<string, AccountView>()
  for (const offer of offers) {
    const { account } = offer
    const view = accounts.get(account.alias) ?? {
      alias: account.alias,
      id: account.id,
      name: account.name,
      partition: account.partition,
      tags: { ...account.tags },
      roles: [],
    }
    accounts.set(account.alias, view)
    view.roles.push(viewRole(offer, gateway))
  }
  return [...accounts.values()]
}

function viewRole(offer: RoleOffer, gateway: Gateway): AccountView['roles'][number] {
  const note = gateway.noteFor(offer) ?? offer.notes[0]
  const { path } = offer.grant
  const names = [offer.account.alias, offer.roleName].map(encodeURIComponent).join('/')
  return {
    name: offer.roleName,
    arn: offer.roleArn,
    ...(offer.destination === undefined ? {} : { destination: offer.destination }),
    ...(offer.region === undefined ? {} : { region: offer.region }),
    grant: offer.grant.name,
    reason: offer.reason,
    durationSeconds: offer.durationSeconds,
    forms: [...offer.forms],
    ...(note === undefined ? {} : { note }),
    consoleHref: `/console/${names}`,
    ...(path === undefined ? {} : { targetHref: `${gateway.config().targets.prefix}/${path}` }),
  }
}

function viewCredentials(session: RoleSession, config: Config): CredentialsView {
  const { credentials, offer } = session
  const { sts } = config.aws.endpoints
  return {
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    sessionToken: credentials.sessionToken ?? '',
    expiration: session.expiration.toISOString(),
    region: offer.region ?? config.aws.region,
    account: offer.account.id,
    roleArn: offer.roleArn,
    assumedRoleArn: session.assumedRoleArn,
    sessionName: session.sessionName,
    ...(session.sourceIdentity === undefined ? {} : { sourceIdentity: session.sourceIdentity }),
    durationSeconds: session.durationSeconds,
    notes: [...session.notes],
    ...(sts === undefined ? {} : { endpointUrl: sts }),
  }
}
