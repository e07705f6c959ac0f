/** Lean: the cached path of `rolecall credentials` loads this and little else. */
import type { RoleKeys } from '../sources/source.ts'

/**
 * Version 1 JSON on one line (AWS SDKs and Tools Reference Guide, "Process credential provider"). SDKs
 * keep the keys until `Expiration`.
 */
export function credentialProcessJson(keys: RoleKeys): string {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = keys
  return `${JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration,
    AccountId: accountId,
  })}\n`
}
