import type { CredentialSource, Credentials } from '../credentials/credentials.ts'
import { staticCredentials } from '../credentials/static.ts'
import { AwsError } from '../errors.ts'
import { formType } from '../http/form.ts'
import type { HttpSend } from '../http/http.ts'
import { httpSend } from '../http/http-send.ts'
import { type RetryRules, withRetries } from '../http/with-retries.ts'
import { signRequest } from '../sigv4/sign-request.ts'
import { checkAssumeRole, checkAssumeRoleWithSaml } from './check-input.ts'
import { type QueryAnswer, type QueryValue, queryBody, readQueryAnswer } from './query-protocol.ts'
import { readAssumedRole, readAssumedRoleWithSaml, readCallerIdentity } from './read-results.ts'
import { type StsEndpoint, stsEndpointOf } from './sts-endpoint.ts'
import type {
  AssumedRole,
  AssumedRoleWithSaml,
  AssumeRoleInput,
  AssumeRoleWithSamlInput,
  CallerIdentity,
  SessionInput,
  StsClientOptions,
} from './types.ts'

const version = '2011-06-15'
const defaultTimeoutMs = 10_000
const maxAnswerBytes = 256 * 1024

/**
 * A client of AWS's Security Token Service. Calls are POSTed forms; each attempt has a signature of its
 * own. Server faults, throttling and broken connections are retried within the deadline. Every method
 * throws {@link AwsError}: with AWS's code, or `timeout`, `network`, `bad_answer`, `invalid_argument`.
 */
export class StsClient {
  readonly #endpoint: StsEndpoint
  readonly #credentials: CredentialSource | undefined
  readonly #http: HttpSend
  readonly #now: () => Date
  readonly #timeoutMs: number
  readonly #retry: RetryRules

  constructor(options: StsClientOptions) {
    const { url, signingRegion } = stsEndpointOf(options.region)
    this.#endpoint = { url: options.endpoint ?? url, signingRegion }
    this.#credentials = sourceOf(options.credentials)
    this.#http = options.http ?? httpSend
    this.#now = options.now ?? (() => new Date())
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    this.#retry = options.retry ?? {}
  }

  /** Takes a role with the client's credentials. */
  async assumeRole(input: AssumeRoleInput): Promise<AssumedRole> {
    checkAssumeRole(input)
    const answer = await this.#call('AssumeRole', {
      ...sessionParameters(input),
      RoleSessionName: input.roleSessionName,
      Tags: Object.entries(input.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
      TransitiveTagKeys: input.transitiveTagKeys,
      ExternalId: input.externalId,
      SourceIdentity: input.sourceIdentity,
      SerialNumber: input.serialNumber,
      TokenCode: input.tokenCode,
    })
    return readAssumedRole(answer)
  }

  /** Takes a role with a SAML assertion; needs, and uses, no credentials. */
  async assumeRoleWithSaml(input: AssumeRoleWithSamlInput): Promise<AssumedRoleWithSaml> {
    checkAssumeRoleWithSaml(input)
    const parameters = {
      ...sessionParameters(input),
      PrincipalArn: input.principalArn,
      SAMLAssertion: input.samlAssertion,
    }
    return readAssumedRoleWithSaml(await this.#call('AssumeRoleWithSAML', parameters, 'unsigned'))
  }

  /** Who the client's credentials belong to. Needs no permission. */
  async getCallerIdentity(): Promise<CallerIdentity> {
    return readCallerIdentity(await this.#call('GetCallerIdentity', {}))
  }

  async #call(
    action: string,
    parameters: Readonly<Record<string, QueryValue>>,
    authentication: 'signed' | 'unsigned' = 'signed',
  ): Promise<QueryAnswer> {
    const body = queryBody(action, version, parameters)
    const attempt = async (leftMs: number) => {
      const credentials =
        authentication === 'signed' ? await this.#credentialsFor(action) : undefined
      const response = await this.#http({
        method: 'POST',
        url: this.#endpoint.url,
        headers: this.#headers(body, credentials),
        body,
        timeoutMs: leftMs,
        maxBytes: maxAnswerBytes,
      })
      return readQueryAnswer(action, response, secretsOf(parameters, credentials))
    }
    return await withRetries(attempt, this.#timeoutMs, this.#retry)
  }

  async #credentialsFor(action: string): Promise<Credentials> {
    if (this.#credentials === undefined) {
      throw new AwsError('no_credentials', `${action} needs credentials, and the client has none`)
    }
    return await this.#credentials.get()
  }

  #headers(body: string, credentials: Credentials | undefined): Record<string, string> {
    const headers = { 'content-type': formType, accept: 'text/xml' }
    if (credentials === undefined) return headers
    return signRequest(
      { method: 'POST', url: this.#endpoint.url, headers, body },
      {
        credentials,
        region: this.#endpoint.signingRegion,
        service: 'sts',
        now: this.#now(),
      },
    )
  }
}

/** What of a call must not come back in an error. */
function secretsOf(
  parameters: Readonly<Record<string, QueryValue>>,
  credentials: Credentials | undefined,
): string[] {
  return [
    credentials?.secretAccessKey,
    credentials?.sessionToken,
    parameters.SAMLAssertion,
    parameters.TokenCode,
  ].filter(value => typeof value === 'string')
}

function sessionParameters(input: SessionInput): Record<string, QueryValue> {
  return {
    RoleArn: input.roleArn,
    DurationSeconds: input.durationSeconds,
    Policy: input.policy,
    PolicyArns: input.policyArns?.map(arn => ({ arn })),
  }
}

function sourceOf(given: CredentialSource | Credentials | undefined): CredentialSource | undefined {
  if (given === undefined) return undefined
  return 'get' in given ? given : staticCredentials(given)
}
