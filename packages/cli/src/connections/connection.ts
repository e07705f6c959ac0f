/** One named way to sign in: a Rolecall server, or a SAML identity provider as saml2aws knows it. */

/** As saml2aws spells them; `Rolecall` is a gateway of ours. */
export const providerNames = [
  'Rolecall',
  'JumpCloud',
  'Authentik',
  'KeyCloak',
  'Okta',
  'Browser',
] as const
export type ProviderName = (typeof providerNames)[number]

/**
 * A section of `~/.config/rolecall/config` or of `~/.saml2aws` with flags, environment and defaults
 * applied. Keys of the files in snake case as saml2aws writes them (`aws_session_duration`).
 */
export interface Connection {
  /** Of the section; `default` when none was named. */
  readonly name: string
  readonly provider: ProviderName
  /** Of the server, or of the provider's sign-in to AWS. */
  readonly url: string
  readonly username: string | undefined
  /** A kind of second factor as the provider names it, or `Auto`. */
  readonly mfa: string
  /** Given on the command line or in a variable: used once, never kept. */
  readonly given: {
    readonly password?: string | undefined
    readonly mfaToken?: string | undefined
    readonly duoMfaOption?: string | undefined
  }
  readonly skipVerify: boolean
  /** PEM file of further certificate authorities. */
  readonly caFile: string | undefined
  readonly awsUrn: string
  /** Seconds; undefined: what the assertion or the server says, else 3600. */
  readonly sessionDuration: number | undefined
  /** Of the credentials file, for `--write` and as a saml2aws drop-in. */
  readonly profile: string
  /** Undefined: that of AWS's tools. */
  readonly credentialsFile: string | undefined
  /** Whether `login` writes keys to the credentials file without `--write`: sections of `~/.saml2aws`. */
  readonly writesProfile: boolean
  /** The role that is taken when none is named: an ARN, or a name as people write them. */
  readonly role: string | undefined
  readonly policyFile: string | undefined
  readonly policyArns: readonly string[]
  readonly region: string | undefined
  readonly httpAttempts: number
  readonly httpRetryDelayMs: number
  readonly timeoutMs: number | undefined
  readonly samlCache: boolean
  readonly samlCacheFile: string | undefined
  readonly targetUrl: string | undefined
  readonly appId: string | undefined
  readonly subdomain: string | undefined
  /** Key `console_host`: where people sign in at JumpCloud, when the URL does not tell. */
  readonly consoleHost?: string | undefined
  readonly resourceId: string | undefined
  readonly mfaIpAddress: string | undefined
  readonly disableSessions: boolean
  readonly disableRememberDevice: boolean
  readonly disableKeychain: boolean
  /** Nobody is asked: what would need a person fails. */
  readonly skipPrompt: boolean
  readonly browser: {
    readonly type: string | undefined
    readonly executablePath: string | undefined
    readonly profile: string | undefined
    readonly autofill: boolean
  }
  readonly keycloak: {
    readonly broker: string | undefined
    readonly authErrorMessage: string | undefined
    readonly authErrorElement: string | undefined
  }
  /** Names of AWS accounts by 12-digit id: the section `[accounts]` of our file. */
  readonly accountNames: ReadonlyMap<string, string>
  /** Where it stands, for messages; undefined: flags and variables only. */
  readonly file: string | undefined
  /** Traffic is shown on standard error, without its secrets. */
  readonly debug?: boolean
}
