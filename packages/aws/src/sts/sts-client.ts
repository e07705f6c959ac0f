import type { Credentials } from '../credentials/credentials.ts'
import { AwsError } from '../errors.ts'
import {
  checkAccessKeyId,
  checkAssumeRole,
  checkAssumeRoleWithSaml,
  checkAssumeRoleWithWebIdentity,
  checkEncodedMessage,
  checkGetFederationToken,
  checkGetSessionToken,
} from './check-input.ts'
import { chainedRoleMaxSeconds, isChainedCaller } from './duration-limits.ts'
import type { QueryValue } from './query-protocol.ts'
import {
  readAccessKeyInfo,
  readAssumedRole,
  readAssumedRoleWithSaml,
  readAssumedRoleWithWebIdentity,
  readCallerIdentity,
  readDecodedMessage,
  readFederationToken,
  readSessionToken,
} from './read-results.ts'
import { createStsCaller, type StsCaller } from './sts-caller.ts'
import type {
  AccessKeyInfo,
  AssumedRole,
  AssumedRoleWithSaml,
  AssumedRoleWithWebIdentity,
  AssumeRoleInput,
  AssumeRoleWithSamlInput,
  AssumeRoleWithWebIdentityInput,
  CallerIdentity,
  DecodedMessage,
  FederationToken,
  GetFederationTokenInput,
  GetSessionTokenInput,
  SessionInput,
  SessionToken,
  StsClientOptions,
} from './types.ts'

const maxCallers = 100

/**
 * A client of AWS's Security Token Service. Calls are POSTed forms; each attempt has a signature of its
 * own. Server faults, throttling and broken connections are retried within the deadline. Every method
 * throws {@link AwsError}: with AWS's code, or `timeout`, `network`, `bad_answer`, `invalid_argument`.
 * Keep a client for many calls: it remembers the clock of AWS, a region that failed and whose keys it has.
 */
export class StsClient {
  readonly #caller: StsCaller
  /** The ARNs of callers by access key ID, asked for once. */
  readonly #callers = new Map<string, Promise<string | undefined>>()

  constructor(options: StsClientOptions) {
    this.#caller = createStsCaller(options)
  }

  /** How far AWS is known to be ahead of the client's clock, in milliseconds; 0 until it was corrected. */
  get clockOffsetMs(): number {
    return this.#caller.clockOffsetMs()
  }

