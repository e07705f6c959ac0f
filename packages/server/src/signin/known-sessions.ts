/** Browser sessions that were read from the store, kept for as long as nobody changes them there. */
import { setImmediate as endOfRound } from 'node:timers/promises'
import type { Principal } from '../nouns.ts'
import type { SessionWatch } from '../store/index.ts'
import type { SamlSubject } from './saml-subject.ts'

/** A browser has a cookie, a command line has tokens: neither opens a session of the other kind. */
export type SessionKind = 'browser' | 'command'

/** What does not change while a session is open, and when it was used last. */
export interface KnownSession {
  readonly principal: Principal
  readonly basis: string
  readonly subject: SamlSubject | undefined
  readonly kind: SessionKind
  readonly createdAt: number
  readonly until: number
  seenAt: number
}

/** A read that is under way. */
export interface Reading {
  /** Keeps what was read, unless somebody has changed a session since. `size`: of the text. */
  keep(session: KnownSession, size: number): void
}

/** Sessions by the hash of their cookie's value. */
export interface KnownSessions {
  /** The session as the store has it now; undefined when it has to be read. */
  find(idHash: string): Promise<KnownSession | undefined>
  read(idHash: string): Reading
  drop(idHash: string): void
}

/** Told whose sessions ended or changed. */
export type OnSessionChange = (principals: readonly string[] | 'any') => void

/** Together with the texts that they were read from, in characters: people may have many groups. */
const bounds = { sessions: 20_000, size: 64 * 1024 * 1024 }

/** An empty memory over a watch. `onChange` is told, at the next look, what the watch saw. */
export function createKnownSessions(watch: SessionWatch, onChange: OnSessionChange): KnownSessions {
  const known = new Map<string, { readonly session: KnownSession; readonly size: number }>()
  let total = 0
  let changes = 0
  let nextLook: Promise<void> | undefined

  function drop(idHash: string): void {
    total -= known.get(idHash)?.size ?? 0
    known.delete(idHash)
  }

  function look(): void {
    const changed = watch.changed()
    if (changed.length === 0) return
    changes += 1
    const names = new Set(changed === 'any' ? [] : changed)
    for (const [idHash, { session }] of known) {
      if (changed === 'any' || names.has(session.principal.id)) drop(idHash)
    }
    onChange(changed)
  }

  /** One look for all that ask in this round of the event loop, after the last of them has asked. */
  function lookForAll(): Promise<void> {
    nextLook ??= endOfRound().then(() => {
      nextLook = undefined
      look()
    })
    return nextLook
  }

  return {
    drop,
    async find(idHash) {
      await lookForAll()
      return known.get(idHash)?.session
    },
    read(idHash) {
      const since = changes
      return {
        keep(session, size) {
          look()
          if (changes !== since) return
          drop(idHash)
          known.set(idHash, { session, size })
          total += size
          // The one that was read first; who is there still is read again.
          for (const oldest of known.keys()) {
            if (known.size <= bounds.sessions && total <= bounds.size) break
            drop(oldest)
          }
        },
      }
    },
  }
}
