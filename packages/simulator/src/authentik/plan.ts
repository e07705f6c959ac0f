import type { AuthentikPerson, LoadedAuthentik } from './loaded.ts'

/** Components of the stages that are played here. */
export type StageName =
  | 'identification'
  | 'password'
  | 'validate'
  | 'extra'
  | 'login'
  | 'consent'
  | 'autosubmit'

/** A flow under way. */
export interface Plan {
  readonly slug: string
  readonly stages: StageName[]
  person: AuthentikPerson | undefined
  username: string
  challenge: string
  token: string
}

/** What a browser's session holds. */
export interface BrowserSession {
  readonly csrf: string
  plan: Plan | undefined
  person: AuthentikPerson | undefined
}

export const authorizationFlow = 'default-provider-authorization-implicit-consent'
export const invalidationFlow = 'default-invalidation-flow'

export function planOf(slug: string, { flow, passwordField, consent }: LoadedAuthentik): Plan {
  const blank = { slug, person: undefined, username: '', challenge: '', token: '' }
  if (slug === flow) {
    const first: StageName[] = passwordField ? ['identification'] : ['identification', 'password']
    return { ...blank, stages: [...first, 'extra', 'validate', 'login'] }
  }
  if (slug === authorizationFlow) {
    return { ...blank, stages: consent ? ['consent', 'autosubmit'] : ['autosubmit'] }
  }
  return { ...blank, stages: [] }
}

/** A device challenge of authentik's API. */
export function deviceChallenges(person: AuthentikPerson, challenge: string, rpId: string) {
  const { totp, securityKeys, authentik } = person
  const { recoveryCodes, sms, email, duo } = authentik
  const device = (device_class: string, more: object = {}) => [
    { device_class, device_uid: '1', challenge: more, last_used: null },
  ]
  const allowCredentials = securityKeys.map(({ id }) => ({ id, type: 'public-key' }))
  return [
    ...(totp.length > 0 ? device('totp') : []),
    ...(recoveryCodes.length > 0 ? device('static') : []),
    ...(sms === undefined ? [] : device('sms')),
    ...(email === undefined ? [] : device('email', { email: email.to })),
    ...(duo === undefined ? [] : device('duo')),
    ...(securityKeys.length > 0
      ? device('webauthn', {
          challenge,
          timeout: 60_000,
          rpId,
          allowCredentials,
          userVerification: 'preferred',
        })
      : []),
  ]
}