  /**
   * Takes a role with the client's credentials. For more than an hour, temporary credentials are looked up
   * first (GetCallerIdentity, once for each access key): those of a role session throw `role_chaining`.
   */
  async assumeRole(input: AssumeRoleInput): Promise<AssumedRole> {
    checkAssumeRole(input)
    const isLong = (input.durationSeconds ?? 0) > chainedRoleMaxSeconds
    // Asked for once: a source may take a role itself, or ask a person.
    const first = isLong ? await this.#caller.credentialsFor('AssumeRole') : undefined
    const began = performance.now()
    if (first !== undefined) await this.#refuseChaining(first, input.durationSeconds)
    const answer = await this.#caller.call({
      action: 'AssumeRole',
      first,
      parameters: {
        ...sessionParameters(input),
        RoleSessionName: input.roleSessionName,
        ...tagParameters(input.tags),
        TransitiveTagKeys: input.transitiveTagKeys,
        ExternalId: input.externalId,
        SourceIdentity: input.sourceIdentity,
        SerialNumber: input.serialNumber,
        TokenCode: input.tokenCode,
        ProvidedContexts: input.providedContexts?.map(context => ({
          ProviderArn: context.providerArn,
          ContextAssertion: context.contextAssertion,
        })),
      },
      secrets: [
        input.tokenCode,
        ...(input.providedContexts ?? []).map(context => context.contextAssertion),
      ],
      timeoutMs: Math.max(1, this.#caller.timeoutMs - (performance.now() - began)),
    })
    return readAssumedRole(answer, input)
  }

  /** Takes a role with a SAML assertion; needs, and uses, no credentials. */
  async assumeRoleWithSaml(input: AssumeRoleWithSamlInput): Promise<AssumedRoleWithSaml> {
    checkAssumeRoleWithSaml(input)
    const answer = await this.#caller.call({
      action: 'AssumeRoleWithSAML',
      parameters: {
        ...sessionParameters(input),
        PrincipalArn: input.principalArn,
        SAMLAssertion: input.samlAssertion,
      },
      unsigned: true,
      secrets: [input.samlAssertion],
    })
    return readAssumedRoleWithSaml(answer, input)
  }

  /** Takes a role with a web identity token; needs, and uses, no credentials. */
  async assumeRoleWithWebIdentity(
    input: AssumeRoleWithWebIdentityInput,
  ): Promise<AssumedRoleWithWebIdentity> {
    checkAssumeRoleWithWebIdentity(input)
    const answer = await this.#caller.call({
      action: 'AssumeRoleWithWebIdentity',
      parameters: {
        ...sessionParameters(input),
        RoleSessionName: input.roleSessionName,
        WebIdentityToken: input.webIdentityToken,
        ProviderId: input.providerId,
      },
      unsigned: true,
      secrets: [input.webIdentityToken],
    })
    return readAssumedRoleWithWebIdentity(answer, input)
  }

  /** Temporary credentials of the IAM user whose keys the client has; others throw `user_keys_needed`. */
  async getSessionToken(input: GetSessionTokenInput = {}): Promise<SessionToken> {
    checkGetSessionToken(input)
    const first = await this.#needUserKeys('GetSessionToken')
    const answer = await this.#caller.call({
      action: 'GetSessionToken',
      first,
      parameters: {
        DurationSeconds: input.durationSeconds,
        SerialNumber: input.serialNumber,
        TokenCode: input.tokenCode,
      },
      secrets: [input.tokenCode],
    })
    return readSessionToken(answer)
  }

  /**
   * Temporary credentials of a federated user, limited by the policies of the IAM user whose keys the
   * client has; other credentials throw `user_keys_needed`.
   */
  async getFederationToken(input: GetFederationTokenInput): Promise<FederationToken> {
    checkGetFederationToken(input)
    const first = await this.#needUserKeys('GetFederationToken')
    const answer = await this.#caller.call({
      action: 'GetFederationToken',
      first,
      parameters: {
        Name: input.name,
        ...policyParameters(input),
        ...tagParameters(input.tags),
      },
    })
    return readFederationToken(answer)
  }

  /** Who the client's credentials belong to. Needs no permission. */
  async getCallerIdentity(): Promise<CallerIdentity> {
    return await this.#identify(this.#caller.timeoutMs)
  }

  /** What an encoded authorization message of AWS says. Needs sts:DecodeAuthorizationMessage. */
  async decodeAuthorizationMessage(encodedMessage: string): Promise<DecodedMessage> {
    checkEncodedMessage(encodedMessage)
    const parameters = { EncodedMessage: encodedMessage }
    const answer = await this.#caller.call({ action: 'DecodeAuthorizationMessage', parameters })
    return readDecodedMessage(answer)
  }

  /** The account that an access key belongs to, whether it is active or not. */
  async getAccessKeyInfo(accessKeyId: string): Promise<AccessKeyInfo> {
    checkAccessKeyId(accessKeyId)
    const parameters = { AccessKeyId: accessKeyId }
    return readAccessKeyInfo(await this.#caller.call({ action: 'GetAccessKeyInfo', parameters }))
  }

  async #identify(timeoutMs: number, first?: Credentials): Promise<CallerIdentity> {
    const action = 'GetCallerIdentity'
    return readCallerIdentity(await this.#caller.call({ action, parameters: {}, timeoutMs, first }))
  }

  async #refuseChaining(caller: Credentials, durationSeconds: number | undefined): Promise<void> {
    // Long-term keys are nobody's session.
    if (caller.sessionToken === undefined) return
    const arn = await (this.#callers.get(caller.accessKeyId) ?? this.#lookUp(caller))
    if (arn === undefined || !isChainedCaller(arn)) return
    throw new AwsError(
      'role_chaining',
      `AssumeRole: the credentials are those of the role session ${arn}, with which AWS gives at most ${chainedRoleMaxSeconds} seconds; received durationSeconds ${durationSeconds}`,
    )
  }

  /** An answer that does not come refuses nothing: AWS has the last word in the call itself. */
  #lookUp(caller: Credentials): Promise<string | undefined> {
    const { accessKeyId } = caller
    if (this.#callers.size >= maxCallers) this.#callers.clear()
    const asked = this.#identify(this.#caller.timeoutMs / 2, caller).then(
      ({ arn }) => arn,
      () => {
        this.#callers.delete(accessKeyId)
        return undefined
      },
    )
    this.#callers.set(accessKeyId, asked)
    return asked
  }

  async #needUserKeys(action: string): Promise<Credentials> {
    const credentials = await this.#caller.credentialsFor(action)
    const { accessKeyId, sessionToken } = credentials
    if (sessionToken === undefined) return credentials
    throw new AwsError(
      'user_keys_needed',
      `${action}: AWS makes this call only for the long-term keys of an IAM user; ${accessKeyId} is of temporary credentials`,
    )
  }
}

function sessionParameters(input: SessionInput): Record<string, QueryValue> {
  return { RoleArn: input.roleArn, ...policyParameters(input) }
}

function policyParameters(
  input: Pick<SessionInput, 'durationSeconds' | 'policy' | 'policyArns'>,
): Record<string, QueryValue> {
  return {
    DurationSeconds: input.durationSeconds,
    Policy: input.policy,
    PolicyArns: input.policyArns?.map(arn => ({ arn })),
  }
}

function tagParameters(tags: Readonly<Record<string, string>> = {}): Record<string, QueryValue> {
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
}
