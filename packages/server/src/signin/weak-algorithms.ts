/** Weak algorithms at use: their last day is held against the clock each time. */
import type { WeakAlgorithm } from '@rolecall/saml'
import type { SamlProviderConfig } from '../config/config.ts'
import { daysLeft, endNotice } from '../config/index.ts'

/** Those that count for a provider now. */
export function allowedNow({ allow }: SamlProviderConfig, now: Date): readonly WeakAlgorithm[] {
  return allow.filter(one => daysLeft(one, now) > 0).map(({ algorithm }) => algorithm)
}

/** Says once a day, when a provider is used, that a weak algorithm of it comes to its end. */
export function createEndReminder(
  warn: (message: string) => void,
): (provider: Pick<SamlProviderConfig, 'id' | 'allow'>, now: Date) => void {
  const said = new Map<string, string>()
  return ({ id, allow }, now) => {
    for (const one of allow) {
      const notice = endNotice(one, now)
      const key = `${id} ${one.algorithm}`
      if (notice === undefined || said.get(key) === notice) continue
      said.set(key, notice)
      warn(`identity provider ${id}: ${notice}`)
    }
  }
}
