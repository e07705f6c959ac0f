import type {
  CredentialSource,
  Credentials,
  TemporaryCredentials,
} from '../credentials/credentials.ts'
import type { HttpSend } from '../http/http.ts'
import type { RetryRules } from '../http/with-retries.ts'
import type { StsEndpointOptions } from './sts-endpoint.ts'

/** Where and as whom an {@link StsClient} calls. */
export interface StsClientOptions extends StsEndpointOptions {
  /** `eu-central-1`; `aws-global` for `https://sts.amazonaws.com`. */
  readonly region: string
  /** Needed for every call but those with a SAML assertion or a web identity token. */
  readonly credentials?: CredentialSource | Credentials
  /** Default: the regional endpoint of the partition. */
  readonly endpoint?: string | undefined
  /**
   * A region of the same partition that is asked when `region` cannot be reached, does not answer in half
   * of the time, or answers with a fault of its own. Never after a refusal.
   */
  readonly failoverRegion?: string | undefined
  /** Default: the regional endpoint of `failoverRegion`. */
  readonly failoverEndpoint?: string | undefined
  readonly http?: HttpSend
  readonly now?: () => Date
  /** Milliseconds for a call with all its attempts, from when it has credentials. Default 10 000. */
  readonly timeoutMs?: number
  readonly retry?: RetryRules
  /**
   * When STS refuses a signature for its time, sign once more by the time that STS answered with, and
   * from then on. Default true.
   */
  readonly correctClock?: boolean
  /** Told of each such correction: how far STS is ahead of `now`, in milliseconds. */
  readonly onClockCorrected?: ((offsetMs: number) => void) | undefined
}

/** What the calls that take a role share. */
export interface SessionInput {
  readonly roleArn: string
  /** 900 to 43200; at most 3600 when the caller is a role session. AWS's default is 3600. */
  readonly durationSeconds?: number | undefined
  /** Session policy, JSON; with the ARNs at most 2048 characters. */
  readonly policy?: string | undefined
  /** ARNs of managed policies that limit the session, at most 10. */
  readonly policyArns?: readonly string[] | undefined
}

/** STS AssumeRole. */
export interface AssumeRoleInput extends SessionInput {
  /** `[\w+=,.@-]{2,64}`; see `roleSessionName`. */
  readonly roleSessionName: string
  /** Session tags, at most 50. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly transitiveTagKeys?: readonly string[] | undefined
  readonly externalId?: string | undefined
  readonly sourceIdentity?: string | undefined
  /** Serial number or ARN of the caller's MFA device. */
  readonly serialNumber?: string | undefined
  /** Six digits of that device. */
  readonly tokenCode?: string | undefined
  /** Trusted context assertions, 1 to 5. */
  readonly providedContexts?: readonly ProvidedContext[] | undefined
}

/** Context that a provider other than the caller vouches for. */
export interface ProvidedContext {
  /** Such as `arn:aws:iam::aws:contextProvider/IdentityCenter`. */
  readonly providerArn: string
  /** Signed and encrypted by the provider. */
  readonly contextAssertion: string
}

/** STS AssumeRoleWithSAML. Session name, tags and source identity come from the assertion. */
export interface AssumeRoleWithSamlInput extends SessionInput {
  /** ARN of the IAM SAML provider. */
  readonly principalArn: string
  /** The SAML response, base64. */
  readonly samlAssertion: string
}

/** STS AssumeRoleWithWebIdentity. Tags and source identity come from the token. */
export interface AssumeRoleWithWebIdentityInput extends SessionInput {
  /** `[\w+=,.@-]{2,64}`; see `roleSessionName`. */
  readonly roleSessionName: string
  /** The ID token of an OpenID Connect provider, or the access token of an OAuth 2.0 one. */
  readonly webIdentityToken: string
  /** For OAuth 2.0 access tokens only: `www.amazon.com` or `graph.facebook.com`. */
  readonly providerId?: string | undefined
}

/** STS GetSessionToken, for an IAM user with long-term keys. */
export interface GetSessionTokenInput {
  /** 900 to 129600. AWS's default is 43200; of a root user at most 3600. */
  readonly durationSeconds?: number | undefined
  /** Serial number or ARN of the user's MFA device. */
  readonly serialNumber?: string | undefined
  /** Six digits of that device. */
  readonly tokenCode?: string | undefined
}

/** STS GetFederationToken, for an IAM user with long-term keys. */
export interface GetFederationTokenInput {
  /** The name of the federated user, `[\w+=,.@-]{2,32}`. */
  readonly name: string
  /** 900 to 129600. AWS's default is 43200; of a root user at most 3600. */
  readonly durationSeconds?: number | undefined
  /** Session policy, JSON; with the ARNs at most 2048 characters. Without either: no permissions. */
  readonly policy?: string | undefined
  readonly policyArns?: readonly string[] | undefined
  /** Session tags, at most 50. */
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** What every answer tells of its call. */
export interface StsAnswer {
  /** AWS's id of the request. */
  readonly requestId: string | undefined
  /** The region whose endpoint answered: `failoverRegion` after a failover. */
  readonly region: string
}

/** A role session. */
export interface AssumedRole extends StsAnswer {
  readonly credentials: TemporaryCredentials
  readonly assumedRoleUser: { readonly arn: string; readonly assumedRoleId: string }
  /** Percentage of the space for policy and tags that is used; absent without them. */
  readonly packedPolicySize?: number
  readonly sourceIdentity?: string
}

/** A role session and what AWS read in the assertion. */
export interface AssumedRoleWithSaml extends AssumedRole {
  readonly subject?: string
  readonly subjectType?: string
  readonly issuer?: string
  /** The Recipient of the assertion. */
  readonly audience?: string
  readonly nameQualifier?: string
}

/** A role session and what AWS read in the token. */
export interface AssumedRoleWithWebIdentity extends AssumedRole {
  readonly subjectFromWebIdentityToken?: string
  /** The issuer of an ID token. */
  readonly provider?: string
  readonly audience?: string
}

/** A session of an IAM user. */
export interface SessionToken extends StsAnswer {
  readonly credentials: TemporaryCredentials
}

/** A session of a federated user. */
export interface FederationToken extends StsAnswer {
  readonly credentials: TemporaryCredentials
  readonly federatedUser: { readonly arn: string; readonly federatedUserId: string }
  /** Percentage of the space for policy and tags that is used; absent without them. */
  readonly packedPolicySize?: number
}

/** Who the caller is. */
export interface CallerIdentity extends StsAnswer {
  readonly arn: string
  readonly userId: string
  readonly account: string
}

/** Why a request was refused. */
export interface DecodedMessage extends StsAnswer {
  /** JSON as AWS wrote it: `allowed`, `explicitDeny`, `matchedStatements`, `context` and more. */
  readonly decodedMessage: string
}

/** Whose an access key is. */
export interface AccessKeyInfo extends StsAnswer {
  /** Twelve digits. */
  readonly account: string
}
