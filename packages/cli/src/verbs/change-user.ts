import { userInfo } from 'node:os'
import { type AuditEvent, DirectoryError, localSource, principalId } from '@rolecall/server'
import { Failure } from '../failure.ts'

/** The audit event of a change made here: by whom on this machine, of whom. */
export function changed(type: 'user.added' | 'user.changed', username: string): AuditEvent {
  return {
    type,
    result: 'success',
    principal: principalId(localSource, username),
    source: localSource,
    detail: byCommand(),
  }
}

/** Who on this machine did it, for the audit log. */
export function byCommand(): { readonly by: string; readonly systemUser: string } {
  return { by: 'command line', systemUser: systemUser() }
}

/** Runs the change; what the directory refuses becomes a message with its remedy. */
export async function refusals<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    if (error instanceof DirectoryError) throw new Failure('refused', error.message, error.remedy)
    throw error
  }
}

function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    // A user id without an entry in the password file, as in many containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
