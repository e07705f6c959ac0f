/** The identity providers by name, and the second factors of each. */
import { type ProviderName, providerNames } from './connection.ts'

/** What `mfa` may be, `Auto` first. Each provider's own list is held to this one by a test. */
export const mfaNames: Readonly<Record<ProviderName, readonly string[]>> = {
  Rolecall: ['Auto'],
  JumpCloud: ['Auto', 'TOTP', 'WEBAUTHN', 'DUO', 'PUSH'],
  Authentik: ['Auto', 'TOTP', 'STATIC', 'SMS', 'EMAIL', 'DUO', 'WEBAUTHN'],
  KeyCloak: ['Auto', 'TOTP', 'WEBAUTHN', 'RECOVERY'],
  Okta: [
    ...['Auto', 'PUSH', 'DUO', 'SMS', 'EMAIL', 'TOTP', 'OKTA', 'FIDO'],
    ...['YUBICO TOKEN:HARDWARE', 'SYMANTEC', 'CALL', 'QUESTION'],
  ],
  Browser: ['Auto'],
}

/** Those of saml2aws that have no sign-in of their own here: the user's browser signs in at them. */
export const browserOnly: readonly string[] = [
  ...['ADFS', 'ADFS2', 'AzureAD', 'OneLogin', 'Akamai', 'Shibboleth', 'ShibbolethECP', 'NetIQ'],
  ...['Ping', 'PingNTLM', 'PingOne', 'GoogleApps', 'F5APM', 'Auth0', 'PSU', 'Shell'],
]

/** A name as this command spells it, whatever the case it is written in. */
export function providerNamed(text: string): ProviderName | undefined {
  return providerNames.find(name => name.toLowerCase() === text.toLowerCase())
}

/** A second factor of the provider as it spells it. */
export function mfaNamed(provider: ProviderName, text: string): string | undefined {
  return mfaNames[provider].find(name => name.toLowerCase() === text.toLowerCase())
}
