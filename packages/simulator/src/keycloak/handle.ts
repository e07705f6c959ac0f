import { randomBytes } from 'node:crypto'
import {
  bodyText,
  cookie,
  type Incoming,
  isForm,
  type Outgoing,
  redirect,
} from '../http/exchange.ts'
import { isPassword } from '../idp/password.ts'
import { awsResponse } from '../tenants/aws-response.ts'
import type { TenantState } from '../tenants/state.ts'
import { createTimedStore } from '../tenants/timed-store.ts'
import { createKeyChecks } from '../tenants/webauthn.ts'
import type { KeycloakPerson, LoadedKeycloak } from './loaded.ts'
import * as pages from './pages.ts'

type Stage = 'username' | 'password' | 'totp' | 'key' | 'recovery' | 'ways' | 'consent'

/** One sign-in that is under way. */
interface Login {
  stage: Stage
  username: string
  person: KeycloakPerson | undefined
  /** Of the page that was shown last: an older page's answer is not taken. */
  code: string
  challenge: string
  /** Recovery codes that were used. */
  used: number
}

const loginMs = 30 * 60 * 1000
const sessionMs = 10 * 3600 * 1000
const labels = {
  totp: 'Authenticator Application',
  key: 'Security Key',
  recovery: 'Recovery Authentication Code',
}
type Factor = keyof typeof labels

