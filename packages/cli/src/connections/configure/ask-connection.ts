/** What `configure` asks of the person. */
import type { Ask, Choice } from '../../ask/ask.ts'
import { type ProviderName, providerNames } from '../connection.ts'
import { mfaNames } from '../providers.ts'

const notes: Readonly<Record<ProviderName, string>> = {
  Rolecall: 'a server of yours',
  JumpCloud: 'password, then TOTP, push, Duo or a security key',
  Authentik: 'password and code',
  KeyCloak: 'password and code',
  Okta: 'classic: password, then the factor',
  Browser: 'any other: your own browser signs in',
}

/** The provider, the likely one first. */
export async function askProvider(ask: Ask, likely: ProviderName): Promise<ProviderName> {
  const names = [likely, ...providerNames.filter(name => name !== likely)]
  const choices = names.map(
    (value): Choice<ProviderName> => ({ value, label: value, note: notes[value] }),
  )
  return await ask.choice({ message: 'Who signs you in?', choices })
}

/** The kind of second factor, the one that is set first; not asked where there is one alone. */
export async function askMfa(
  ask: Ask,
  provider: ProviderName,
  set: string | undefined,
): Promise<string | undefined> {
  const all = mfaNames[provider]
  if (all.length === 1) return undefined
  const names = [...all.filter(name => name === set), ...all.filter(name => name !== set)]
  const choices = names.map((value): Choice<string> => {
    const note = value === 'Auto' ? 'the one that is there' : undefined
    return { value, label: value, note }
  })
  return await ask.choice({ message: 'Second factor:', choices })
}

/** Whether the command itself sends a username and a password to the provider. */
export function hasPassword(provider: ProviderName): boolean {
  return provider !== 'Rolecall' && provider !== 'Browser'
}
