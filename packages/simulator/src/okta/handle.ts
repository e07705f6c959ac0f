import { cookie, type Incoming, type Outgoing, redirect } from '../http/exchange.ts'
import { html, pageResponse } from '../http/html.ts'
import { jsonAnswer, jsonBody } from '../http/json.ts'
import { isPassword } from '../idp/password.ts'
import { awsAcs, awsResponse } from '../tenants/aws-response.ts'
import type { TenantState } from '../tenants/state.ts'
import { createTimedStore } from '../tenants/timed-store.ts'
import { createKeyChecks } from '../tenants/webauthn.ts'
import { link, listed, oktaError } from './answers.ts'
import { factorsOf, type OktaFactor } from './factors.ts'
import type { LoadedOkta, OktaPerson } from './loaded.ts'

/** A sign-in under way. */
interface Transaction {
  readonly person: OktaPerson
  /** Whether it is for the application, within a session. */
  readonly isStepUp: boolean
  readonly device: string | undefined
  challenge: string
  polls: number
  /** How often codes were sent. */
  sent: number
}

interface Session {
  readonly person: OktaPerson
  steppedUp: boolean
}

const transactionMs = 5 * 60_000
const sessionMs = 2 * 3600_000
const style = 'body{font-family:sans-serif;max-width:28rem;margin:4rem auto}'

