import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import { quoted } from '../../web/index.ts'

/** What to do about a refusal, by JumpCloud's own words. */
const remedies: readonly (readonly [
  RegExp,
  (connection: Connection, console: string) => string,
])[] = [
  [/lock/i, () => 'wait until it is unlocked, or ask your administrator to unlock it'],
  [
    /password.*(expire|change|reset)|(expire|change|reset).*password/i,
    (_, console) => `set a new password at ${console}`,
  ],
  [
    /suspend|disabled|inactive|not (been )?activated|staged/i,
    () => 'ask your administrator to activate the account',
  ],
  [/conditional|polic|device|certificate|network|not (allowed|permitted)|denied/i, browserCommand],
]

/** A sign-in that JumpCloud refused for more than a wrong password: its words as they are. */
export function refusal(
  message: string,
  secrets: readonly string[],
  connection: Connection,
  console: string,
): Failure {
  const words = quoted(withoutSecrets(message, secrets))
  const remedy = remedies.find(([pattern]) => pattern.test(message))?.[1]
  return new Failure(
    'signInRefused',
    `JumpCloud refused the sign-in: ${words}`,
    remedy?.(connection, console) ?? `sign in at ${console} to see what JumpCloud wants`,
  )
}

/** A factor that was not taken. */
export function factorRefusal(what: string, message: string | undefined, hint?: string): Failure {
  const words = message === undefined ? '' : `: ${quoted(message)}`
  return new Failure('mfaRefused', `${what}${words}`, hint)
}

/** The application was not opened though the person is signed in: a policy, or no longer assigned. */
export function notLetIn(why: string, connection: Connection): Failure {
  return new Failure(
    'signInRefused',
    `JumpCloud did not let you into the application: ${why}`,
    browserCommand(connection),
  )
}

/** The way on for all that only a browser can show: certificates of devices, new prompts. */
export function browserCommand({ name, url }: Connection): string {
  return `use your own browser for this: rolecall configure -a ${name} --idp-provider Browser --url ${quoted(url)}`
}

function withoutSecrets(message: string, secrets: readonly string[]): string {
  return secrets
    .filter(secret => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), message)
}
