import { badProfile, type ProfileScope, textOf } from './profile-scope.ts'

/** `duration_seconds`. Throws `AwsError` `bad_profile` for another text than a number. */
export function durationOf(scope: ProfileScope): number | undefined {
  const text = textOf(scope, 'duration_seconds')
  if (text === undefined) return undefined
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw badProfile(scope, 'duration_seconds: expected a whole number from 900 to 43200')
}

/** `role_session_name`, else one with the time, as AWS's tools make them. */
export function sessionNameOf(scope: ProfileScope): string {
  const now = scope.options.now?.() ?? new Date()
  return textOf(scope, 'role_session_name') ?? `rolecall-${Math.floor(now.getTime() / 1_000)}`
}
