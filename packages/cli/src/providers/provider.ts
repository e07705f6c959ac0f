/** What a SAML identity provider's sign-in needs and gives. One provider, one file (or a small folder). */
import type { HttpSend } from '@rolecall/aws'
import type { Ask } from '../ask/ask.ts'
import type { Connection } from '../connections/connection.ts'
import type { Terminal } from '../terminal.ts'

/** A SAML response on its way to AWS. */
export interface Assertion {
  /** The form field `SAMLResponse` as the provider gave it: base64, at most 100 000 characters. */
  readonly samlResponse: string
  /** The address the provider posts it to. */
  readonly acsUrl: string | undefined
  /** Names of AWS accounts by id, when the provider tells them (its list of applications). */
  readonly accountNames?: ReadonlyMap<string, string> | undefined
}

/** A texts by name that outlives the process, in the vault: cookies of a session, a remembered device. */
export interface Remembered {
  get(name: string): Promise<string | undefined>
  set(name: string, value: string): Promise<void>
  delete(name: string): Promise<void>
}

/** A FIDO2 authenticator: a security key that this machine can talk to. Bytes are unpadded base64url. */
export interface SecurityKey {
  /** Whether a way to talk to one exists here; the reason for people when not. */
  available(): Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }>
  /** WebAuthn Level 2, section 6.3.3. Throws `Failure` `mfaRefused`. */
  assert(request: {
    readonly origin: string
    readonly rpId: string
    readonly challenge: string
    readonly allowCredentials: readonly { readonly id: string }[]
    readonly userVerification?: 'required' | 'preferred' | 'discouraged' | undefined
    /** CTAP1 credentials of the U2F time. */
    readonly appId?: string | undefined
    readonly timeoutMs?: number | undefined
  }): Promise<{
    readonly credentialId: string
    readonly authenticatorData: string
    readonly clientDataJSON: string
    readonly signature: string
    readonly userHandle: string | null
    /** That `appId` was signed for and not `rpId`: the extension output `appid` of WebAuthn Level 2, 10.1. */
    readonly usedAppId?: true
  }>
}

/** Everything that a provider has of its surroundings. */
export interface SignInParts {
  /** Of this connection: proxies, certificates, `--debug` and its masks are applied. */
  readonly send: HttpSend
  /** The same for AWS itself, whose certificates are verified whatever `skip_verify` says. */
  readonly sendToAws?: HttpSend | undefined
  readonly ask: Ask
  /** Username and password: flag or variable, keyring, file, then the person. `again` after a refusal. */
  readonly login: (again?: { readonly reason: string }) => Promise<{
    readonly username: string
    readonly password: string
  }>
  readonly remembered: Remembered
  readonly securityKey: SecurityKey
  readonly openBrowser: (url: string) => Promise<void>
  readonly now: () => Date
  /** Ends early, by throwing, when the person stops the command. */
  readonly sleep: (ms: number) => Promise<void>
  readonly random: (bytes: number) => Uint8Array
  /** Where a QR code may be drawn, and what tells whether a browser opens here. */
  readonly terminal?: Terminal | undefined
  /** What the flags of the verb say about a sign-in with a browser. */
  readonly browserWish?: BrowserWish | undefined
  /** Runs `work` while no other process of the user runs one of that name: around a token that works once. */
  readonly lock?: (<T>(name: string, work: () => Promise<T>) => Promise<T>) | undefined
}

/** Flags of a sign-in with a browser. */
export interface BrowserWish {
  /** `--device`: by a code, on whichever machine has a browser. */
  readonly device?: boolean | undefined
  /** `--paste`: the person brings the SAML response. */
  readonly paste?: boolean | undefined
  /** `--browser NAME`, one of `browserNames`. */
  readonly browser?: string | undefined
  /** The person is signing in, and waits for it, also where nothing can be asked. */
  readonly isLogin?: boolean | undefined
}

/** One kind of identity provider. */
export interface Provider {
  /** What `mfa` may be, `Auto` first. */
  readonly mfa: readonly string[]
  /**
   * Signs in and gives the response for AWS. Throws `Failure`: `signInRefused`, `mfaRefused`, `network`,
   * `provider` (an answer that is not understood), `configuration`, `cannotAsk`, `interrupted`.
   */
  signIn(connection: Connection, parts: SignInParts): Promise<Assertion>
  /** Ends the session at the provider as far as it can be ended. */
  signOut?(connection: Connection, parts: SignInParts): Promise<void>
}
