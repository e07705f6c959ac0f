import type { Outgoing } from '../http/exchange.ts'
import { type Html, html, pageResponse } from '../http/html.ts'
import { awsTime } from '../sts/sessions.ts'
import type { OpenConsole } from './console-sessions.ts'
import { consoleStyle as style } from './style.ts'

const notice = html`<p class="note"><strong>Simulated AWS console.</strong> This page stands in for the AWS
Management Console in demos and tests. Nothing here reaches AWS.</p>`

function frame(who: Html | undefined, content: Html): Html {
  return html`<header><div class="bar"><div class="mark">AWS console <span>Simulated</span></div>
${who}</div></header><main>${content}</main>`
}

/** The page on which a console sign-in ends: whose session it is, until when, and where it was meant to go. */
export function consolePage(session: OpenConsole, now: Date): Outgoing {
  const { caller, destination, expiration, issuer } = session
  const { account, roleSession } = caller
  const name = roleSession?.role.name ?? caller.userId
  const sessionName = roleSession?.sessionName ?? ''
  const accountName = account.name ?? account.alias
  const minutes = Math.max(0, Math.round((expiration.getTime() - now.getTime()) / 60_000))
  const tags = [...caller.sessionTags]
  const who = html`<div class="who">${name}/${sessionName} <small>@ ${account.alias ?? account.id}</small></div>`
  const body = frame(
    who,
    html`${notice}
<h1>${name} <small>in ${accountName !== undefined && html`${accountName}, `}account ${account.id}</small></h1>
<div class="cards">
<section class="card wide" aria-labelledby="identity"><h2 id="identity">Identity</h2><dl>
<dt>Role</dt><dd data-testid="console-role">${name}</dd>
<dt>Account</dt><dd data-testid="console-account">${account.id}${accountName !== undefined && ` (${accountName})`}</dd>
${roleSession?.role.description && html`<dt>Description</dt><dd>${roleSession.role.description}</dd>`}
<dt>ARN</dt><dd><code data-testid="console-arn">${caller.arn}</code></dd>
</dl></section>
<section class="card" aria-labelledby="session"><h2 id="session">Session</h2><dl>
<dt>Session name</dt><dd data-testid="console-session-name">${sessionName || '–'}</dd>
<dt>Source identity</dt><dd data-testid="console-source-identity">${caller.sourceIdentity ?? '–'}</dd>
<dt>Ends</dt><dd><time data-testid="console-expiry" datetime="${awsTime(expiration)}">${awsTime(expiration)}</time>
<span class="muted nowrap">(in ${lasting(minutes)})</span></dd>
</dl></section>
<section class="card" aria-labelledby="tags"><h2 id="tags">Session tags</h2>
<div data-testid="console-tags">${
      tags.length === 0
        ? html`<p class="muted">None</p>`
        : html`<ul class="tags">${tags.map(([key, value]) => html`<li><span class="mono">${key}=${value}</span></li>`)}</ul>`
    }</div></section>
<section class="card wide" aria-labelledby="destination"><h2 id="destination">Destination asked for</h2>
<p><code data-testid="console-destination">${destination}</code></p>
<p class="muted">The real console would open this page. The simulator does not follow it.</p></section>
</div>
<div class="actions"><form method="post" action="/console/signout"><button data-testid="console-signout">Sign out</button></form>
${issuerLink(issuer)}</div>`,
  )
  return pageResponse({
    title: `${name} in ${account.id} – simulated AWS console`,
    style,
    body,
    formAction: ["'self'"],
  })
}

/** Shown where there is no console session, or it has ended. */
export function signedOutPage(): Outgoing {
  const body = frame(
    undefined,
    html`${notice}<h1>You are not signed in</h1><section class="card" data-testid="console-signed-out">
<p>There is no console session in this browser, or it has ended.</p>
<p class="muted">Open the console from the page that gives you roles.</p></section>`,
  )
  return pageResponse({ status: 401, title: 'Signed out – simulated AWS console', style, body })
}

/** AWS answers bad federation requests with a page that says little; this one gives the reason. */
export function badRequestPage(reason: string): Outgoing {
  const body = frame(
    undefined,
    html`${notice}<h1>Bad request</h1><section class="card"><p data-testid="federation-error">${reason}</p></section>`,
  )
  return pageResponse({ status: 400, title: 'Bad request – simulated AWS sign-in', style, body })
}

function lasting(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return [hours > 0 && `${hours} h`, (rest > 0 || hours === 0) && `${rest} min`]
    .filter(part => part !== false)
    .join(' ')
}

/** The link to the issuer's sign-in page, if it is a web address at all. */
function issuerLink(issuer: string | undefined): Html | undefined {
  if (issuer === undefined || !URL.canParse(issuer)) return undefined
  const url = new URL(issuer)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  return html`<a href="${url.href}" rel="noreferrer" data-testid="console-issuer">Sign in again at ${url.host}</a>`
}