/** The simulated Okta; undefined for paths that are not its. */
export function createOkta(
  state: TenantState,
  okta: LoadedOkta,
): (request: Incoming) => Outgoing | undefined {
  const { origin, hostname } = new URL(state.identity.url)
  const transactions = createTimedStore<Transaction>(state.now, transactionMs)
  const tokens = createTimedStore<OktaPerson>(state.now, transactionMs)
  const sessions = createTimedStore<Session>(state.now, sessionMs)
  const trusted = new Set<string>()
  const keys = createKeyChecks()

  return request => {
    const { path, method } = request
    if (path === '/.well-known/okta-organization') {
      return jsonAnswer(200, {
        id: '00osimulated',
        pipeline: okta.engine === 'classic' ? 'v1' : 'idx',
      })
    }
    if (path === okta.application) return application(request)
    if (path.startsWith('/login/')) return loginPath(request)
    if (method === 'POST' && path === '/api/v1/authn') return authn(request)
    if (method === 'POST' && path === '/api/v1/authn/skip') return skip(request)
    const factor = /^\/api\/v1\/authn\/factors\/(\w+)\/verify(\/resend)?$/.exec(path)
    if (method === 'POST' && factor !== null)
      return verify(request, factor[1] ?? '', factor[2] !== undefined)
    if (method === 'POST' && path === '/api/v1/sessions') return openSession(request)
    if (method === 'GET' && path === '/api/v1/sessions/me') {
      const session = sessions.find(cookie(request, 'sid'))
      return session === undefined
        ? oktaError('E0000007')
        : jsonAnswer(200, { id: 'me', status: 'ACTIVE' })
    }
    return path.startsWith('/api/v1/') ? oktaError('E0000007') : undefined
  }

  function loginPath(request: Incoming): Outgoing | undefined {
    const query = new URLSearchParams(request.query)
    if (request.path === '/login/sessionCookieRedirect') {
      const person = tokens.find(query.get('token') ?? '')
      const to = query.get('redirectUrl') ?? ''
      tokens.close(query.get('token') ?? '')
      if (person === undefined || !to.startsWith(`${origin}/`)) return signInPage()
      return redirect(302, to, { 'set-cookie': sessionCookie(person) })
    }
    if (request.path === '/login/step-up/redirect') {
      const session = sessions.find(cookie(request, 'sid'))
      return session?.steppedUp === true ? samlPage(session.person) : signInPage()
    }
    if (request.path === '/login/signout') {
      sessions.close(cookie(request, 'sid') ?? '')
      return redirect(302, '/login/default')
    }
    return request.path === '/login/default' ? signInPage() : undefined
  }

  /** Its cookie names a browser, until that forgets it. */
  function signInPage(): Outgoing {
    const device = `DI0${keys.challenge()}`
    const headers = { 'set-cookie': `DT=${device};Path=/;Secure;HttpOnly` }
    const body = html`<div id="okta-sign-in"></div>`
    return pageResponse({ title: 'company - Sign In', style, body, headers })
  }

  function application(request: Incoming): Outgoing {
    const session = sessions.find(cookie(request, 'sid'))
    if (session === undefined) return redirect(302, '/login/default')
    const { person } = session
    if (okta.engine === 'classic' && !(okta.stepUp && !session.steppedUp)) return samlPage(person)
    const token = begin(person, true, cookie(request, 'DT'))
    // As Okta's own page has it: the script writes other characters as escapes.
    const script = `var config = {"signIn":{"stateToken":"${token.replaceAll('-', '\\x2D')}"}};`
    const body = html`<div id="okta-login-container"></div>`
    return pageResponse({ title: 'company - Extra Verification', style, body, script })
  }

  function samlPage(person: OktaPerson): Outgoing {
    const body = html`<form id="appForm" action="${awsAcs}" method="POST"><input name="SAMLResponse" type="hidden" value="${awsResponse(state, person)}">
<input name="RelayState" type="hidden" value=""></form>`
    return pageResponse({ title: 'Signing in', style, body, formAction: ['https:'] })
  }

  function begin(person: OktaPerson, isStepUp: boolean, device: string | undefined): string {
    return transactions.open({ person, isStepUp, device, challenge: '', polls: 0, sent: 0 })
  }

  function authn(request: Incoming): Outgoing {
    const body = jsonBody(request) ?? {}
    const stepUp = transactions.find(textOf(body.stateToken))
    if (stepUp !== undefined) return waiting(textOf(body.stateToken), stepUp)
    if (typeof body.stateToken === 'string') return oktaError('E0000011')
    const person = okta.people.get(textOf(body.username))
    if (!isPassword(textOf(body.password), person?.person) || person === undefined)
      return oktaError('E0000004')
    const { status } = person.okta
    if (status === 'LOCKED_OUT') return jsonAnswer(200, { status })
    const token = begin(person, false, cookie(request, 'DT'))
    if (status !== 'ACTIVE') {
      const skippable = status === 'PASSWORD_WARN'
      const links = skippable ? { skip: link(`${origin}/api/v1/authn/skip`) } : {}
      return jsonAnswer(200, { stateToken: token, status, _links: links })
    }
    return afterPassword(token)
  }

  function skip(request: Incoming): Outgoing {
    const token = textOf(jsonBody(request)?.stateToken)
    return transactions.find(token) === undefined ? oktaError('E0000011') : afterPassword(token)
  }

  function afterPassword(token: string): Outgoing {
    const transaction = transactions.find(token)
    if (transaction === undefined) return oktaError('E0000011')
    const { device, person } = transaction
    const isTrusted = device !== undefined && trusted.has(`${person.person.username} ${device}`)
    const needsFactor = factorsOf(person).length > 0 && !okta.stepUp && !isTrusted
    return needsFactor ? waiting(token, transaction) : success(token, transaction)
  }

  function waiting(stateToken: string, { person }: Transaction): Outgoing {
    const factors = factorsOf(person).map(each => listed(each, origin))
    const policy = { allowRememberDevice: true, rememberDeviceLifetimeInMinutes: 15 }
    return jsonAnswer(200, { stateToken, status: 'MFA_REQUIRED', _embedded: { factors, policy } })
  }

  function success(token: string, { person, isStepUp }: Transaction): Outgoing {
    transactions.close(token)
    if (!isStepUp) return jsonAnswer(200, { status: 'SUCCESS', sessionToken: tokens.open(person) })
    const next = { name: 'original', href: `${origin}/login/step-up/redirect?stateToken=${token}` }
    return jsonAnswer(200, { status: 'SUCCESS', type: 'SESSION_STEP_UP', _links: { next } })
  }

  function openSession(request: Incoming): Outgoing {
    if (!okta.sessionsApi) return oktaError('E0000006')
    const token = textOf(jsonBody(request)?.sessionToken)
    const person = tokens.find(token)
    if (person === undefined) return oktaError('E0000005')
    tokens.close(token)
    return jsonAnswer(200, { id: sessions.open({ person, steppedUp: false }), status: 'ACTIVE' })
  }

  function sessionCookie(person: OktaPerson): string {
    return `sid=${sessions.open({ person, steppedUp: false })};Path=/;Secure;HttpOnly`
  }

  function verify(request: Incoming, id: string, isResend: boolean): Outgoing {
    const body = jsonBody(request) ?? {}
    const stateToken = textOf(body.stateToken)
    const transaction = transactions.find(stateToken)
    if (transaction === undefined) return oktaError('E0000011')
    const factors = factorsOf(transaction.person)
    const factor =
      id === 'webauthn'
        ? factors.find(each => each.factorType === id)
        : factors.find(each => each.id === id)
    if (factor === undefined) return oktaError('E0000007')
    const passed = () => {
      const remembers = new URLSearchParams(request.query).get('rememberDevice') === 'true'
      if (remembers && transaction.device !== undefined) {
        trusted.add(`${transaction.person.person.username} ${transaction.device}`)
      }
      const session = sessions.find(cookie(request, 'sid'))
      if (transaction.isStepUp && session !== undefined) session.steppedUp = true
      return success(stateToken, transaction)
    }
    const check = { request, body, stateToken, transaction, factor, isResend, passed, id }
    if (factor.factorType === 'push') return push(check)
    if (factor.factorType === 'webauthn') return securityKey(check)
    return code(check)
  }

  interface Check {
    readonly body: Readonly<Record<string, unknown>>
    readonly stateToken: string
    readonly transaction: Transaction
    readonly factor: OktaFactor
    readonly isResend: boolean
    readonly passed: () => Outgoing
    readonly id: string
  }

  function challenged(
    { stateToken, factor, id }: Check,
    factorResult: string,
    embedded: object,
    more: object = {},
  ): Outgoing {
    const here = `${origin}/api/v1/authn/factors/${id}/verify`
    return jsonAnswer(200, {
      ...{ stateToken, status: 'MFA_CHALLENGE', factorResult },
      _embedded: { factor: { ...listed(factor, origin), _embedded: embedded }, ...more },
      _links: { next: link(here), resend: [link(`${here}/resend`)] },
    })
  }

  function push(check: Check): Outgoing {
    const { transaction, passed, isResend } = check
    const { answer, polls, number } = transaction.person.okta.push ?? { answer: 'ignore', polls: 0 }
    if (isResend) transaction.polls = 0
    const hint = number === undefined ? {} : { challenge: { correctAnswer: number } }
    transaction.polls += 1
    if (transaction.polls <= polls + 1) return challenged(check, 'WAITING', hint)
    if (answer === 'approve') return passed()
    return challenged(check, answer === 'reject' ? 'REJECTED' : 'TIMEOUT', {})
  }

  function securityKey(check: Check): Outgoing {
    const { body, transaction, passed, id } = check
    const { person } = transaction
    if (typeof body.signatureData !== 'string') {
      transaction.challenge = keys.challenge()
      const challenge = { challenge: transaction.challenge, extensions: {} }
      return id === 'webauthn'
        ? challenged(check, 'CHALLENGE', {}, { challenge })
        : challenged(check, 'CHALLENGE', { challenge })
    }
    // Okta's answer does not name the credential: whichever the signature is of.
    const isSigned = person.securityKeys.some(
      key =>
        keys.check(
          { challenge: transaction.challenge, origin, rpId: hostname, keys: [key] },
          {
            ...{ credentialId: key.id, clientDataJSON: textOf(body.clientData) },
            ...{
              authenticatorData: textOf(body.authenticatorData),
              signature: textOf(body.signatureData),
            },
          },
        ).ok,
    )
    return isSigned ? passed() : oktaError('E0000068', 'Security key could not be verified.')
  }

  function code(check: Check): Outgoing {
    const { body, transaction, factor, passed, isResend } = check
    const given = textOf(body.passCode ?? body.answer)
    if (given === '' || isResend) {
      transaction.sent += 1
      return challenged(check, 'CHALLENGE', {})
    }
    return isRight(transaction, factor, given)
      ? passed()
      : oktaError('E0000068', "Your token doesn't match our records. Please try again.")
  }

  function isRight(
    { person, sent }: Transaction,
    { id, factorType }: OktaFactor,
    given: string,
  ): boolean {
    const { sms, call, email, question, hardwareToken } = person.okta
    if (factorType === 'question') return given === question?.answer
    if (factorType === 'token:hardware' || factorType === 'token')
      return given === hardwareToken?.code
    const sentCode = { sms, call, email }[factorType]
    if (sentCode !== undefined)
      return given === String(Number(sentCode.code) + Math.max(0, sent - 1))
    const device = person.totp[Number(id.replace('tot', ''))]
    return device !== undefined && state.codes.accepts(device, given)
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
