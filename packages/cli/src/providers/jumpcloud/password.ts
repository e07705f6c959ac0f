import { connectionOption } from '../../connections/connection-option.ts'
import { Failure } from '../../failure.ts'
import { type AuthAnswer, isWrongSecret, readAuthAnswer } from './auth-answer.ts'
import { chooseFactor, type FactorType } from './choose-factor.ts'
import { passDuo } from './duo.ts'
import { approvePush } from './push.ts'
import { refusal } from './refusals.ts'
import type { SignedIn, Step } from './step.ts'
import { giveCode } from './totp.ts'
import { useSecurityKey } from './webauthn.ts'

const maxPasswords = 3

interface Login {
  readonly username: string
  readonly password: string
}

/** Username, password and a factor when JumpCloud wants one. Gives who signed in. Throws `Failure`. */
export async function signInWithPassword(
  step: Step,
): Promise<SignedIn & { readonly username: string }> {
  const { login } = step.parts
  let given = await login()
  for (let count = 1; ; count++) {
    const answer = await authenticate(step, given)
    if (answer.kind !== 'refused') {
      const signedIn = answer.kind === 'signedIn' ? answer : await passFactor(step, given, answer)
      return { ...signedIn, username: given.username }
    }
    const secrets = [given.password]
    if (!isWrongSecret(answer.message)) {
      throw refusal(answer.message, secrets, step.connection, step.hosts.console)
    }
    if (count === maxPasswords) throw wrongPassword(step)
    // Where nobody can be asked it throws, and what was kept is forgotten: else each run would send it again.
    given = await login({ reason: 'JumpCloud did not take the username or the password' })
  }
}

async function passFactor(
  step: Step,
  given: Login,
  { factors }: Extract<AuthAnswer, { readonly kind: 'factors' }>,
): Promise<SignedIn> {
  const ways: Readonly<Record<FactorType, () => Promise<SignedIn>>> = {
    totp: () =>
      giveCode(
        step,
        code => authenticate(step, given, code),
        (message, code) =>
          refusal(message, [given.password, code], step.connection, step.hosts.console),
      ),
    push: () => approvePush(step),
    webauthn: () => useSecurityKey(step),
    duo: () => passDuo(step),
  }
  return await ways[await chooseFactor(step, factors)]()
}

async function authenticate(
  { console, hosts }: Step,
  { username, password }: Login,
  otp = '',
): Promise<AuthAnswer> {
  const body = { ...target(hosts.ssoUrl), email: username, password, otp }
  return readAuthAnswer(console.host, await console.post('/auth', body))
}

/** Where the sign-in goes on: the application, as `saml2/NAME`; nowhere when none is configured. */
function target(ssoUrl: string | undefined) {
  if (ssoUrl === undefined) return {}
  const { pathname, search } = new URL(ssoUrl)
  return { context: 'sso', redirectTo: `${pathname.slice(1)}${search}` }
}

function wrongPassword({ hosts, connection }: Step): Failure {
  return new Failure(
    'signInRefused',
    'JumpCloud did not take the username or the password',
    `try it at ${hosts.console}, then: rolecall login${connectionOption(connection.name)}`,
  )
}
