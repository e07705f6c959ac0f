import type { Outgoing } from '../http/exchange.ts'
import { type Html, html, pageResponse } from '../http/html.ts'
import { awsTime } from '../sts/sessions.ts'
import type { CallRecord } from './log.ts'
import { callsStyle as style } from './style.ts'

/** Seconds between two looks of a page that keeps itself fresh. */
const refreshSeconds = 3

/** The calls as a page, the latest first. It needs no script: `live` is the browser's own refresh. */
export function callsPage(calls: readonly CallRecord[], live: boolean): Outgoing {
  const refresh = live
    ? html`<strong>Refreshes every ${refreshSeconds} seconds.</strong> <a href="?" data-testid="calls-live">Stop</a>`
    : html`<a href="?" data-testid="calls-refresh">Refresh</a> <a href="?live" data-testid="calls-live">Keep fresh</a>`
  const body = html`<header class="wide-page"><div class="bar"><div class="mark">AWS calls <span>Simulated</span></div>
<div class="who">${calls.length} shown</div></div></header><main class="wide-page">
<h1>Calls that the simulator received</h1>
<p class="toolbar">${refresh} <a href="?format=json">JSON</a></p>
<div class="scroll" tabindex="0" role="region" aria-label="Calls">${calls.length === 0 ? none : table(calls)}</div></main>`
  return pageResponse({
    title: 'Calls – simulated AWS',
    style,
    body,
    ...(live ? { headers: { refresh: String(refreshSeconds) } } : {}),
  })
}

const none = html`<p class="empty muted" data-testid="calls-none">No calls yet. Point a client at this address, for example
<code>aws sts get-caller-identity --endpoint-url</code> with the address of this page up to the first slash.</p>`

function table(calls: readonly CallRecord[]): Html {
  return html`<table><caption>The latest first; the oldest go when there are more than the simulator keeps. Secrets are masked.</caption>
<thead><tr><th scope="col">Time</th><th scope="col">Call</th><th scope="col">Caller</th><th scope="col">Result</th>
<th scope="col">Took</th><th scope="col">Details</th></tr></thead><tbody>${calls.map(row)}</tbody></table>`
}

function row(call: CallRecord): Html {
  const { time, service, operation, method, path, caller, durationMs } = call
  return html`<tr data-testid="call"><td><time class="nowrap" datetime="${time.toISOString()}">${awsTime(time)}</time></td>
<td class="call"><strong>${service}</strong> ${operation ?? `${method} ${path}`}</td>
<td class="arn">${caller === undefined ? html`<span class="muted">no verified signature</span>` : html`<code>${caller}</code>`}</td>
<td>${result(call)}</td><td class="number">${durationMs} ms</td><td class="more">${details(call)}</td></tr>`
}

function result({ status, code, fault }: CallRecord): Html {
  const text =
    status === 0 ? 'no answer' : code === undefined ? String(status) : `${status} ${code}`
  const kind = status > 0 && status < 400 ? 'went-well' : 'refused'
  return html`<span class="result ${kind}">${text}</span>${fault !== undefined && html` <small class="muted nowrap">by ${fault}</small>`}`
}

function details({ method, path, requestId, parameters }: CallRecord): Html {
  return html`<details><summary>${parameters.length} ${parameters.length === 1 ? 'parameter' : 'parameters'}</summary><dl>
<dt>Request</dt><dd><code>${method} ${path}</code></dd>
${requestId !== undefined && html`<dt>Request id</dt><dd><code>${requestId}</code></dd>`}
${parameters.map(([name, value]) => html`<dt>${name}</dt><dd><code>${value}</code></dd>`)}</dl></details>`
}
