import { AwsError, staticCredentials } from '@rolecall/aws'
import type { Report } from './report.ts'
import type { Resources } from './resources.ts'

/** Reports AWS keys of the file that can be none, such as one with a blank that came from copying. */
export function checkKeys({ keys }: Resources, report: Report): void {
  if (keys === undefined) return
  try {
    readKeys(keys)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    // Its words describe the keys and never repeat one.
    report.problem(['aws', 'credentials'], error.message, 'copy the keys again')
  }
}

/** The credentials that the file's keys make; throws AwsError. */
export function readKeys({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: NonNullable<Resources['keys']>): ReturnType<typeof staticCredentials> {
  return staticCredentials({
    accessKeyId: accessKeyId.reveal(),
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken === undefined ? {} : { sessionToken: sessionToken.reveal() }),
  })
}
