import { randomBytes } from 'node:crypto'
import { equalTexts } from '../equal-texts.ts'
import { bodyText, type Incoming, isForm, type Outgoing, redirect } from '../http/exchange.ts'
import { html, pageResponse } from '../http/html.ts'
import { jsonAnswer } from '../http/json.ts'
import { idpStyle } from '../idp/style.ts'
import type { Frame, FrameSession } from './types.ts'

const newId = () => randomBytes(24).toString('base64url')

/** The pages and calls of the prompt in a frame. */
export function handleFrame(frame: Frame, request: Incoming): Outgoing | undefined {
  const { method, path } = request
  if (!path.startsWith('/frame/')) return undefined
  const form = new URLSearchParams(isForm(request) ? bodyText(request) : '')
  if (method === 'POST' && path === '/frame/web/v1/auth') return begin(frame, request, form)
  if (path.startsWith('/frame/frameless/'))
    return page('Duo Universal Prompt', html`<p>Scripts only.</p>`)
  const query = new URLSearchParams(request.query)
  const sid = (method === 'GET' ? query : form).get('sid') ?? ''
  const session = frame.sessions.get(sid)
  if (session === undefined) return refused('Unknown session.')
  if (path === '/frame/prompt') {
    return method === 'GET' ? promptPage(sid) : ask(frame, session, form)
  }
  if (method === 'POST' && path === '/frame/status') return status(frame, sid, session, form)
  if (method === 'POST' && path.startsWith('/frame/status/')) return result(frame, session, path)
  return refused('Unknown path.')
}

function begin(frame: Frame, request: Incoming, form: URLSearchParams): Outgoing {
  const tx = new URLSearchParams(request.query).get('tx') ?? ''
  const person = frame.open(tx)
  if (person === undefined || form.get('tx') !== tx) return refused('Bad signature.')
  const sid = newId()
  if (person.prompt === 'universal') return redirect(302, `/frame/frameless/v4/auth?sid=${sid}`)
  const parent = form.get('parent') ?? ''
  frame.sessions.set(sid, { person, parent, transaction: undefined })
  return redirect(302, `/frame/prompt?sid=${sid}`)
}

function promptPage(sid: string): Outgoing {
  return page(
    'Two-Factor Authentication',
    html`<form action="/frame/prompt" method="post"><input type="hidden" name="sid" value="${sid}">
<select name="device"><option value="phone1">Android (XXX-XXX-0000)</option></select>
<input type="hidden" name="factor" value="Duo Push"><input type="hidden" name="factor" value="Phone Call">
<input type="hidden" name="factor" value="Passcode"><input name="passcode"></form>`,
  )
}

function ask(frame: Frame, session: FrameSession, form: URLSearchParams): Outgoing {
  const { person } = session
  const factor = form.get('factor')
  if (form.get('device') !== 'phone1') return refused('Unknown device.')
  if (factor !== 'Duo Push' && factor !== 'Phone Call' && factor !== 'Passcode') {
    return refused('Unknown factor.')
  }
  const isRight =
    person.passcode !== undefined && equalTexts(form.get('passcode') ?? '', person.passcode)
  const answer = factor !== 'Passcode' ? person.push : isRight ? 'accepted' : 'denied'
  const prompt = frame.prompts.ask({ email: person.email, kind: 'duo' }, answer)
  session.transaction = { id: newId(), prompt }
  return answered({ txid: session.transaction.id })
}

function status(frame: Frame, sid: string, session: FrameSession, form: URLSearchParams): Outgoing {
  const { transaction } = session
  if (transaction === undefined || form.get('txid') !== transaction.id) {
    return refused('Unknown transaction.')
  }
  const { status: state } = transaction.prompt
  if (state === 'pending') {
    return answered({ status_code: 'pushed', status: 'Pushed a login request to your device...' })
  }
  if (state !== 'accepted') {
    const text = state === 'denied' ? 'Login request denied.' : 'Login request timed out.'
    return answered({ status_code: 'deny', result: 'FAILURE', status: text })
  }
  // A session gets a new name when it is done, and the old one is over.
  const next = newId()
  frame.sessions.delete(sid)
  frame.sessions.set(next, session)
  const url = `/frame/status/${transaction.id}`
  return answered({ status_code: 'allow', result: 'SUCCESS', result_url: url, sid: next })
}

function result(frame: Frame, session: FrameSession, path: string): Outgoing {
  const { transaction, person, parent } = session
  const isIts = transaction !== undefined && path === `/frame/status/${transaction.id}`
  if (!isIts || transaction.prompt.status !== 'accepted') return refused('Unknown transaction.')
  return answered({ cookie: frame.proof(person), parent })
}

const page = (title: string, body: ReturnType<typeof html>) =>
  pageResponse({ title, style: idpStyle, body, formAction: ["'self'"] })

const answered = (response: Readonly<Record<string, string>>) =>
  jsonAnswer(200, { stat: 'OK', response })

const refused = (message: string) => jsonAnswer(200, { stat: 'FAIL', message })
