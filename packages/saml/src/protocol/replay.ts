import { SamlError, type SamlErrorCode } from '../errors.ts'
import { invalidOption, objectOption } from './check-option.ts'
import type { ReplayStore } from './response/expectations.ts'

/** Refuses what is no replay store. */
export function replayOption(replay: ReplayStore): ReplayStore {
  if (typeof objectOption('replay', replay).seen === 'function') return replay
  return invalidOption('replay.seen', 'a function', 'none')
}

/** With which codes a message is refused. */
interface ReplayCodes {
  readonly replayed: SamlErrorCode
  readonly replayStore: SamlErrorCode
}

/**
 * R13: only the answer `false` lets a message pass; a store that fails refuses. The key is the ID, a
 * space and the issuer: issuers choose their IDs, and none may use up those of another.
 */
export async function refuseReplay(
  replay: ReplayStore,
  { id, issuer }: { readonly id: string; readonly issuer: string },
  until: Date,
  codes: ReplayCodes,
): Promise<void> {
  let seen: unknown
  try {
    seen = await replay.seen(`${id} ${issuer}`, until)
  } catch (cause) {
    throw new SamlError(codes.replayStore, { check: 'replay store', cause })
  }
  if (seen === false) return
  if (seen === true) {
    throw new SamlError(codes.replayed, {
      check: 'ID',
      expected: 'one not seen before',
      received: id,
    })
  }
  throw new SamlError(codes.replayStore, {
    check: 'replay store',
    expected: 'true or false',
    received: typeof seen,
  })
}
