import { SamlError } from '../../errors.ts'
import type { KeyInput } from '../../signature/algorithms.ts'
import { listOption, objectOption, textOption } from '../check-option.ts'

/** The other party of a logout, with at most 8 pinned keys. */
export interface LogoutPeer {
  readonly entityId: string
  readonly signingKeys: readonly KeyInput[]
}

/** A peer, or what finds it by the entity ID of the issuer, which is not verified yet. */
export type PeerOption =
  | LogoutPeer
  | ((issuer: string) => LogoutPeer | undefined | Promise<LogoutPeer | undefined>)

/** The peer whose entity ID is that of the issuer; anybody else refuses. */
export async function peerOf(option: PeerOption, issuer: string): Promise<LogoutPeer> {
  const found = typeof option === 'function' ? await option(issuer) : objectOption('peer', option)
  if (found === undefined) return refuse('a known peer', issuer)
  const entityId = textOption('peer.entityId', objectOption('peer', found).entityId)
  listOption('peer.signingKeys', found.signingKeys)
  return entityId === issuer ? found : refuse(entityId, issuer)
}

function refuse(expected: string, received: string): never {
  throw new SamlError('logout.issuer', { check: 'Issuer', expected, received })
}
