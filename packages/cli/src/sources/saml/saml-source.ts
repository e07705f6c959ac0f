/** Roles and keys from a SAML identity provider, without any server. */
import { AwsError } from '@rolecall/aws'
import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import { isAwsSignIn } from '../../providers/browser/aws-sign-in.ts'
import type { Assertion, Provider, SignInParts } from '../../providers/provider.ts'
import type { OfferedRole, RoleKeys, SignedIn } from '../source.ts'
import { createAccountAliases } from './account-aliases.ts'
import { awsSide } from './aws-side.ts'
import { createKnownMaximum } from './known-maximum.ts'
import { type AssertionFacts, readAssertion } from './read-assertion.ts'
import { readPolicy } from './read-policy.ts'
import { createResponseCache } from './response-cache.ts'
import { stsFailure } from './sts-failure.ts'
import { takeRole } from './take-role.ts'

/** A response with what it says. */
interface Session {
  readonly samlResponse: string
  readonly accountNames: Assertion['accountNames']
  readonly facts: AssertionFacts
}

/** Time that a call to AWS may take before the response is too old for it. */
const marginMs = 5_000

/**
 * Signs in at the provider and reads the roles of its response; one response gives the keys of all of them.
 * A response that has grown too old is replaced by a second sign-in, once. Throws `Failure`.
 */
export async function signInWithSaml(
  connection: Connection,
  provider: Provider,
  parts: SignInParts,
): Promise<SignedIn> {
  const env = parts.terminal?.env ?? process.env
  const aws = awsSide(connection, env, parts)
  const cache = createResponseCache(connection, parts, env)
  const aliases = createAccountAliases(parts, aws)
  const maximum = createKnownMaximum(parts)
  if (connection.skipVerify) {
    const host = URL.parse(connection.url)?.host ?? connection.url
    parts.ask.tell(
      `skip_verify: who ${host} is goes unproven; the certificates of AWS are verified`,
    )
  }

  const isFresh = ({ facts }: Session) =>
    facts.notOnOrAfter === undefined ||
    facts.notOnOrAfter.getTime() - marginMs > parts.now().getTime()

  async function signIn(): Promise<Session> {
    const { samlResponse, accountNames, acsUrl } = await provider.signIn(connection, parts)
    if (aws.stsEndpoint === undefined) checkReceiver(acsUrl, connection)
    const session = { samlResponse, accountNames, facts: readAssertion(samlResponse) }
    if (!isFresh(session)) {
      const until = session.facts.notOnOrAfter?.toISOString() ?? ''
      throw new Failure(
        'provider',
        `the assertion of the identity provider has expired already, at ${until}`,
        `it is ${parts.now().toISOString()} on this machine; set its clock, or that of the identity provider`,
      )
    }
    await cache.keep(session)
    return session
  }

  const cached = await cache.find()
  let session = cached !== undefined && isFresh(cached) ? cached : await signIn()
  /** Several roles at once find the same old response: one of them signs in for all. */
  let renewing: Promise<Session> | undefined
  const renew = async (old: Session): Promise<Session> => {
    if (session !== old) return session
    renewing ??= signIn().finally(() => {
      renewing = undefined
    })
    session = await renewing
    return session
  }

  for (const why of session.facts.skipped)
    parts.ask.tell(`a role of the assertion is left out: ${why}`)
  const names = await aliases.known()
  const roles = session.facts.roles.map(role =>
    offered(role, connection, session.accountNames, names),
  )

  async function keys(role: OfferedRole, wish: KeyWish): Promise<RoleKeys> {
    const asserted = session.facts.roles.find(({ roleArn }) => roleArn === role.roleArn)
    if (asserted === undefined) {
      throw new Failure('noRole', `${role.roleArn} is not in the assertion`, 'rolecall roles')
    }
    const policy = await readPolicy(connection)
    const take = async (from: Session): Promise<RoleKeys> => {
      const wished =
        wish.durationSeconds ?? connection.sessionDuration ?? from.facts.sessionDuration
      const durationSeconds = await maximum.limit(role.roleArn, wished)
      const taken = await takeRole({
        connection,
        role: { ...role, principalArn: asserted.principalArn },
        samlResponse: from.samlResponse,
        durationSeconds,
        wished,
        policy,
        sessionNotOnOrAfter: from.facts.sessionNotOnOrAfter,
        aws,
      })
      if (taken.limit !== undefined) await maximum.learn(role.roleArn, taken.limit)
      return taken.keys
    }
    const used = isFresh(session) ? session : await renew(session)
    try {
      const got = await take(used).catch(async (error: unknown) => {
        const isOld = error instanceof AwsError && error.code === 'ExpiredTokenException'
        // One that was just issued is no older after another sign-in.
        if (!isOld || used !== cached) throw error
        return await take(await renew(used))
      })
      await aliases.learn(role, got)
      return got
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ExpiredTokenException') await cache.forget()
      throw stsFailure(error, role, connection)
    }
  }

  const host = URL.parse(connection.url)?.host ?? connection.url
  const person = session.facts.sessionName ?? connection.username ?? 'somebody'
  return Object.freeze({
    who: `${person} at ${host} (${connection.provider})`,
    roles: Object.freeze(roles),
    keys,
  })
}

/** STS refuses what is for somebody else, and would then have what that one takes as a sign-in. */
function checkReceiver(acsUrl: string | undefined, { targetUrl }: Connection): void {
  if (acsUrl === undefined || isAwsSignIn(acsUrl, targetUrl)) return
  throw new Failure(
    'provider',
    `the response of the identity provider is for ${URL.parse(acsUrl)?.host ?? 'another application'}, not for AWS`,
    'the url of the connection should be that of the application for AWS',
  )
}

interface KeyWish {
  readonly durationSeconds?: number | undefined
}

/** Names that the person wrote go before those of the provider, and these before AWS's alias. */
function offered(
  role: AssertionFacts['roles'][number],
  connection: Connection,
  fromProvider: Assertion['accountNames'],
  aliases: ReadonlyMap<string, string>,
): OfferedRole {
  const { accountId } = role
  return Object.freeze({
    roleArn: role.roleArn,
    accountId,
    partition: role.partition,
    accountName:
      connection.accountNames.get(accountId) ??
      fromProvider?.get(accountId) ??
      aliases.get(accountId),
    roleName: role.roleName,
    principalArn: role.principalArn,
    region: connection.region,
    keys: true,
    consoleHref: undefined,
  })
}
