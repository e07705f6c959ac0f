import { AwsError, type CredentialSource } from '@rolecall/aws'
import { Failure } from '../failure.ts'
import { roleLabel } from '../roles/role-label.ts'
import type { OfferedRole } from '../sources/source.ts'
import type { RoleCommand } from './open-command.ts'
import { keysOf } from './take-keys.ts'

/** Who asks gets keys that work at least this long. */
export const servedLeftMs = 10 * 60_000

const firstPauseMs = 5_000
const longestPauseMs = 5 * 60_000

/**
 * The keys of a person's role as programs that are served want them: from the cache, renewed by a sign-in when
 * little is left of them. Programs ask at any hour and again at once: no question is put to the person, a
 * sign-in that failed is tried again after longer and longer pauses, and one that was refused not at
 * all, until the person has taken the role. Throws `AwsError` `no_credentials`, which says what to type.
 */
export function personSource(role: OfferedRole, command: RoleCommand): CredentialSource {
  const { connection, say } = command
  const unattended = command.unattended()
  const renew = `rolecall login -a ${connection.name} ${role.roleArn} --force`
  const textOf = (failure: Failure) => `no new keys of ${roleLabel(role)}: ${failure.message}`
  const guarded = guard(unattended.now, failure => say(`${textOf(failure)}; type: ${renew}`))
  const guardedCommand: RoleCommand = {
    ...unattended,
    signIn: () =>
      guarded(async () => {
        const signed = await unattended.signIn()
        return { ...signed, keys: (of, wish) => guarded(() => signed.keys(of, wish)) }
      }),
  }
  return Object.freeze({
    async get() {
      try {
        const keys = await keysOf(role, { leftMs: servedLeftMs }, guardedCommand)
        const { accessKeyId, secretAccessKey, sessionToken, accountId } = keys
        return {
          ...{ accessKeyId, secretAccessKey, sessionToken, accountId },
          expiration: new Date(keys.expiration),
        }
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        throw new AwsError('no_credentials', `${textOf(error)}; type: ${renew}`)
      }
    },
    describe: () => `role ${role.roleArn} of connection ${connection.name}`,
  })
}

/**
 * Runs work unless it failed a short while ago, or was refused: then it throws the same again. A failure is told
 * when it is another one than before.
 */
function guard(
  now: () => Date,
  tell: (failure: Failure) => void,
): <T>(work: () => Promise<T>) => Promise<T> {
  let failed: { readonly failure: Failure; readonly until: number } | undefined
  let pauseMs = firstPauseMs
  let told: string | undefined
  return async work => {
    if (failed !== undefined && now().getTime() < failed.until) throw failed.failure
    try {
      const result = await work()
      failed = undefined
      pauseMs = firstPauseMs
      told = undefined
      return result
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      // For processes that wait for it and can ask the person, it is none of theirs.
      const failure = new Failure('cannotAsk', error.message, error.hint)
      const isRefused = ['signInRefused', 'mfaRefused', 'interrupted'].includes(error.reason)
      failed = { failure, until: isRefused ? Number.POSITIVE_INFINITY : now().getTime() + pauseMs }
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
      if (told !== failure.message) tell(failure)
      told = failure.message
      throw failure
    }
  }
}
