/** What an answer of an identity provider is held against. */
import type { ExplainResponseOptions } from '@rolecall/saml'
import type { SamlKeyPair, SamlProviderConfig } from '../config/config.ts'
import type { IdpFacts } from './idp-facts.ts'
import { decryptionKeys } from './our-saml-keys.ts'
import { allowedNow } from './weak-algorithms.ts'

/** Who answers, to whom, and when. */
export interface Exchange {
  readonly provider: SamlProviderConfig
  readonly idp: IdpFacts
  readonly keys: readonly SamlKeyPair[]
  readonly now: Date
}

/** The request that is answered. */
export interface AnsweredRequest {
  readonly id: string
  /** Undefined when it is not known: then ForceAuthn is not looked at. */
  readonly startedAt?: Date
}

/** The expectations of an exchange; without a request the answer must come unsolicited. */
export function expectationsOf(
  { provider, idp, keys, now }: Exchange,
  request: AnsweredRequest | undefined,
): ExplainResponseOptions {
  const { spEntityId, acsUrl, clockSkewSeconds, forceAuthn, authnContexts } = provider
  const since = forceAuthn ? request?.startedAt : undefined
  return {
    idp: {
      entityId: idp.entityId,
      signingKeys: idp.signingKeys,
      allow: allowedNow(provider, now),
    },
    sp: { entityId: spEntityId, acsUrl, decryptionKeys: decryptionKeys(keys) },
    now,
    clockSkewSeconds,
    inResponseTo: request?.id ?? null,
    requested: {
      ...(since === undefined ? {} : { forceAuthnSince: since }),
      ...(authnContexts.length === 0 ? {} : { authnContextClassRefs: authnContexts }),
    },
  }
}