/** The simulated Keycloak; undefined for what is not below its realms. */
export function createKeycloak(
  state: TenantState,
  keycloak: LoadedKeycloak,
): (request: Incoming) => Outgoing | undefined {
  const { realm, client, version, people } = keycloak
  const logins = createTimedStore<Login>(state.now, loginMs)
  const sessions = createTimedStore<KeycloakPerson>(state.now, sessionMs)
  const recovered = new Map<string, number>()
  const keys = createKeyChecks()
  const base = `/realms/${realm}`
  const { origin, hostname } = new URL(state.identity.url)
  const cookieRules = `Path=${base}/; Secure; HttpOnly; SameSite=None`
  const newCode = () => randomBytes(16).toString('base64url')

  return request => {
    const { path, method } = request
    if (!path.startsWith('/realms/')) return undefined
    if (!path.startsWith(`${base}/`)) return pages.errorPage(404, 'Page not found')
    const route = `${method} ${path.slice(base.length)}`
    if (route.startsWith('GET /protocol/saml/clients/')) return begin(request)
    if (route === 'POST /login-actions/authenticate') return answer(request)
    if (route === 'GET /login-actions/restart') return restart(request)
    if (route === 'GET /protocol/openid-connect/logout') {
      return pages.logoutPage(`${base}/protocol/openid-connect/logout/logout-confirm`, newCode())
    }
    if (route === 'POST /protocol/openid-connect/logout/logout-confirm') return signOut(request)
    return pages.errorPage(404, 'Page not found')
  }

  function begin(request: Incoming): Outgoing {
    if (!request.path.endsWith(`/${client}`)) return pages.errorPage(400, 'Client not found.')
    const person = sessions.find(cookie(request, 'KEYCLOAK_IDENTITY'))
    if (person !== undefined) return pages.samlPage(awsResponse(state, person), {})
    const stage = keycloak.separatePages ? 'username' : 'password'
    const blank = { stage, username: '', person: undefined, challenge: '', used: 0 } as const
    const login: Login = { ...blank, code: newCode() }
    const id = logins.open(login)
    return show(login, undefined, {
      'set-cookie': `AUTH_SESSION_ID=${id};Version=1;${cookieRules}`,
    })
  }

  function restart(request: Incoming): Outgoing {
    logins.close(cookie(request, 'AUTH_SESSION_ID') ?? '')
    return redirect(302, `${base}/protocol/saml/clients/${client}`)
  }

  function signOut(request: Incoming): Outgoing {
    sessions.close(cookie(request, 'KEYCLOAK_IDENTITY') ?? '')
    return pages.errorPage(200, 'You are logged out')
  }

  /** The page of the stage, with a code of its own. */
  function show(login: Login, error?: string, headers?: Outgoing['headers']): Outgoing {
    login.code = newCode()
    const { person, stage } = login
    const options = {
      ...{
        version,
        error,
        action: `${origin}${base}/login-actions/authenticate?session_code=${login.code}`,
      },
      canTryAnotherWay: person !== undefined && factorsOf(person).length > 1,
      ...(headers === undefined ? {} : { headers }),
    }
    if (stage === 'username') return pages.loginPage({ ...options, fields: ['username'] })
    if (stage === 'password' || person === undefined) {
      const fields = keycloak.separatePages
        ? (['password'] as const)
        : (['username', 'password'] as const)
      return pages.loginPage({ ...options, fields, username: login.username })
    }
    if (stage === 'totp') return pages.oneTimeCodePage(options, person)
    if (stage === 'recovery')
      return pages.recoveryCodePage(options, (recovered.get(login.username) ?? 0) + 1)
    if (stage === 'consent') return pages.consentPage(options)
    if (stage === 'ways') {
      const ways = factorsOf(person).map(id => ({ id, label: labels[id] }))
      return pages.selectWayPage(options, ways)
    }
    login.challenge = keys.challenge()
    return pages.securityKeyPage({ ...options, challenge: login.challenge, rpId: hostname }, person)
  }

  function answer(request: Incoming): Outgoing {
    const id = cookie(request, 'AUTH_SESSION_ID')
    const login = logins.find(id)
    if (id === undefined || login === undefined) {
      return pages.errorPage(
        400,
        'Restart login cookie not found. It may have expired; it may have been deleted or cookies are disabled in your browser.',
      )
    }
    const action = `${base}/login-actions/authenticate?session_code=${login.code}`
    if (new URLSearchParams(request.query).get('session_code') !== login.code) {
      return pages.expiredPage(`${base}/login-actions/restart`, action)
    }
    const form = new URLSearchParams(isForm(request) ? bodyText(request) : '')
    const error = check(login, form)
    if (typeof error === 'object') return error
    if (error !== undefined) return show(login, error)
    return login.person !== undefined && login.stage === 'password'
      ? finish(id, login, login.person)
      : show(login)
  }

  /** Takes the answer of a stage: an error to show, a page of its own, or on to `login.stage`. */
  function check(login: Login, form: URLSearchParams): string | Outgoing | undefined {
    const { person } = login
    if (login.stage === 'username' || login.stage === 'password') return checkLogin(login, form)
    if (person === undefined)
      return 'Unexpected error when handling authentication request to identity provider.'
    if (form.get('tryAnotherWay') === 'on') {
      login.stage = 'ways'
      return undefined
    }
    const chosen = form.get('authenticationExecution')
    if (chosen !== null) {
      const factor = factorsOf(person).find(each => each === chosen)
      if (factor === undefined) return 'Invalid authentication execution.'
      login.stage = factor
      return undefined
    }
    if (login.stage === 'consent') return checkConsent(login, form)
    const error = checkFactor(login, person, form)
    if (error === undefined) afterFactor(login)
    return error
  }

  function checkLogin(login: Login, form: URLSearchParams): string | Outgoing | undefined {
    login.username = form.get('username') ?? login.username
    if (login.stage === 'username') {
      // Whether there is such a person is told after the password.
      login.stage = 'password'
      return undefined
    }
    const known = people.get(login.username)
    if (!isPassword(form.get('password') ?? '', known?.person) || known === undefined) {
      return keycloak.separatePages ? 'Invalid password.' : 'Invalid username or password.'
    }
    if (known.disabled) return 'Account is disabled, contact your administrator.'
    login.person = known
    const [first] = factorsOf(known)
    if (first === undefined) afterFactor(login)
    else login.stage = first
    return undefined
  }

  function checkFactor(
    login: Login,
    person: KeycloakPerson,
    form: URLSearchParams,
  ): string | Outgoing | undefined {
    if (login.stage === 'totp') {
      const place = Number(
        /^credential-(\d+)$/.exec(form.get('selectedCredentialId') ?? '')?.[1] ?? 0,
      )
      const device = person.totp[place]
      const isRight = device !== undefined && state.codes.accepts(device, form.get('otp') ?? '')
      return isRight ? undefined : 'Invalid authenticator code.'
    }
    if (login.stage === 'recovery') {
      const used = recovered.get(login.username) ?? 0
      if (form.get('recoveryCodeInput') !== person.recoveryCodes[used])
        return 'Invalid recovery authentication code'
      recovered.set(login.username, used + 1)
      return undefined
    }
    const text = (name: string) => form.get(name) ?? ''
    const result = keys.check(
      { challenge: login.challenge, origin, rpId: hostname, keys: person.securityKeys },
      {
        ...{ credentialId: text('credentialId'), clientDataJSON: text('clientDataJSON') },
        ...{ authenticatorData: text('authenticatorData'), signature: text('signature') },
      },
    )
    if (result.ok) return undefined
    const error = `Failed to authenticate by the Security key. ${result.why}`
    return pages.securityKeyErrorPage({
      version,
      action: `${base}/login-actions/authenticate`,
      error,
    })
  }

  /** `password` stands for "all was given" once the person is known. */
  function afterFactor(login: Login): void {
    login.stage = keycloak.consent ? 'consent' : 'password'
  }

  function checkConsent(login: Login, form: URLSearchParams): Outgoing | undefined {
    if (form.get('accept') === null) return pages.errorPage(400, 'Consent denied')
    login.stage = 'password'
    return undefined
  }

  function finish(id: string, { code }: Login, person: KeycloakPerson): Outgoing {
    const { requiredAction } = person
    if (requiredAction !== undefined) {
      const action = `${base}/login-actions/required-action?session_code=${code}&execution=${requiredAction}`
      return pages.requiredActionPage({ version, action })
    }
    logins.close(id)
    const session = sessions.open(person)
    return pages.samlPage(awsResponse(state, person), {
      'set-cookie': [`KEYCLOAK_IDENTITY=${session};Version=1;${cookieRules}`],
    })
  }
}

function factorsOf(person: KeycloakPerson): readonly Factor[] {
  const { totp, securityKeys, recoveryCodes } = person
  return [
    ...(totp.length > 0 ? (['totp'] as const) : []),
    ...(securityKeys.length > 0 ? (['key'] as const) : []),
    ...(recoveryCodes.length > 0 ? (['recovery'] as const) : []),
  ]
}
