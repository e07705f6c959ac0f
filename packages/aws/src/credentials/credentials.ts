import { inspect } from 'node:util'
import { AwsError } from '../errors.ts'
import { redacted } from './secret.ts'

/** AWS credentials. `sessionToken` and `expiration` are there for temporary ones. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
  /** The AWS account that they belong to, when the source tells it: 12 digits. */
  readonly accountId?: string
}

/** Temporary credentials as STS gives them. */
export interface TemporaryCredentials extends Credentials {
  readonly sessionToken: string
  readonly expiration: Date
}

/** Where credentials come from. */
export interface CredentialSource {
  /**
   * The credentials of this moment. Throws {@link AwsError}: `no_credentials` when the source is not set up,
   * so that a chain goes on to the next; any other code when it is set up and fails.
   */
  get(): Promise<Credentials>
  /** For people and logs: which source this is; never a secret. */
  describe(): string
}

/**
 * Frozen credentials whose secret fields print as `[redacted]` in JSON, `util.inspect`, `console.log`
 * and text. The fields themselves hold the secrets, so that a copy by spreading is not protected.
 */
export function redactable<C extends Credentials>(credentials: C): C {
  const shown = {
    ...credentials,
    secretAccessKey: redacted,
    ...(credentials.sessionToken === undefined ? {} : { sessionToken: redacted }),
  }
  const copy = { ...credentials }
  const hide = (value: () => unknown) => ({ value, enumerable: false })
  Object.defineProperties(copy, {
    toJSON: hide(() => shown),
    toString: hide(() => `credentials of ${credentials.accessKeyId}`),
    [inspect.custom]: hide(() => shown),
  })
  return Object.freeze(copy)
}

/** Access key IDs as AWS makes them (IAM API Reference, AccessKey); stand-ins for AWS use shorter ones. */
export const accessKeyIdPattern = /^\w{4,128}$/
/** What stands in no secret access key or session token. */
export const foreignCharacter = /[^\x21-\x7e]/

/**
 * Checks the two keys of a source that people write by hand and returns them redactable. Throws
 * {@link AwsError}: `incomplete_credentials` when one is missing, `invalid_argument` when one is
 * mangled; both name the source and no value.
 */
export function checkedCredentials(
  source: string,
  keys: {
    readonly accessKeyId: string | undefined
    readonly secretAccessKey: string | undefined
    readonly sessionToken?: string | undefined
    readonly expiration?: Date | undefined
    readonly accountId?: string | undefined
  },
): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = keys
  if (!accessKeyId || !secretAccessKey) {
    const missing = accessKeyId ? 'secret access key' : 'access key ID'
    throw new AwsError('incomplete_credentials', `${source}: the ${missing} is missing`)
  }
  if (!accessKeyIdPattern.test(accessKeyId)) {
    throw new AwsError(
      'invalid_argument',
      `${source}: the access key ID is not 4 to 128 letters and digits; are the two keys swapped, or is there a blank?`,
    )
  }
  // Blanks in a secret come from copying; AWS would only answer that the signature is wrong.
  if (foreignCharacter.test(secretAccessKey + (sessionToken ?? ''))) {
    throw new AwsError(
      'invalid_argument',
      `${source}: the secret access key or session token contains a blank or another character that AWS never uses`,
    )
  }
  if (accountId && !/^\d{12}$/.test(accountId)) {
    throw new AwsError('invalid_argument', `${source}: the account ID is not 12 digits`)
  }
  return redactable({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken ? { sessionToken } : {}),
    ...(expiration === undefined ? {} : { expiration }),
    ...(accountId ? { accountId } : {}),
  })
}
