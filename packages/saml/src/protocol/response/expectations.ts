import {
  type Decryption,
  type DecryptionKey,
  decryptionKeys,
} from '../../encryption/decrypt-element.ts'
import type { KeyInput, WeakAlgorithm } from '../../signature/algorithms.ts'
import type { Trust } from '../../signature/verify-signature.ts'
import {
  allowOption,
  dateOption,
  invalidOption,
  listOption,
  objectOption,
  skewOption,
  textOption,
} from '../check-option.ts'

/** Remembers which assertions and requests were presented. */
export interface ReplayStore {
  /**
   * Records a message until that time and tells whether it was recorded before; both in one atomic
   * step, or two presentations at once both pass. `key` is the ID, a space and the issuer: issuers
   * choose their IDs, and none may use up those of another.
   */
  seen(key: string, until: Date): boolean | Promise<boolean>
}

/** What a response is held against. */
export interface VerifyResponseOptions {
  /** The identity provider that was asked, with at most 8 pinned keys. */
  readonly idp: {
    readonly entityId: string
    readonly signingKeys: readonly KeyInput[]
    /** Weak algorithms that count for this identity provider all the same. */
    readonly allow?: readonly WeakAlgorithm[]
  }
  /** This service provider, with the URL at which the response arrived. */
  readonly sp: {
    readonly entityId: string
    readonly acsUrl: string
    /** The private keys of its encryption certificates, at most 4; without any, encryption refuses. */
    readonly decryptionKeys?: readonly DecryptionKey[]
  }
  readonly now: Date
  /** How far the identity provider's clock may be off: 0 to 300, default 60. */
  readonly clockSkewSeconds?: number
  /** ID of the request that this browser was sent with; null takes an unsolicited response alone. */
  readonly inResponseTo: string | null
  readonly replay: ReplayStore
  /** What the request asked for that only the answer can show was done (saml-core 3.3.2.2.1, 3.4.1). */
  readonly requested?: {
    /** With ForceAuthn: when the request was made. The person must have signed in since. */
    readonly forceAuthnSince?: Date
    /** With RequestedAuthnContext by `exact`: the classes of which one must have been met. */
    readonly authnContextClassRefs?: readonly string[]
  }
}

/** The options in the form that the checks want: times in milliseconds. */
export interface Expectations {
  readonly issuer: string
  readonly audience: string
  readonly acsUrl: string
  readonly inResponseTo: string | null
  readonly now: number
  readonly skew: number
  /** In milliseconds; undefined when it does not matter when the person signed in. */
  readonly authnSince: number | undefined
  /** Undefined when it does not matter how. */
  readonly authnContexts: readonly string[] | undefined
  readonly trust: Trust
  readonly decryption: Decryption
}

/** Checks the options: a missing expectation must not become one that everything meets. */
export function expectationsOf(options: VerifyResponseOptions): Expectations {
  const { idp, sp, inResponseTo, replay } = objectOption('options', options)
  const keys = listOption('idp.signingKeys', objectOption('idp', idp).signingKeys)
  const allowed = allowOption(idp.allow)
  const { decryptionKeys: ours = [] } = objectOption('sp', sp)
  if (typeof objectOption('replay', replay).seen !== 'function') {
    invalidOption('replay.seen', 'a function', 'none')
  }
  if (inResponseTo !== null && (typeof inResponseTo !== 'string' || inResponseTo === '')) {
    invalidOption('inResponseTo', 'a request ID or null', String(inResponseTo))
  }
  const { forceAuthnSince, authnContextClassRefs } = objectOption(
    'requested',
    options.requested ?? {},
  )
  return {
    authnSince:
      forceAuthnSince === undefined
        ? undefined
        : dateOption('requested.forceAuthnSince', forceAuthnSince).getTime(),
    authnContexts:
      authnContextClassRefs === undefined
        ? undefined
        : listOption('requested.authnContextClassRefs', authnContextClassRefs),
    issuer: textOption('idp.entityId', idp.entityId),
    audience: textOption('sp.entityId', sp.entityId),
    acsUrl: textOption('sp.acsUrl', sp.acsUrl),
    inResponseTo,
    now: dateOption('now', options.now).getTime(),
    skew: skewOption(options.clockSkewSeconds) * 1000,
    trust: { keys, allowed },
    decryption: { keys: decryptionKeys(listOption('sp.decryptionKeys', ours), allowed), allowed },
  }
}
