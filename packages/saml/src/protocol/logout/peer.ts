import { SamlError } from '../../errors.ts'
import type { KeyInput, WeakAlgorithm } from '../../signature/algorithms.ts'
import type { Trust } from '../../signature/verify-signature.ts'
import { allowOption, listOption, objectOption, textOption } from '../check-option.ts'

/** The other party of a logout, with at most 8 pinned keys. */
export interface LogoutPeer {
  readonly entityId: string
  readonly signingKeys: readonly KeyInput[]
  /** Weak algorithms that count for this peer all the same. */
  readonly allow?: readonly WeakAlgorithm[]
}

/** A peer, or what finds it by the entity ID of the issuer, which is not verified yet. */
export type PeerOption =
  | LogoutPeer
  | ((issuer: string) => LogoutPeer | undefined | Promise<LogoutPeer | undefined>)

/** Whose signatures count: the peer whose entity ID is that of the issuer; anybody else refuses. */
export async function trustedPeer(option: PeerOption, issuer: string): Promise<Trust> {
  const found = typeof option === 'function' ? await option(issuer) : objectOption('peer', option)
  if (found === undefined) return refuse('a known peer', issuer)
  const entityId = textOption('peer.entityId', objectOption('peer', found).entityId)
  const keys = listOption('peer.signingKeys', found.signingKeys)
  if (entityId !== issuer) refuse(entityId, issuer)
  return { keys, allowed: allowOption(found.allow) }
}

function refuse(expected: string, received: string): never {
  throw new SamlError('logout.issuer', { check: 'Issuer', expected, received })
}
