import {
  type CachedCredentials,
  type Credentials,
  cachedCredentials,
  roleCredentials,
} from '@rolecall/aws'
import type { SigningGatewayOptions } from './types.ts'

/** Credentials by role and session name, each taken once for all requests of its time. */
export interface RoleSessions {
  /** Throws `AwsError`. */
  credentials(roleArn: string | undefined, sessionName: string): Promise<Credentials>
}

/** Sessions that are kept; the one unused for longest goes first. */
const mostSessions = 1000

/** Takes roles with the gateway's own credentials. */
export function roleSessions({
  credentials: source,
  sts,
  now = () => new Date(),
}: Pick<SigningGatewayOptions, 'credentials' | 'sts' | 'now'>): RoleSessions {
  const own = cachedCredentials(source, { now })
  const sessions = new Map<string, CachedCredentials>()

  function sessionOf(roleArn: string, roleSessionName: string): CachedCredentials {
    const key = `${roleSessionName} ${roleArn}`
    const known = sessions.get(key)
    const session =
      known ??
      cachedCredentials(roleCredentials({ source: own, sts, roleArn, roleSessionName }), { now })
    if (known !== undefined) sessions.delete(key)
    sessions.set(key, session)
    const [oldest = key] = sessions.keys()
    if (sessions.size > mostSessions) sessions.delete(oldest)
    return session
  }

  return Object.freeze({
    credentials: (roleArn: string | undefined, sessionName: string) =>
      (roleArn === undefined ? own : sessionOf(roleArn, sessionName)).get(),
  })
}
