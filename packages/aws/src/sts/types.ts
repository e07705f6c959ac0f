import type {
  CredentialSource,
  Credentials,
  TemporaryCredentials,
} from '../credentials/credentials.ts'
import type { HttpSend } from '../http/http.ts'
import type { RetryRules } from '../http/with-retries.ts'

/** Where and as whom an {@link StsClient} calls. */
export interface StsClientOptions {
  /** `eu-central-1`; `aws-global` for `https://sts.amazonaws.com`. */
  readonly region: string
  /** Needed for every call but `assumeRoleWithSaml`. */
  readonly credentials?: CredentialSource | Credentials
  /** Default: the regional endpoint of the partition. */
  readonly endpoint?: string
  readonly http?: HttpSend
  readonly now?: () => Date
  /** Milliseconds for a call with all its attempts. Default 10 000. */
  readonly timeoutMs?: number
  readonly retry?: RetryRules
}

/** What AssumeRole and AssumeRoleWithSAML share. */
export interface SessionInput {
  readonly roleArn: string
  /** 900 to 43200; at most 3600 when the caller is a role session. AWS's default is 3600. */
  readonly durationSeconds?: number | undefined
  /** Session policy, JSON. */
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
}

/** STS AssumeRoleWithSAML. Session name, tags and source identity come from the assertion. */
export interface AssumeRoleWithSamlInput extends SessionInput {
  /** ARN of the IAM SAML provider. */
  readonly principalArn: string
  /** The SAML response, base64. */
  readonly samlAssertion: string
}

/** A role session. */
export interface AssumedRole {
  readonly credentials: TemporaryCredentials
  readonly assumedRoleUser: { readonly arn: string; readonly assumedRoleId: string }
  /** Percentage of the space for policy and tags that is used; absent without them. */
  readonly packedPolicySize?: number
  readonly sourceIdentity?: string
  readonly requestId: string | undefined
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

/** Who the caller is. */
export interface CallerIdentity {
  readonly arn: string
  readonly userId: string
  readonly account: string
  readonly requestId: string | undefined
}
